import t from 'tap'
import { ChangeAccess } from '../../../src/admin/users/change-access.ts'
import { ChangeAccessAsAdmin } from '../../../src/admin/users/change-access-as-admin.ts'
import { RequestPasswordReset } from '../../../src/application/access/request-password-reset.ts'
import { SetPassword } from '../../../src/application/access/set-password.ts'
import { SignIn } from '../../../src/application/access/sign-in.ts'
import type { Session } from '../../../src/domain/access/session.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anActiveConnection, anId, anOrigin, aSession, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const password = new Secret('correct horse')

async function scene({ byRole = 'admin', role = 'seller' }: { byRole?: Role; role?: Role } = {}) {
  const fakes = openFakes()
  const [by, user] = [aUser({ role: byRole }), aUser({ email: 'sam@example.test', role })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null, password: password.reveal() })
  const [own, theirs] = [by, user].map(({ id: userId }) => aSession({ userId, kind: 'staff' })) as [
    Session,
    Session,
  ]
  for (const each of [own, theirs, aSession({ userId: user.id })]) await fakes.sessions.open(each)
  const changeAccess = new ChangeAccess(fakes)
  const changeAccessAsAdmin = new ChangeAccessAsAdmin({ ...fakes, changeAccess })
  const signIn = new SignIn(fakes)
  return {
    ...fakes,
    by,
    user,
    asUser: { by: user.id, verification: { sessionId: theirs.id, answer: null } },
    setPassword: new SetPassword(fakes),
    signIn: (email = user.email) =>
      signIn.execute({ email, password, device: 'Firefox on Windows', deviceToken: null }),
    byCommand: (isDisabled: boolean, email = user.email) =>
      changeAccess.execute({ about: { email }, isDisabled, source: 'command' }),
    change: (overrides: Partial<Parameters<typeof changeAccessAsAdmin.execute>[0]> = {}) =>
      changeAccessAsAdmin.execute({
        by: by.id,
        verification: { sessionId: own.id, answer: null },
        userId: user.id,
        isDisabled: true,
        reason: 'Left the company',
        from: anOrigin,
        ...overrides,
      }),
    isDisabled: async (id = user.id) => (await fakes.users.disabledSince(id)) !== null,
    countSessions: async (id = user.id) => (await fakes.sessions.activeByUser(id, noon)).length,
  }
}

t.test('S-43 S-46 an admin disables and enables an account, and both are logged', async t => {
  const { change, isDisabled, timeline, audit, by, user } = await scene()

  t.equal(await change(), 'changed')
  t.equal(await isDisabled(), true)
  t.equal(await change(), 'unchanged')
  t.equal(await change({ isDisabled: false }), 'changed')
  t.equal(await isDisabled(), false)

  const reason = 'Left the company'
  const logged = { at: noon, staffId: by.id, userId: user.id, connectionId: null, reason, from: anOrigin }
  t.strictSame(audit.entries, [
    { ...logged, action: 'user_disabled', before: { disabled: false }, after: { disabled: true } },
    { ...logged, action: 'user_enabled', before: { disabled: true }, after: { disabled: false } },
  ])
  const event = { kind: 'access_changed', source: 'console', by: { userId: by.id, reason } }
  t.has(timeline.entries, [
    { userId: user.id, event: { ...event, isDisabled: true } },
    { userId: user.id, event: { ...event, isDisabled: false } },
  ])
})

t.test('S-46 disabling an account ends every session and keeps its connections', async t => {
  const { byCommand, countSessions, connections, by, user } = await scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)

  t.equal(await byCommand(true), 'changed')

  t.strictSame([await countSessions(), await countSessions(by.id)], [0, 1])
  t.strictSame(await connections.liveByUser(user.id), [connection])
})

t.test('S-46 a disabled user cannot sign in until the account is enabled again', async t => {
  const { byCommand, signIn } = await scene()
  await byCommand(true)
  await t.rejects(signIn(), { code: 'invalid_credentials' })
  await byCommand(false)
  t.ok(await signIn())
})

t.test('S-46 an account that is disabled while the password is compared opens no session', async t => {
  const { users, signIn, countSessions, sessions, user } = await scene()
  await sessions.closeAllOf(user.id, noon)
  users.meanwhile = () => users.saveDisabled(user.id, noon)
  await t.rejects(signIn(), { code: 'invalid_credentials' })
  t.equal(await countSessions(), 0)
})

