import t from 'tap'
import { RemoveSecondFactor } from '../../../src/admin/users/remove-second-factor.ts'
import { RemoveSecondFactorAsAdmin } from '../../../src/admin/users/remove-second-factor-as-admin.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Session } from '../../../src/domain/access/session.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSession, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const [by, user] = [aUser({ role }), aUser({ email: 'sam@example.test', role: 'admin' })]
  for (const each of [by, user]) {
    fakes.users.add(each, { subscription: null })
    await fakes.factors.save(acceptCode(createSecondFactor(each.id, new Secret('x')), 0, noon))
  }
  const [ownSession, session] = [by, user].map(({ id: userId }) => aSession({ userId, kind: 'staff' })) as [
    Session,
    Session,
  ]
  for (const each of [ownSession, session]) await fakes.sessions.open(each)
  const removeSecondFactorAsAdmin = new RemoveSecondFactorAsAdmin({
    ...fakes,
    removeSecondFactor: new RemoveSecondFactor(fakes),
  })
  return {
    ...fakes,
    by,
    user,
    session,
    reset: (overrides: Partial<Parameters<typeof removeSecondFactorAsAdmin.execute>[0]> = {}) =>
      removeSecondFactorAsAdmin.execute({
        by: by.id,
        verification: { sessionId: ownSession.id, answer: null },
        userId: user.id,
        reason: 'Lost the phone',
        from: anOrigin,
        ...overrides,
      }),
    hasFactor: async (id = user.id) => (await fakes.factors.of(id)) !== null,
  }
}

t.test('S-43 S-46 an admin removes another user’s second factors, and the removal is logged', async t => {
  const { reset, hasFactor, passkeys, audit, by, user } = await scene('admin')
  await passkeys.add(aPasskey({ userId: user.id }))

  t.equal(await reset(), 'removed')
  t.equal(await reset(), 'had_none')

  t.strictSame([await hasFactor(), await hasFactor(by.id)], [false, true])
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'second_factor_removed',
      userId: user.id,
      connectionId: null,
      reason: 'Lost the phone',
      before: { app: true, passkeys: 1 },
      after: { app: false, passkeys: 0 },
      from: anOrigin,
    },
  ])
})

t.test('S-43 S-46 without a second factor to remove, nothing ends and nothing is logged', async t => {
  const { reset, factors, sessions, session, user, audit } = await scene('admin')
  await factors.remove(user.id)

  t.equal(await reset(), 'had_none')

  t.ok(await sessions.find(session.id, noon))
  t.strictSame(audit.entries, [])
})

t.test('S-43 S-46 only an admin can remove a second factor, of another user', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { reset, hasFactor, sessions, session, audit } = await scene(role)
    await t.rejects(reset(), { code: 'admins_only' }, role)
    t.ok(await hasFactor())
    t.ok(await sessions.find(session.id, noon))
    t.strictSame(audit.entries, [])
  }
  const { reset, hasFactor, by, audit } = await scene('admin')
  await t.rejects(reset({ userId: anId<UserId>() }), { code: 'user_not_found' })
  await t.rejects(reset({ userId: by.id }), { code: 'cannot_remove_own_second_factor' })
  t.strictSame([await hasFactor(), await hasFactor(by.id)], [true, true])
  t.strictSame(audit.entries, [])
})
