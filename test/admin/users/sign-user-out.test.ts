import t from 'tap'
import { SignUserOut } from '../../../src/admin/users/sign-user-out.ts'
import { EndSessions } from '../../../src/application/access/end-sessions.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { anId, anOrigin, aSession, aUser, hoursLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** A user with two active sessions and an expired one, and a signed-in staff member. */
async function scene(role: Role) {
  const fakes = openFakes()
  const [by, user] = [aUser({ role }), aUser({ email: 'sam@example.test', role: 'admin' })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const staffSession = aSession({ userId: by.id, kind: 'staff' })
  const activeSessions = [aSession({ userId: user.id }), aSession({ userId: user.id, kind: 'staff' })]
  const expiredSession = aSession({ userId: user.id, expiresAt: hoursLater(-1) })
  for (const session of [staffSession, ...activeSessions, expiredSession]) await fakes.sessions.open(session)
  const signUserOut = new SignUserOut({ ...fakes, endSessions: new EndSessions(fakes) })
  return {
    ...fakes,
    by,
    user,
    signOut: (overrides: Partial<Parameters<typeof signUserOut.execute>[0]> = {}) =>
      signUserOut.execute({
        by: by.id,
        verification: { sessionId: staffSession.id, answer: null },
        userId: user.id,
        reason: 'A laptop was stolen',
        from: anOrigin,
        ...overrides,
      }),
    countSessions: async (id = user.id) => (await fakes.sessions.activeByUser(id, noon)).length,
  }
}

t.test('S-43 an admin ends all sessions of a user, and their number is logged', async t => {
  const { signOut, countSessions, audit, by, user } = await scene('admin')

  t.equal(await signOut(), 2)
  t.equal(await signOut(), 0)

  t.strictSame([await countSessions(), await countSessions(by.id)], [0, 1])
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'sessions_ended',
      userId: user.id,
      connectionId: null,
      reason: 'A laptop was stolen',
      before: { signIns: 2 },
      after: { signIns: 0, ended: 2 },
      from: anOrigin,
    },
  ])
})

t.test('S-43 S-46 only an admin can end another user’s sessions', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { signOut, countSessions, audit } = await scene(role)
    await t.rejects(signOut(), { code: 'admins_only' }, role)
    t.equal(await countSessions(), 2)
    t.strictSame(audit.entries, [])
  }
  const { signOut, countSessions, audit } = await scene('admin')
  await t.rejects(signOut({ userId: anId<UserId>() }), { code: 'user_not_found' })
  t.equal(await countSessions(), 2)
  t.strictSame(audit.entries, [])
})