t.test('S-46 a disabled user’s reset links are void', async t => {
  const { byCommand, issueAccessLink, setPassword, signIn, user } = await scene()
  const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  const token = new Secret(new URL(issued.link.reveal()).pathname.split('/').at(-1) ?? '')
  t.ok(await setPassword.checkLink(token, 'reset'))

  await byCommand(true)

  await t.rejects(setPassword.execute(token, 'reset', password), { code: 'access_link_invalid' })
  await t.rejects(signIn(), { code: 'invalid_credentials' })
})

t.test(
  'S-46 a disabled user gets no new reset link, and none works until the account is enabled',
  async t => {
    const fakes = await scene()
    const { byCommand, issueAccessLink, links, setPassword, user } = fakes
    const requestReset = new RequestPasswordReset({ ...fakes, onError: error => t.fail(String(error)) })
    const countLinks = () => links.countSince(user.id, 'reset', new Date(0))
    await byCommand(true)

    await requestReset.execute(user.email)
    t.equal(await countLinks(), 0)
    for (const purpose of ['invitation', 'reset', 'enrolment'] as const)
      t.equal(await issueAccessLink.execute({ email: user.email }, purpose), 'user_disabled')
    const { pathname } = new URL((await issueAccessLink.make(user.id, 'reset')).reveal())
    const token = new Secret(pathname.split('/').at(-1) ?? '')
    await t.rejects(setPassword.checkLink(token, 'reset'), { code: 'access_link_invalid' })
    await t.rejects(setPassword.execute(token, 'reset', password), { code: 'access_link_invalid' })

    await byCommand(false)
    t.ok(await setPassword.checkLink(token, 'reset'))
    await requestReset.execute(user.email)
    t.equal(await countLinks(), 2)
  },
)

t.test('S-46 an account that is disabled while its password is hashed keeps the password', async t => {
  const { issueAccessLink, passwords, setPassword, storedPasswords, user, users } = await scene()
  const { pathname } = new URL((await issueAccessLink.make(user.id, 'reset')).reveal())
  const token = new Secret(pathname.split('/').at(-1) ?? '')
  const hash = passwords.hash.bind(passwords)
  passwords.hash = async text => {
    await users.saveDisabled(user.id, noon)
    return hash(text)
  }
  await t.rejects(setPassword.execute(token, 'reset', new Secret('another horse altogether')), {
    code: 'access_link_invalid',
  })
  await users.saveDisabled(user.id, null)
  const stored = (await storedPasswords.find(user.email))?.passwordHash
  t.ok(stored && (await passwords.matches(password, stored)))
})

t.test('S-46 the last admin who can sign in is not disabled', async t => {
  const { byCommand, users, by, isDisabled, countSessions } = await scene({ role: 'admin' })
  t.equal(await byCommand(true), 'changed')
  await t.rejects(byCommand(true, by.email), { code: 'last_admin' })
  t.equal(await isDisabled(by.id), false)
  t.equal(await countSessions(by.id), 1)
  t.equal(users.find(by.id)?.role, 'admin')
})

t.test('S-46 when two admins disable each other at once, one stays enabled', async t => {
  const { change, asUser, by, isDisabled, users } = await scene({ role: 'admin' })
  users.add(aUser({ role: 'admin' }), { subscription: null })

  const results = await Promise.allSettled([change(), change({ ...asUser, userId: by.id })])

  t.match(results, [{ value: 'changed' }, { reason: { code: 'admins_only' } }])
  t.strictSame([await isDisabled(by.id), await isDisabled()], [false, true])
})

t.test('S-43 S-46 only an admin can disable an account, and not their own', async t => {
  for (const byRole of ['support', 'manager', 'seller'] as const) {
    const { change, isDisabled, audit } = await scene({ byRole })
    await t.rejects(change(), { code: 'admins_only' }, byRole)
    t.equal(await isDisabled(), false)
    t.strictSame(audit.entries, [])
  }
  const { change, byCommand, isDisabled, by, users, audit, timeline } = await scene()
  users.add(aUser({ role: 'admin' }), { subscription: null })
  await t.rejects(change({ userId: anId<UserId>() }), { code: 'user_not_found' })
  await t.rejects(change({ userId: by.id }), { code: 'cannot_disable_own_account' })
  t.equal(await byCommand(true, 'nobody@example.test'), 'user_not_found')
  t.equal(await isDisabled(by.id), false)
  t.strictSame([audit.entries, timeline.entries], [[], []])
})
