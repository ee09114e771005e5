import t from 'tap'
import { repetitions } from '../repetitions.ts'
import { type FreezeOutcome, freezeOnce } from './freeze.ts'
import type { References } from './kill-outcome.ts'
import { warmUp } from './processes.ts'
import { openProductInstance } from './product-instance.ts'

const { count, seed } = repetitions(6, 100)
const parallelInstances = 3

t.test(
  `S-25 a worker frozen past its lease cannot write when it wakes (${count} times, seed ${seed})`,
  { timeout: 3_000_000 },
  async t => {
    await warmUp()
    const queue = Array.from({ length: count }, (_, index) => index)
    const references: References = new Map()
    const outcomes: FreezeOutcome[] = []
    await Promise.all(
      Array.from({ length: parallelInstances }, async () => {
        const instance = await openProductInstance(t)
        for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
          const outcome = await freezeOnce(instance, { seed, index }, references)
          outcomes.push(outcome)
          if (outcome.wrong.length > 0)
            t.fail(`${index}: ${outcome.point}`, { cause: outcome.wrong.slice(0, 5) })
        }
      }),
    )

    const rejected = outcomes.filter(({ isFrozen, wrong }) => isFrozen && wrong.length === 0)
    t.comment(`${rejected.length} of ${count} frozen workers failed to write`)
    t.equal(rejected.length, count)
  },
)
