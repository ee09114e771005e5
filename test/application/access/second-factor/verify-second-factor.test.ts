import t from 'tap'
import { StartPasskeyAuthentication } from '../../../../src/application/access/second-factor/start-passkey-authentication.ts'
import { VerifySecondFactor } from '../../../../src/application/access/second-factor/verify-second-factor.ts'
import { acceptCode, createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import type { Face } from '../../../../src/domain/access/session.ts'
import type { Role } from '../../../../src/domain/access/user.ts'
import { hours, minutes } from '../../../../src/domain/calendar.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { aSession, aUser, minutesLater, noon } from '../../../support/examples.ts'
import { aPasskey } from '../../../support/fakes/access/passkeys.ts'
import { stepAt } from '../../../support/fakes/access/second-factors.ts'
import { openFakes } from '../../../support/fakes/open.ts'

const browser = { device: 'Firefox on Windows', deviceToken: null }
const recoveryCode = '4f9k-0zq2-8mwe-hx1c'

/** A user with an app, two recovery codes and a pending session. */
async function scene(role: Role = 'support', opens: Face = role === 'seller' ? 'seller' : 'staff') {
  const fakes = openFakes()
  const { users, sessions, factors, codes, clock } = fakes
  const user = aUser({ email: 'sol@example.test', role })
  users.add(user, { subscription: null })
  const secret = new Secret('secret of Sol')
  await factors.save(acceptCode(createSecondFactor(user.id, secret), 0, noon))
  await factors.saveRecoveryCodes(user.id, [new Secret(recoveryCode), new Secret('aaaa-aaaa-aaaa-aaaa')])
  const kind = opens === 'seller' ? 'seller_pending_second_factor' : 'staff_pending_second_factor'
  const startSignIn = async () => {
    const now = clock.now()
    const expiresAt = minutesLater(5, now)
    const session = aSession({ userId: user.id, kind, openedAt: now, expiresAt, verifiedAt: null })
    await sessions.open(session)
    return session
  }
  const secondFactor = new VerifySecondFactor(fakes)
  return {
    ...fakes,
    user,
    startSignIn,
    pending: await startSignIn(),
    secondFactor,
    startPasskey: new StartPasskeyAuthentication(fakes),
    code: (drift = 0) => codes.code(secret, stepAt(clock.now()) + drift),
    enter: (
      session: Awaited<ReturnType<typeof startSignIn>>,
      code: string,
      deviceToken: Secret | null = null,
    ) => secondFactor.execute(session, { answer: { code }, ...browser, deviceToken }),
  }
}

t.test('S-46 the right code replaces the pending session by a verified one', async t => {
  const { pending, enter, code, sessions, clock, user } = await scene()

  const { session } = await enter(pending, code())

  t.has(session, { kind: 'staff', userId: user.id, device: browser.device, verifiedAt: noon })
  t.not(session.id, pending.id)
  t.strictSame(await sessions.find(session.id, clock.now()), { session, user })
  t.equal(await sessions.find(pending.id, clock.now()), null, 'the pending session has ended')
})

t.test('S-46 a seller with a second factor continues in a seller session', async t => {
  const { pending, enter, code } = await scene('seller')
  t.match((await enter(pending, code())).session, { kind: 'seller', verifiedAt: noon })
})

t.test('S-46 the second step asks for the factors that the user has, and shows no secret', async t => {
  const { pending, secondFactor, passkeys, factors, user } = await scene()
  t.strictSame(await secondFactor.prompt(pending), { hasApp: true, hasPasskey: false })
  await passkeys.add(aPasskey({ userId: user.id }))
  await factors.save(createSecondFactor(user.id, new Secret('not confirmed')))
  t.strictSame(await secondFactor.prompt(pending), { hasApp: false, hasPasskey: true })
})

t.test('S-46 a one-time code is accepted with any spacing', async t => {
  const { pending, enter, code } = await scene()
  t.match(await enter(pending, ` ${[...code()].join(' ')} `), { session: { kind: 'staff' } })
})

t.test('S-46 a code is accepted once, within one time step', async t => {
  for (const drift of [-1, 0, 1]) {
    const { pending, startSignIn, enter, code } = await scene()
    await enter(pending, code(drift))
    await t.rejects(enter(await startSignIn(), code(drift)), { code: 'invalid_code' }, `${drift}, used`)
  }
  for (const drift of [-2, 2]) {
    const { pending, enter, code } = await scene()
    await t.rejects(enter(pending, code(drift)), { code: 'invalid_code' }, `${drift}`)
  }
})

t.test('S-46 an accepted code invalidates the earlier ones', async t => {
  const { pending, startSignIn, enter, code } = await scene()
  await enter(pending, code())
  await t.rejects(enter(await startSignIn(), code(-1)), { code: 'invalid_code' })
})

t.test('S-46 only one of two concurrent uses of a code is accepted', async t => {
  const { pending, startSignIn, enter, code } = await scene()
  const other = await startSignIn()
  const results = await Promise.allSettled([enter(pending, code()), enter(other, code())])
  t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

t.test('S-46 five wrong codes end all pending sessions and lock the second factor', async t => {
  const { pending, startSignIn, enter, code, clock, sessions, user } = await scene()
  const [other, full] = [await startSignIn(), aSession({ userId: user.id, kind: 'staff' })]
  await sessions.open(full)
  for (const each of [pending, other, pending, other])
    await t.rejects(enter(each, '000000'), { code: 'invalid_code' })
  await t.rejects(enter(pending, '000000'), { code: 'second_factor_locked' })

  await t.rejects(enter(other, code()), { code: 'invalid_credentials' }, 'the other session has ended too')
  t.ok(await sessions.find(full.id, clock.now()), 'a full session continues')
  clock.advance(minutes(14))
  await t.rejects(enter(await startSignIn(), code()), { code: 'second_factor_locked' }, 'even a correct code')
  clock.advance(minutes(1))
  t.ok(await enter(await startSignIn(), code()))
})

t.test('S-46 each lock is longer than the last, and the user learns of each by one email', async t => {
  const { startSignIn, enter, code, clock, emails, user } = await scene()
  const lock = async () => {
    for (let wrong = 0; wrong < 5; wrong += 1)
      await enter(await startSignIn(), '000000').catch(() => undefined)
    for (let more = 0; more < 3; more += 1)
      await t.rejects(enter(await startSignIn(), '000000'), { code: 'second_factor_locked' })
  }
  await lock()
  clock.advance(minutes(15))
  await lock()
  clock.advance(minutes(30) - 1)
  await t.rejects(enter(await startSignIn(), code()), { code: 'second_factor_locked' })
  clock.advance(1)
  await enter(await startSignIn(), code())
  await lock()

  const locked = (until: Date) => ({ to: user.email, event: 'codes_locked', until: until.toISOString() })
  t.strictSame(
    emails.notices.filter(({ event }) => event === 'codes_locked'),
    [locked(minutesLater(15)), locked(minutesLater(45)), locked(minutesLater(60))],
    'a right code resets the length',
  )
})

t.test('S-46 a recovery code works once, and its use is reported by email', async t => {
  const { pending, startSignIn, enter, emails, user, factors } = await scene('seller')
  await enter(pending, recoveryCode.toUpperCase())
  t.strictSame(emails.notices, [{ to: user.email, event: 'recovery_code_used' }])
  t.equal(await factors.countRecoveryCodes(user.id), 1)
  await t.rejects(enter(await startSignIn(), recoveryCode), { code: 'invalid_code' })
  t.equal(emails.notices.length, 1)
})

t.test('S-46 a recovery code does not work while the second factor is locked', async t => {
  const { startSignIn, enter } = await scene()
  for (let wrong = 0; wrong < 5; wrong += 1) await enter(await startSignIn(), '000000').catch(() => undefined)
  await t.rejects(enter(await startSignIn(), recoveryCode), { code: 'second_factor_locked' })
})

t.test('S-46 a passkey answers the challenge of its session once', async t => {
  const { pending, startSignIn, secondFactor, startPasskey, passkeys, user, clock } = await scene()
  const passkey = aPasskey({ userId: user.id })
  await passkeys.add(passkey)
  const answer = (challenge: string, id = passkey.id) => ({
    answer: { passkey: `${id} ${challenge}` },
    ...browser,
  })
  const rejected = { code: 'passkey_rejected' }

  await startPasskey.execute(pending)
  await t.rejects(secondFactor.execute(pending, answer('another')), rejected)
  await t.rejects(secondFactor.execute(pending, answer('challenge-1')), rejected, 'a wrong answer spends it')
  const other = await startSignIn()
  await startPasskey.execute(other)
  await t.rejects(secondFactor.execute(pending, answer('challenge-2')), rejected, 'of another session')
  await t.rejects(secondFactor.execute(other, answer('challenge-2', 'unknown')), rejected)
  await startPasskey.execute(pending)
  t.match(await secondFactor.execute(pending, answer('challenge-3')), { session: { kind: 'staff' } })

  const { signCount, lastUsedAt } = (await passkeys.of(user.id))[0] ?? {}
  t.strictSame([signCount, lastUsedAt], [1, clock.now()])
})

t.test('S-46 a passkey challenge expires after five minutes', async t => {
  const { sessions, secondFactor, startPasskey, passkeys, user, clock } = await scene()
  await passkeys.add(aPasskey({ userId: user.id, id: 'a-passkey' }))
  const session = aSession({ userId: user.id, kind: 'staff_pending_second_factor' })
  await sessions.open(session)
  await startPasskey.execute(session)
  clock.advance(minutes(5))
  await t.rejects(
    secondFactor.execute(session, { answer: { passkey: 'a-passkey challenge-1' }, ...browser }),
    { code: 'passkey_rejected' },
  )
})

t.test('S-46 a code is rejected for a user without a confirmed app', async t => {
  const { pending, enter, factors, code, user } = await scene()
  await factors.save(createSecondFactor(user.id, new Secret('secret of Sol')))
  await t.rejects(enter(pending, code()), { code: 'invalid_code' })
  await factors.remove(user.id)
  await t.rejects(enter(pending, code()), { code: 'invalid_code' })
})

t.test('S-46 a pending staff session lasts five minutes, works once and needs a staff role', async t => {
  const { pending, startSignIn, enter, code, clock, sessions, users, user } = await scene()
  clock.advance(minutes(5))
  await t.rejects(enter(pending, code()), { code: 'invalid_credentials' })

  const used = await startSignIn()
  await enter(used, code())
  await t.rejects(enter(used, code(1)), { code: 'invalid_credentials' })

  await sessions.closeAllOf(user.id, clock.now())
  const demoted = await startSignIn()
  users.add({ ...user, role: 'seller' }, { subscription: null })
  await t.rejects(enter(demoted, code(1)), { code: 'invalid_credentials' })
  t.match(await sessions.activeByUser(user.id, clock.now()), [{ id: demoted.id }])
})

t.test('S-46 staff learn by email of a sign-in on a device that is not known', async t => {
  const { pending, startSignIn, enter, code, clock, emails, user } = await scene()
  const { deviceToken, isKnownDevice } = await enter(pending, code())
  t.equal(isKnownDevice, false)
  t.strictSame(emails.notices, [{ to: user.email, event: 'new_device', device: browser.device }])

  clock.advance(hours(1))
  t.equal((await enter(await startSignIn(), code(), deviceToken)).isKnownDevice, true)
  t.equal(emails.notices.length, 1, 'not of a known one')
  clock.advance(hours(1))
  await enter(await startSignIn(), code(), new Secret('invented'))
  t.equal(emails.notices.length, 2)
})

t.test('S-46 an admin learns of a new device that opens the dashboard, too', async t => {
  const { pending, enter, code, emails } = await scene('admin', 'seller')
  await enter(pending, code())
  t.match(emails.notices, [{ event: 'new_device' }], 'the console then knows the device')
})

t.test('S-46 sellers get no email about a device that is not known', async t => {
  const { pending, enter, code, emails } = await scene('seller')
  await enter(pending, code())
  t.strictSame(emails.notices, [])
})
