import t from 'tap'
import { ChangeSecondFactors } from '../../../../src/application/access/second-factor/change-second-factors.ts'
import { acceptCode, createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../../src/domain/access/user.ts'
import { minutes } from '../../../../src/domain/calendar.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { aSession, aUser, noon } from '../../../support/examples.ts'
import { aPasskey } from '../../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../../support/fakes/open.ts'

/** A user with an app, two passkeys and two sessions. */
async function scene(role: Role = 'seller') {
  const fakes = openFakes()
  const { users, sessions, factors, passkeys, clock } = fakes
  const user = aUser({ role })
  users.add(user, { subscription: null })
  const session = aSession({ userId: user.id })
  for (const each of [session, aSession({ userId: user.id })]) await sessions.open(each)
  await factors.save(acceptCode(createSecondFactor(user.id, new Secret('x')), 0, noon))
  await factors.saveRecoveryCodes(user.id, [new Secret('aaaa-aaaa-aaaa-aaaa')])
  for (const id of ['first', 'second']) await passkeys.add(aPasskey({ userId: user.id, id }))
  const change = new ChangeSecondFactors(fakes)
  return {
    ...fakes,
    user,
    session,
    signInAgain: () => sessions.open(session),
    removeApp: () => change.removeApp(session),
    removePasskey: (id: string) => change.removePasskey(session, id),
    renewRecoveryCodes: () => change.renewRecoveryCodes(session),
    countSessions: async () => (await sessions.activeByUser(user.id, clock.now())).length,
    factorsLeft: async () => ({
      app: (await factors.of(user.id)) !== null,
      recoveryCodes: await factors.countRecoveryCodes(user.id),
      passkeys: (await passkeys.of(user.id)).map(({ id }) => id),
    }),
  }
}

t.test('S-46 a user removes the app, which ends every session and is reported by email', async t => {
  const { removeApp, countSessions, factorsLeft, emails, user } = await scene()
  await removeApp()
  t.strictSame(await factorsLeft(), { app: false, recoveryCodes: 0, passkeys: ['first', 'second'] })
  t.equal(await countSessions(), 0)
  t.strictSame(emails.notices, [{ to: user.email, event: 'second_factor_removed' }])
})

t.test('S-46 a user removes a passkey, which ends every session and is reported by email', async t => {
  const { removePasskey, countSessions, factorsLeft, emails, user } = await scene()
  await removePasskey('first')
  t.strictSame(await factorsLeft(), { app: true, recoveryCodes: 1, passkeys: ['second'] })
  t.equal(await countSessions(), 0)
  t.strictSame(emails.notices, [{ to: user.email, event: 'second_factor_removed' }])
})

t.test(
  'S-46 removing an unknown or foreign passkey, or an app that is not there, changes nothing',
  async t => {
    const { removeApp, removePasskey, passkeys, factors, users, countSessions, emails, user } = await scene()
    const other = aUser()
    users.add(other, { subscription: null })
    await passkeys.add(aPasskey({ userId: other.id, id: 'foreign' }))
    for (const id of ['unknown', 'foreign']) await removePasskey(id)
    await factors.remove(user.id)
    await removeApp()
    t.equal((await passkeys.of(other.id)).length, 1)
    t.strictSame([await countSessions(), emails.notices], [2, []])
  },
)

t.test('S-46 staff keep one second factor, sellers need none', async t => {
  for (const role of ['admin', 'support'] as const) {
    const { removePasskey, removeApp, signInAgain, factorsLeft, countSessions, emails } = await scene(role)
    await removeApp()
    await signInAgain()
    await removePasskey('first')
    await signInAgain()
    await t.rejects(removePasskey('second'), { code: 'last_second_factor' }, role)
    t.strictSame(await factorsLeft(), { app: false, recoveryCodes: 0, passkeys: ['second'] })
    t.equal(await countSessions(), 1)
    t.equal(emails.notices.length, 2)
  }
  const withApp = await scene('admin')
  await withApp.passkeys.removeAllOf(withApp.user.id)
  await t.rejects(withApp.removeApp(), { code: 'last_second_factor' })
  t.strictSame(await withApp.factorsLeft(), { app: true, recoveryCodes: 1, passkeys: [] })

  const seller = await scene()
  await seller.passkeys.removeAllOf(seller.user.id)
  await seller.removeApp()
  t.strictSame(await seller.factorsLeft(), { app: false, recoveryCodes: 0, passkeys: [] })
})

t.test('S-46 new recovery codes replace the earlier ones and need an app', async t => {
  const { renewRecoveryCodes, factors, countSessions, emails, user } = await scene()
  const codes = await renewRecoveryCodes()
  t.equal(new Set(codes.map(each => each.reveal())).size, 10)
  t.notOk(await factors.spendRecoveryCode(user.id, new Secret('aaaa-aaaa-aaaa-aaaa')))
  for (const code of codes) t.ok(await factors.spendRecoveryCode(user.id, code))
  t.equal(await countSessions(), 2)
  t.strictSame(emails.notices, [{ to: user.email, event: 'recovery_codes_renewed' }])

  await factors.save(createSecondFactor(user.id, new Secret('not confirmed')))
  t.strictSame(await renewRecoveryCodes(), [])
  t.equal(emails.notices.length, 1)
})

t.test('S-46 changes of second factors need an open session, verified in the last five minutes', async t => {
  const { removeApp, removePasskey, renewRecoveryCodes, clock, sessions, session, factorsLeft, emails } =
    await scene()
  const before = await factorsLeft()
  const assertRejected = async (code: string) => {
    await t.rejects(removeApp(), { code })
    await t.rejects(removePasskey('first'), { code })
    await t.rejects(renewRecoveryCodes(), { code })
    t.strictSame([await factorsLeft(), emails.notices], [before, []])
  }
  clock.advance(minutes(5))
  await assertRejected('verification_required')
  await sessions.saveVerified(session.id, clock.now())
  await sessions.close(session.id, clock.now())
  await assertRejected('invalid_credentials')
})
