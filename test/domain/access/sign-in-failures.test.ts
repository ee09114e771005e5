import t from 'tap'
import {
  countTry,
  type FailureCount,
  isTurningPoint,
  withdrawTry,
} from '../../../src/domain/access/sign-in-failures.ts'
import { after } from '../../../src/domain/calendar.ts'
import { noon } from '../../support/examples.ts'

const counted = (failures: number): FailureCount => ({ failures, lastFailedAt: noon })
const codeOf = (count: FailureCount, seconds: number) => {
  try {
    countTry(count, after(noon, seconds * 1000))
    return null
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('S-01 wrong passwords in a row delay the next try longer and longer, at most one hour', async t => {
  for (const failures of [0, 1, 4]) t.equal(codeOf(counted(failures), 0), null, `${failures}`)
  const delays = [
    [5, 30],
    [6, 60],
    [7, 120],
    [11, 1920],
    [12, 3600],
    [99, 3600],
  ] as const
  for (const [failures, seconds] of delays) {
    t.equal(codeOf(counted(failures), seconds - 0.001), 'sign_in_delayed', `${failures}`)
    t.equal(codeOf(counted(failures), seconds), null, `${failures}`)
  }
  t.throws(() => countTry(counted(6), after(noon, 500)), { code: 'sign_in_delayed', waitSeconds: 60 })
})

t.test('S-01 after a hundred wrong passwords in a row no time opens the sign-in again', async t => {
  t.equal(codeOf(counted(100), 365 * 86_400), 'sign_in_closed')
})

t.test('S-01 each try counts, and one that was not compared is withdrawn', async t => {
  const later = after(noon, 60_000)
  t.strictSame(countTry(counted(5), later), { failures: 6, lastFailedAt: later })
  t.strictSame(withdrawTry(counted(5)), counted(4))
  t.strictSame(withdrawTry(counted(0)), counted(0))
})

t.test('S-41 only the first delay and the closing are worth a timeline entry', async t => {
  const turningPoints = Array.from({ length: 101 }, (_, failures) => failures).filter(failures =>
    isTurningPoint(counted(failures)),
  )
  t.strictSame(turningPoints, [5, 100])
})
