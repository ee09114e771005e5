import t from 'tap'
import { StartPasskeyAuthentication } from '../../../../src/application/access/second-factor/start-passkey-authentication.ts'
import { acceptCode, createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import { minutes, seconds } from '../../../../src/domain/calendar.ts'
import type { SessionId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anId, aSession, aUser, hoursLater, noon } from '../../../support/examples.ts'
import { aPasskey } from '../../../support/fakes/access/passkeys.ts'
import { stepAt } from '../../../support/fakes/access/second-factors.ts'
import { openFakes } from '../../../support/fakes/open.ts'

/** A user who signed in at noon, without a second factor. */
async function scene() {
  const fakes = openFakes()
  const { users, sessions, factors, codes, clock, verifyIdentity } = fakes
  const user = aUser()
  users.add(user, { subscription: null, password: 'correct horse' })
  const session = aSession({ userId: user.id, expiresAt: hoursLater(99) })
  await sessions.open(session)
  const secret = new Secret('secret of Sam')
  const verify = (answer: Parameters<typeof verifyIdentity.execute>[1], id = session.id, userId = user.id) =>
    verifyIdentity.execute({ id, userId }, answer)
  return {
    ...fakes,
    user,
    session,
    verify,
    enterPassword: (password: string) => verify({ password: new Secret(password) }),
    addApp: () => factors.save(acceptCode(createSecondFactor(user.id, secret), 0, noon)),
    code: (drift = 0) => codes.code(secret, stepAt(clock.now()) + drift),
    verifiedAt: async () => (await sessions.find(session.id, clock.now()))?.session.verifiedAt,
  }
}

t.test('S-46 a verification lasts five minutes', async t => {
  const { verify, clock } = await scene()
  clock.advance(minutes(5) - 1)
  await verify(null)
  clock.advance(1)
  await t.rejects(verify(null), { code: 'verification_required' })
})

t.test('S-46 a one-time code renews the verification of this session only, and works once', async t => {
  const { verify, addApp, code, verifiedAt, clock, sessions, user } = await scene()
  const other = aSession({ userId: user.id })
  await sessions.open(other)
  await addApp()
  clock.advance(minutes(6))
  const used = code()

  await verify({ code: used })

  t.strictSame(await verifiedAt(), clock.now())
  await verify(null)
  await t.rejects(verify(null, other.id), { code: 'verification_required' })
  await t.rejects(verify({ code: used }), { code: 'invalid_code' })
})

t.test('S-46 a wrong code or a recovery code does not verify, and counts', async t => {
  const { verify, addApp, factors, verifiedAt, clock, user } = await scene()
  await addApp()
  await factors.saveRecoveryCodes(user.id, [new Secret('4f9k-0zq2-8mwe-hx1c')])
  clock.advance(minutes(6))

  for (const typed of ['000000', '4f9k-0zq2-8mwe-hx1c'])
    await t.rejects(verify({ code: typed }), { code: 'invalid_code' })

  t.strictSame(await verifiedAt(), noon)
  t.equal((await factors.of(user.id))?.failedCodes, 2)
  t.equal(await factors.countRecoveryCodes(user.id), 1, 'the recovery code stays usable')
})

t.test('S-46 five wrong codes lock the second factor and end pending sessions, but not this one', async t => {
  const { verify, addApp, code, clock, emails, sessions, session, user } = await scene()
  const pending = aSession({ userId: user.id, kind: 'seller_pending_second_factor' })
  await sessions.open(pending)
  await addApp()
  for (let wrong = 0; wrong < 4; wrong += 1)
    await t.rejects(verify({ code: '000000' }), { code: 'invalid_code' })
  await t.rejects(verify({ code: '000000' }), { code: 'second_factor_locked' })
  await t.rejects(verify({ code: code() }), { code: 'second_factor_locked' })

  t.match(emails.notices, [{ to: user.email, event: 'codes_locked' }])
  t.equal(emails.notices.length, 1)
  t.strictSame(
    (await sessions.activeByUser(user.id, clock.now())).map(({ id }) => id),
    [session.id],
  )
  clock.advance(minutes(15))
  await verify({ code: code() })
})

t.test('S-46 a passkey verifies, and a wrong answer spends the challenge', async t => {
  const setup = await scene()
  const { verify, passkeys, verifiedAt, clock, session, user } = setup
  await passkeys.add(aPasskey({ userId: user.id, id: 'a-passkey' }))
  const start = new StartPasskeyAuthentication(setup)
  clock.advance(minutes(6))

  await start.execute(session)
  await t.rejects(verify({ passkey: 'a-passkey wrong' }), { code: 'passkey_rejected' })
  await t.rejects(verify({ passkey: 'a-passkey challenge-1' }), { code: 'passkey_rejected' })
  t.strictSame(await verifiedAt(), noon)
  await start.execute(session)
  await verify({ passkey: 'a-passkey challenge-2' })
  t.strictSame(await verifiedAt(), clock.now())
})

t.test('S-46 a user without a second factor verifies with the password', async t => {
  const { enterPassword, verifiedAt, clock } = await scene()
  clock.advance(minutes(6))
  await t.rejects(enterPassword('wrong'), { code: 'current_password_incorrect' })
  t.strictSame(await verifiedAt(), noon)
  await enterPassword('correct horse')
  t.strictSame(await verifiedAt(), clock.now())
})

t.test('S-46 wrong passwords delay the next try, and a right one resets the count', async t => {
  const { enterPassword, clock, passwords } = await scene()
  for (let wrong = 0; wrong < 5; wrong += 1)
    await t.rejects(enterPassword('wrong'), { code: 'current_password_incorrect' })
  await t.rejects(enterPassword('correct horse'), { code: 'sign_in_delayed' })
  t.equal(passwords.compared.length, 5)
  clock.advance(seconds(30))
  await enterPassword('correct horse')
  await t.rejects(enterPassword('wrong'), { code: 'current_password_incorrect' })
  await enterPassword('correct horse')
})

t.test('S-46 the password alone does not verify a user with a second factor', async t => {
  const { enterPassword, addApp, verifiedAt, clock } = await scene()
  await addApp()
  clock.advance(minutes(6))
  await t.rejects(enterPassword('correct horse'), { code: 'verification_required' })
  t.strictSame(await verifiedAt(), noon)

  const other = await scene()
  await other.passkeys.add(aPasskey({ userId: other.user.id }))
  await t.rejects(other.enterPassword('correct horse'), { code: 'verification_required' })
})

t.test('S-46 only the user of an open, full session can verify', async t => {
  const { verify, addApp, code, sessions, session, user, users, clock } = await scene()
  await addApp()
  const other = aUser()
  users.add(other, { subscription: null })
  const pending = aSession({ userId: user.id, kind: 'seller_pending_second_factor' })
  await sessions.open(pending)
  const ended = { code: 'invalid_credentials' }
  await t.rejects(verify({ code: code() }, pending.id), ended, 'pending')
  await t.rejects(verify(null, session.id, other.id), ended, 'of another user')
  await t.rejects(verify({ code: code() }, anId<SessionId>()), ended, 'unknown')
  await sessions.close(session.id, clock.now())
  await t.rejects(verify({ code: code() }), ended, 'closed')
})
