import t from 'tap'
import { RemoveSecondFactor } from '../../../src/admin/users/remove-second-factor.ts'
import { RemoveSecondFactorAsAdmin } from '../../../src/admin/users/remove-second-factor-as-admin.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSession, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const [by, user] = [aUser({ role }), aUser({ email: 'sam@example.test', role: 'admin' })]
  for (const each of [by, user]) {
    fakes.users.add(each, { subscription: null })
    await fakes.factors.save(acceptCode(createSecondFactor(each.id, new Secret('x')), 0, noon))
  }
  const session = aSession({ userId: user.id, kind: 'staff' })
  await fakes.sessions.open(session)
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
        userId: user.id,
        reason: 'Lost the phone',
        from: anOrigin,
        ...overrides,
      }),
    hasFactor: async (id = user.id) => (await fakes.factors.of(id)) !== null,
  }
}

t.test('S-43 S-46 an admin removes another user’s second factor, and the removal is logged', async t => {
  const { reset, hasFactor, sessions, session, audit, by, user } = await scene('admin')
  const [pendingSession, sellerSession] = (['staff_pending_second_factor', 'seller'] as const).map(kind =>
    aSession({ userId: user.id, kind }),
  )
  for (const each of [pendingSession, sellerSession]) if (each) await sessions.open(each)

  t.equal(await reset(), 'removed')
  t.equal(await reset(), 'had_none')

  t.strictSame([await hasFactor(), await hasFactor(by.id)], [false, true])
  t.equal(await sessions.find(session.id, noon), null, 'the session that used it has ended')
  t.strictSame(
    (await sessions.activeByUser(user.id, noon)).map(({ id }) => id),
    [sellerSession?.id],
    'the pending session has ended, the seller session continues',
  )
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'second_factor_removed',
      userId: user.id,
      connectionId: null,
      reason: 'Lost the phone',
      before: { secondFactor: 'set up' },
      after: { secondFactor: null },
      from: anOrigin,
    },
  ])
})

t.test('S-46 the audit log says when a removed second factor was never confirmed', async t => {
  const { reset, factors, user, audit } = await scene('admin')
  await factors.save(createSecondFactor(user.id, new Secret('x')))
  t.equal(await reset(), 'removed')
  t.match(audit.entries, [{ before: { secondFactor: 'begun' } }])
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
