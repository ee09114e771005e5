import t from 'tap'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import { ChangeRoleAsAdmin } from '../../../src/admin/users/change-role-as-admin.ts'
import type { Session } from '../../../src/domain/access/session.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { anActiveConnection, anId, anOrigin, aSession, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(byRole: Role, role: Role = 'seller') {
  const fakes = openFakes()
  const [by, user] = [aUser({ name: 'Ada', role: byRole }), aUser({ email: 'sam@example.test', role })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const [session, userSession] = [by, user].map(({ id: userId }) => aSession({ userId, kind: 'staff' })) as [
    Session,
    Session,
  ]
  for (const each of [session, userSession]) await fakes.sessions.open(each)
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const changeRoleAsAdmin = new ChangeRoleAsAdmin({ ...fakes, changeRole: new ChangeRole(fakes) })
  return {
    ...fakes,
    by,
    user,
    connection,
    asUser: { by: user.id, verification: { sessionId: userSession.id, answer: null } },
    changeRole: (overrides: Partial<Parameters<typeof changeRoleAsAdmin.execute>[0]> = {}) =>
      changeRoleAsAdmin.execute({
        by: by.id,
        verification: { sessionId: session.id, answer: null },
        userId: user.id,
        shown: role,
        role: 'manager',
        reason: 'Runs three brands',
        from: anOrigin,
        ...overrides,
      }),
    currentRole: (id = user.id) => fakes.users.find(id)?.role,
  }
}

t.test('S-43 an admin’s role change is logged with actor, reason, before and after', async t => {
  const { changeRole, currentRole, timeline, audit, connections, by, user, connection } = await scene('admin')

  t.equal(await changeRole(), 'changed')
  t.equal(await changeRole({ shown: 'manager' }), 'unchanged')

  t.equal(currentRole(), 'manager')
  t.match(timeline.of('role_changed'), [
    {
      userId: user.id,
      event: {
        source: 'console',
        before: 'seller',
        after: 'manager',
        by: { userId: by.id, reason: 'Runs three brands' },
      },
    },
  ])
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'role_changed',
      userId: user.id,
      connectionId: null,
      reason: 'Runs three brands',
      before: { role: 'seller' },
      after: { role: 'manager' },
      from: anOrigin,
    },
  ])
  t.strictSame(await connections.liveByUser(user.id), [connection], 'the account stays connected')
})

t.test('S-43 S-46 a rejected role change has no effect and is not logged', async t => {
  const assertRejected = async (
    setup: Awaited<ReturnType<typeof scene>>,
    ...[request, code]: RejectedRequest
  ) => {
    await t.rejects(setup.changeRole(request), { code })
    t.equal(setup.currentRole(), setup.user.role)
    t.strictSame([setup.timeline.entries, setup.audit.entries], [[], []])
  }
  for (const role of ['support', 'manager', 'seller'] as const)
    await assertRejected(await scene(role), {}, 'admins_only')
  await assertRejected(await scene('admin'), { userId: anId<UserId>() }, 'user_not_found')
  await assertRejected(await scene('admin'), { shown: 'manager', role: 'admin' }, 'role_conflict')
  await assertRejected(await scene('admin'), { shown: 'manager', role: 'seller' }, 'role_conflict')
})
type RejectedRequest = [request: Parameters<Awaited<ReturnType<typeof scene>>['changeRole']>[0], code: string]

t.test('S-46 an admin cannot change their own role', async t => {
  const { changeRole, by, currentRole, audit } = await scene('admin')
  for (const role of ['support', 'manager', 'seller'] as const)
    await t.rejects(
      changeRole({ userId: by.id, shown: 'admin', role }),
      { code: 'cannot_change_own_role' },
      role,
    )
  t.equal(await changeRole({ userId: by.id, shown: 'admin', role: 'admin' }), 'unchanged')
  t.equal(currentRole(by.id), 'admin')
  t.strictSame(audit.entries, [])
})

t.test('S-46 when two admins remove each other’s role at once, one stays admin', async t => {
  const { changeRole, asUser, by, user, currentRole } = await scene('admin', 'admin')

  const results = await Promise.allSettled([
    changeRole({ role: 'seller' }),
    changeRole({ ...asUser, userId: by.id, role: 'seller' }),
  ])

  t.match(results, [{ value: 'changed' }, { reason: { code: 'admins_only' } }])
  t.strictSame([currentRole(by.id), currentRole(user.id)], ['admin', 'seller'])
})

t.test('S-18 an admin’s role change locks the admins before the user', async t => {
  const { changeRole, users, by, user } = await scene('admin', 'admin')
  const locked: unknown[] = []
  const [lock, lockAdmins] = [users.lock.bind(users), users.lockAdmins.bind(users)]
  users.lock = id => {
    locked.push(id)
    return lock(id)
  }
  users.lockAdmins = async () => {
    locked.push('admins')
    return lockAdmins()
  }

  await changeRole({ role: 'support' })

  t.strictSame(
    locked.slice(0, 3),
    [by.id, 'admins', user.id],
    'first the verification, in its own transaction',
  )
})
