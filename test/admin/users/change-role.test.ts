import t from 'tap'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { anActiveConnection, aSession, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const user = aUser({ role })
  fakes.users.add(user, { subscription: null })
  const session = aSession({ userId: user.id })
  await fakes.sessions.open(session)
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const changeRole = new ChangeRole(fakes)
  const changeTo = (role: Role) =>
    changeRole.execute({ about: { email: user.email }, role, source: 'command' })
  return { ...fakes, user, session, connection, changeRole, changeTo }
}

t.test('S-18 each role change is on the timeline and disconnects no account', async t => {
  const { changeTo, users, user, timeline, connections, connection } = await scene('seller')
  for (const [before, after] of [
    ['seller', 'manager'],
    ['manager', 'admin'],
    ['admin', 'seller'],
    ['seller', 'support'],
    ['support', 'seller'],
  ] as const) {
    t.equal(await changeTo(after), 'changed')
    t.equal(users.find(user.id)?.role, after)
    t.strictSame(timeline.entries.at(-1), {
      at: noon,
      userId: user.id,
      attemptId: null,
      connectionId: null,
      syncRunId: null,
      reportId: null,
      event: { kind: 'role_changed', source: 'command', before, after },
    })
  }
  t.strictSame(await connections.liveByUser(user.id), [connection])
})

t.test('S-18 giving a user their current role changes nothing', async t => {
  const { changeTo, timeline } = await scene('manager')

  t.equal(await changeTo('manager'), 'unchanged')
  t.strictSame(timeline.entries, [])
})

t.test('S-01 S-18 becoming a support agent signs the user out permanently', async t => {
  for (const role of ['seller', 'manager', 'admin'] as const) {
    const { changeTo, sessions, session } = await scene(role)
    await changeTo('support')
    await changeTo(role)
    t.equal(await sessions.find(session.id, noon), null, role)
  }
})

t.test('S-18 every other role change leaves the user signed in', async t => {
  const { changeTo, sessions, session } = await scene('seller')
  for (const role of ['manager', 'admin', 'seller'] as const) {
    await changeTo(role)
    t.match(await sessions.find(session.id, noon), { user: { role } })
  }
})

t.test('S-18 changing the role of an unknown user has no effect', async t => {
  const { changeRole, timeline } = await scene('seller')
  const about = { email: 'nobody@example.test' }

  t.equal(await changeRole.execute({ about, role: 'admin', source: 'console' }), 'user_not_found')
  t.strictSame(timeline.entries, [])
})
