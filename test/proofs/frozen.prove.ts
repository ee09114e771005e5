import t from 'tap'
import { counts } from './counts.ts'
import { freezeOnce, type Thawed } from './crash/freeze.ts'
import type { References } from './crash/kill-outcome.ts'
import { warmUp } from './crash/processes.ts'
import { openLane } from './crash/product-instance.ts'

const { count, seed } = counts(6, 100)
const lanesAtOnce = 3

t.test(
  `S-25 a worker frozen past its lease cannot write when it wakes (${count} times, seed ${seed})`,
  { timeout: 3_000_000 },
  async t => {
    await warmUp()
    const queue = Array.from({ length: count }, (_, index) => index)
    const references: References = new Map()
    const thawed: Thawed[] = []
    await Promise.all(
      Array.from({ length: lanesAtOnce }, async () => {
        const instance = await openLane(t)
        for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
          const one = await freezeOnce(instance, { seed, index }, references)
          thawed.push(one)
          if (one.wrong.length > 0) t.fail(`${index}: ${one.point}`, { cause: one.wrong.slice(0, 5) })
        }
      }),
    )

    const rejected = thawed.filter(({ isFrozen, wrong }) => isFrozen && wrong.length === 0)
    t.comment(`${rejected.length} of ${count} frozen workers failed to write`)
    t.equal(rejected.length, count)
  },
)
