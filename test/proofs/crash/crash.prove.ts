import t from 'tap'
import { repetitions } from '../repetitions.ts'
import { runCrashTest } from './crash.ts'

const { count: points, seed } = repetitions(20, 1000)

t.test(
  `S-25 a process killed at any point neither loses nor doubles data (${points} kills, seed ${seed})`,
  { timeout: 3_000_000 },
  async t => {
    const { lines, wrong, lastLine, isRight } = await runCrashTest(t, { points, seed }, line =>
      t.comment(line),
    )

    for (const line of [...lines, lastLine]) t.comment(line)
    t.strictSame(wrong, [], lines.at(-1) ?? '')
    t.ok(isRight, lastLine)
    t.equal(lastLine, `${points} points, 0 lost, 0 doubled`)
  },
)
