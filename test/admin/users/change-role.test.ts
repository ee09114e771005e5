import t from 'tap'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anActiveConnection, aSession, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const [user, admin] = [aUser({ role }), aUser({ role: 'admin' })]
  for (const each of [user, admin]) fakes.users.add(each, { subscription: null })
  const session = aSession({ userId: user.id })
  await fakes.sessions.open(session)
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const changeRole = new ChangeRole(fakes)
  const changeTo = (role: Role) =>
    changeRole.execute({ about: { email: user.email }, role, source: 'command' })
  return { ...fakes, user, admin, session, connection, changeRole, changeTo }
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
  const { changeTo, timeline, emails } = await scene('manager')

  t.equal(await changeTo('manager'), 'unchanged')
  t.strictSame([timeline.entries, emails.notices], [[], []])
})

t.test('S-01 S-46 a role change that takes a right away ends every session', async t => {
  for (const [before, after, remaining] of [
    ['admin', 'manager', 0],
    ['seller', 'manager', 2],
  ] as const) {
    const { changeTo, sessions, user } = await scene(before)
    await sessions.open(aSession({ userId: user.id, kind: 'staff' }))
    await changeTo(after)
    t.equal((await sessions.activeByUser(user.id, noon)).length, remaining, after)
  }
})

t.test('S-46 a user learns of a new role by email', async t => {
  const { changeTo, emails, user } = await scene('manager')

  await changeTo('seller')

  t.strictSame(emails.notices, [{ to: user.email, event: 'role_changed', role: 'seller' }])
})

t.test('S-46 new staff without a second factor get a link to set one up', async t => {
  const linksAfter = async (
    from: Role,
    to: Role,
    prepare?: (fakes: Awaited<ReturnType<typeof scene>>) => unknown,
  ) => {
    const fakes = await scene(from)
    await prepare?.(fakes)
    await fakes.changeTo(to)
    return fakes.emails.toEnrol.map(({ to, link }) => [
      to === fakes.user.email,
      new URL(link).pathname.slice(0, 13),
    ])
  }
  t.strictSame(await linksAfter('seller', 'support'), [[true, '/admin/enrol/']])
  t.strictSame(await linksAfter('manager', 'admin'), [[true, '/admin/enrol/']])
  t.strictSame(await linksAfter('seller', 'manager'), [])
  t.strictSame(await linksAfter('support', 'admin'), [], 'was staff already')
  const addApp = ({ factors, user }: Awaited<ReturnType<typeof scene>>) =>
    factors.save(acceptCode(createSecondFactor(user.id, new Secret('x')), 0, noon))
  t.strictSame(await linksAfter('seller', 'support', addApp), [], 'has an app')
  const addPasskey = ({ passkeys, user }: Awaited<ReturnType<typeof scene>>) =>
    passkeys.add(aPasskey({ userId: user.id }))
  t.strictSame(await linksAfter('seller', 'support', addPasskey), [], 'has a passkey')
})

t.test('S-46 the last admin who can sign in keeps the role', async t => {
  for (const role of ['seller', 'manager', 'support'] as const) {
    const { changeTo, users, user, admin, emails, sessions, session } = await scene('admin')
    await users.saveDisabled(admin.id, noon)
    await t.rejects(changeTo(role), { code: 'last_admin' }, role)
    t.equal(users.find(user.id)?.role, 'admin')
    t.strictSame(emails.notices, [])
    t.ok(await sessions.find(session.id, noon))
  }
})

t.test('S-18 changing the role of an unknown user has no effect', async t => {
  const { changeRole, timeline } = await scene('seller')
  const about = { email: 'nobody@example.test' }

  t.equal(await changeRole.execute({ about, role: 'admin', source: 'console' }), 'user_not_found')
  t.strictSame(timeline.entries, [])
})
