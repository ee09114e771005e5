import t from 'tap'
import {
  formatRecoveryCode,
  parseRecoveryCode,
  recoveryCodeBytes,
} from '../../../src/domain/access/recovery-code.ts'
import {
  acceptCode,
  acceptRecoveryCode,
  createSecondFactor,
  isCodeValid,
  isLockedOut,
  lockoutDuration,
  rejectCode,
} from '../../../src/domain/access/second-factor.ts'
import { after, minutes } from '../../../src/domain/calendar.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, hoursLater, noon } from '../../support/examples.ts'

const factor = createSecondFactor(anId<UserId>(), new Secret('a secret'))

t.test('S-46 an accepted one-time code invalidates itself and all earlier codes', async t => {
  t.ok(isCodeValid(factor, 100))
  t.notOk(isCodeValid(factor, null))
  const used = acceptCode(factor, 100, noon)
  t.notOk(isCodeValid(used, 100))
  t.notOk(isCodeValid(used, 99))
  t.ok(isCodeValid(used, 101))
})

t.test('S-46 the first accepted code confirms the second factor, and later codes change nothing', async t => {
  const confirmed = acceptCode(factor, 100, noon)
  t.strictSame(confirmed.confirmedAt, noon)
  t.strictSame(acceptCode(confirmed, 101, hoursLater(1)).confirmedAt, noon)
})

t.test('S-46 five wrong codes in a row lock the second factor for fifteen minutes', async t => {
  let guessed = factor
  for (let count = 1; count <= 5; count += 1) {
    t.notOk(isLockedOut(guessed, noon), `before wrong code ${count}`)
    guessed = rejectCode(guessed, noon)
  }
  t.ok(isLockedOut(guessed, noon))
  t.ok(isLockedOut(guessed, after(noon, minutes(15) - 1)))
  t.notOk(isLockedOut(guessed, after(noon, minutes(15))))

  const afterLock = rejectCode(guessed, hoursLater(1))
  t.notOk(isLockedOut(afterLock, hoursLater(1)), 'five more are allowed then')
})

t.test('S-46 each further lock without a correct code is twice as long, up to a day', async t => {
  const lengths = [5, 10, 15, 20, 25, 30, 35, 40, 45, 500].map(lockoutDuration)
  t.strictSame(
    lengths.map(length => length / minutes(1)),
    [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440],
  )
  const twice = { ...factor, failedCodes: 10, lastFailedAt: noon }
  t.ok(isLockedOut(twice, after(noon, minutes(30) - 1)))
  t.notOk(isLockedOut(twice, after(noon, minutes(30))))
})

t.test('S-46 a correct code or recovery code resets the count of wrong codes', async t => {
  const guessed = rejectCode(rejectCode(factor, noon), noon)
  t.equal(acceptCode(guessed, 100, noon).failedCodes, 0)
  t.equal(acceptRecoveryCode(guessed).failedCodes, 0)
  t.equal(
    acceptRecoveryCode(acceptCode(factor, 100, noon)).lastAcceptedStep,
    100,
    'the last time step stays used',
  )
})

t.test('S-46 a recovery code has 120 bits in an alphabet without ambiguous letters', async t => {
  const code = formatRecoveryCode(new Uint8Array(recoveryCodeBytes).fill(255))
  t.equal(code.reveal(), 'zzzz-zzzz-zzzz-zzzz-zzzz-zzzz')
  t.strictSame(parseRecoveryCode(code.reveal()), code)
  t.equal(formatRecoveryCode(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).reveal(), '000g-40r4-0m30-e209')
})

t.test('S-46 a recovery code is accepted regardless of case, spaces and look-alike letters', async t => {
  const typed = ['000g-40r4-0m30-e209', ' 000G40R40M30E209 ', 'ooog 40r4 om30 e2o9', '000g–40r4'.slice(0, 4)]
  t.strictSame(
    typed.map(code => parseRecoveryCode(code)?.reveal() ?? null),
    ['000g-40r4-0m30-e209', '000g-40r4-0m30-e209', '000g-40r4-0m30-e209', null],
  )
  t.equal(parseRecoveryCode('ILo1-0000-0000-0000')?.reveal(), '1101-0000-0000-0000')
  for (const tooLong of ['000g-40r4-0m30-e2090', '0000g-40r4-0m30-e209'])
    t.equal(parseRecoveryCode(tooLong), null)
  t.equal(parseRecoveryCode('123456'), null)
  t.equal(parseRecoveryCode('000g-40r4-0m30-e20u'), null)
})
