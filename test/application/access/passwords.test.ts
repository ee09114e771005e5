import t from 'tap'
import { ApplySubscriptionEvent } from '../../../src/application/access/apply-subscription-event.ts'
import { ChangePassword } from '../../../src/application/access/change-password.ts'
import { CreateUser } from '../../../src/application/access/create-user.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { PurgeExpiredAccess } from '../../../src/application/access/purge-expired-access.ts'
import { RequestPasswordReset } from '../../../src/application/access/request-password-reset.ts'
import { SetPassword } from '../../../src/application/access/set-password.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anEvent, aSession, aSubscription, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const newPassword = 'a quiet river at dawn'
const tokenOf = (link: Secret | string) =>
  new Secret(new URL(typeof link === 'string' ? link : link.reveal()).pathname.split('/').at(-1) ?? '')

async function scene() {
  const fakes = openFakes()
  const errors: unknown[] = []
  const deps = {
    ...fakes,
    publicUrl: new URL('https://ads.example/'),
    onError: (e: unknown) => errors.push(e),
  }
  const user = aUser({ email: 'sam@example.test' })
  fakes.users.add(user, { subscription: null, password: 'the old password' })
  const [sellerSession, staffSession] = [
    aSession({ userId: user.id }),
    aSession({ userId: user.id, kind: 'staff' }),
  ]
  for (const session of [sellerSession, staffSession]) await fakes.sessions.open(session)
  const issueAccessLink = new IssueAccessLink(deps)
  const applySubscriptionEvent = new ApplySubscriptionEvent(fakes)
  const passwordMatches = async (password: string, email = user.email) => {
    const credentials = await fakes.users.storedPasswords.find(email)
    return fakes.passwords.matches(new Secret(password), credentials?.passwordHash ?? null)
  }
  return {
    ...fakes,
    user,
    sellerSession,
    staffSession,
    errors,
    passwordMatches,
    issueAccessLink,
    setPassword: new SetPassword(deps),
    changePassword: new ChangePassword(deps),
    requestReset: new RequestPasswordReset({ ...deps, issueAccessLink }),
    createUser: new CreateUser({ ...deps, issueAccessLink, applySubscriptionEvent }),
    activeSessionIds: async () =>
      (await fakes.sessions.activeByUser(user.id, fakes.clock.now())).map(({ id }) => id),
  }
}

t.test('S-43 a new user has no password and sets one with a single-use invitation', async t => {
  const { createUser, setPassword, passwordMatches, clock, users } = await scene()
  const added = await createUser.execute({ email: ' New@Example.test', name: 'Nia New', role: 'manager' })
  if (added === 'email_already_registered') throw new Error('the user already exists')
  t.match(added.link.reveal(), /^https:\/\/ads\.example\/invitation\/[\w-]{43}$/)
  t.match(await users.storedPasswords.find('new@example.test'), {
    user: { role: 'manager' },
    passwordHash: null,
  })
  t.notOk(await passwordMatches('', 'new@example.test'), 'until then no password is accepted')

  const token = tokenOf(added.link)
  clock.advance(hours(7 * 24) - 1)
  t.match(await setPassword.checkLink(token, 'invitation'), { email: 'new@example.test' })
  await t.rejects(setPassword.checkLink(token, 'reset'), { code: 'access_link_invalid' })
  await t.rejects(setPassword.execute(token, 'invitation', new Secret('short')), {
    code: 'password_not_allowed',
  })
  await setPassword.execute(token, 'invitation', new Secret(newPassword))
  t.ok(await passwordMatches(newPassword, 'new@example.test'))
  await t.rejects(setPassword.execute(token, 'invitation', new Secret(`${newPassword}!`)), {
    code: 'access_link_invalid',
  })
  t.ok(await passwordMatches(newPassword, 'new@example.test'))
})

t.test('S-43 an existing user is not added again', async t => {
  const { createUser, passwordMatches } = await scene()
  t.equal(
    await createUser.execute({ email: 'SAM@example.test', name: 'X', role: 'admin' }),
    'email_already_registered',
  )
  t.ok(await passwordMatches('the old password'))
})

t.test('S-03 S-43 earlier billing events apply as soon as the user is added', async t => {
  const { createUser, events, users } = await scene()
  await events.record(anEvent({ about: { email: 'new@example.test' }, subscription: aSubscription() }))
  await createUser.execute({ email: 'new@example.test', name: 'Nia New', role: 'seller' })
  const userId = await users.idOf({ email: 'new@example.test' })
  t.strictSame(userId && (await users.subscriptions.of(userId)), aSubscription())
})

t.test('S-43 an invitation is only for users without a password, a reset link for everyone', async t => {
  const { issueAccessLink, user } = await scene()
  t.equal(await issueAccessLink.execute({ email: user.email }, 'invitation'), 'has_password')
  t.equal(await issueAccessLink.execute({ email: 'nobody@example.test' }, 'reset'), 'user_not_found')
  const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  t.match(issued.link.reveal(), /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/)
})

t.test('S-01 a reset link works once within 30 minutes and signs out every browser', async t => {
  const { issueAccessLink, user, setPassword, passwordMatches, clock, activeSessionIds } = await scene()
  const issue = async () => {
    const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
    if (typeof issued === 'string') throw new Error(issued)
    return tokenOf(issued.link)
  }
  const expiredToken = await issue()
  clock.advance(minutes(30))
  await t.rejects(setPassword.execute(expiredToken, 'reset', new Secret(newPassword)), {
    code: 'access_link_invalid',
  })
  t.equal((await activeSessionIds()).length, 2)

  const [replaced, newest] = [await issue(), await issue()]
  await t.rejects(
    setPassword.execute(replaced, 'reset', new Secret(newPassword)),
    { code: 'access_link_invalid' },
    'only the newest link is valid',
  )
  const results = await Promise.allSettled([
    setPassword.execute(newest, 'reset', new Secret(newPassword)),
    setPassword.execute(newest, 'reset', new Secret(newPassword)),
  ])
  t.strictSame(
    results.map(({ status }) => status).sort(),
    ['fulfilled', 'rejected'],
    'one of two uses succeeds',
  )
  t.ok(await passwordMatches(newPassword))
  t.strictSame(await activeSessionIds(), [])
})

t.test('S-01 a reset link is sent only to the address of a known user', async t => {
  const { requestReset, emails, user, errors } = await scene()
  await requestReset.execute(' Sam@Example.test ')
  await requestReset.execute('nobody@example.test')
  t.match(emails.sent, [{ to: user.email, link: /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/ }])
  t.equal(emails.sent.length, 1)
  t.strictSame(errors, [], 'an unknown address is not an internal error')
})

t.test('S-01 reset emails are limited per user, and a failed email reveals nothing', async t => {
  const { requestReset, emails, clock, errors, links, user } = await scene()
  for (let requestCount = 0; requestCount < 5; requestCount += 1)
    await requestReset.execute('sam@example.test')
  t.equal(emails.sent.length, 3)
  clock.advance(hours(1) + 1)
  emails.sendError = new Error('the outbox does not answer')
  await t.resolves(requestReset.execute('sam@example.test'))
  t.strictSame(errors, [emails.sendError])
  t.equal(await links.countSince(user.id, 'reset', noon), 0, 'a link that was not sent is not kept')
})

t.test('S-01 changing a password needs the current one and ends other sessions and all links', async t => {
  const {
    changePassword,
    user,
    sellerSession,
    staffSession,
    passwordMatches,
    activeSessionIds,
    issueAccessLink,
    links,
    clock,
  } = await scene()
  await issueAccessLink.execute({ email: user.email }, 'reset')
  const change = (current: string, next: string) =>
    changePassword.execute(user, {
      current: new Secret(current),
      next: new Secret(next),
      session: sellerSession,
      deviceToken: null,
    })

  await t.rejects(change('not it', newPassword), { code: 'current_password_incorrect' })
  await t.rejects(change('the old password', 'short'), { code: 'password_not_allowed' })
  t.strictSame((await activeSessionIds()).sort(), [sellerSession.id, staffSession.id].sort())
  const { session } = await change('the old password', newPassword)
  t.ok(await passwordMatches(newPassword))
  t.strictSame(await activeSessionIds(), [session.id])
  t.not(session.id, sellerSession.id, 'a stolen token of this session has ended too')
  t.equal(await links.countSince(user.id, 'reset', new Date(clock.now().getTime() - 1)), 0)
})

t.test('S-01 a link is erased once it is void and no longer counts towards the limit', async t => {
  const fakes = await scene()
  const { issueAccessLink, user, links, clock } = fakes
  await issueAccessLink.execute({ email: user.email }, 'reset')
  const sweep = new PurgeExpiredAccess(fakes)
  const countLinks = () => links.countSince(user.id, 'reset', new Date(0))
  clock.advance(minutes(89))
  await sweep.execute()
  t.equal(await countLinks(), 1)
  clock.advance(minutes(1))
  await sweep.execute()
  t.equal(await countLinks(), 0)
})

t.test('S-01 a concurrent reset wins over a password change with the old password', async t => {
  const { changePassword, users, user, sellerSession, activeSessionIds, passwordMatches } = await scene()
  users.meanwhile = async () => users.storedPasswords.save(user.id, new Secret('the hash of the reset'))
  const pendingChange = changePassword.execute(user, {
    current: new Secret('the old password'),
    next: new Secret(newPassword),
    session: sellerSession,
    deviceToken: null,
  })

  await t.rejects(pendingChange, { code: 'current_password_incorrect' })
  t.notOk(await passwordMatches(newPassword))
  t.equal((await activeSessionIds()).length, 2, 'no session was ended')
})

t.test('S-01 a session that is ended during a password change opens no new one', async t => {
  const { changePassword, users, sessions, user, sellerSession, passwordMatches, clock, ...setup } =
    await scene()
  const before = await setup.activeSessionIds()
  users.meanwhile = () => sessions.closeAllOf(user.id, clock.now())
  const pendingChange = changePassword.execute(user, {
    current: new Secret('the old password'),
    next: new Secret(newPassword),
    session: sellerSession,
    deviceToken: null,
  })

  await t.rejects(pendingChange, { code: 'invalid_credentials' })
  t.notOk(await passwordMatches(newPassword))
  t.strictSame(await setup.activeSessionIds(), before, 'the transaction is undone')
})

t.test('S-46 a user learns by email of a changed password, however it changed', async t => {
  const { changePassword, setPassword, issueAccessLink, emails, user, sellerSession } = await scene()
  const change = { current: new Secret('the old password'), next: new Secret(newPassword) }
  await changePassword.execute(user, { ...change, session: sellerSession, deviceToken: null })
  t.strictSame(emails.notices, [{ to: user.email, event: 'password_changed' }])

  const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  await setPassword.execute(tokenOf(issued.link), 'reset', new Secret(newPassword))
  t.equal(emails.notices.length, 2)
})

t.test('S-46 a password change does not renew the verification, which may need a second factor', async t => {
  const { changePassword, user, sellerSession, clock } = await scene()
  clock.advance(minutes(6))
  const { session } = await changePassword.execute(user, {
    current: new Secret('the old password'),
    next: new Secret(newPassword),
    session: sellerSession,
    deviceToken: null,
  })
  t.strictSame(session.verifiedAt, noon)
})

t.test('S-46 invited staff get the link for their second factor, sellers do not', async t => {
  for (const [role, getsLink] of [
    ['admin', true],
    ['support', true],
    ['manager', false],
    ['seller', false],
  ] as const) {
    const { createUser, setPassword, links, emails, clock } = await scene()
    const added = await createUser.execute({ email: 'new@example.test', name: 'Nia New', role })
    if (added === 'email_already_registered') throw new Error('the user already exists')
    const { user, enrolmentLink } = await setPassword.execute(
      tokenOf(added.link),
      'invitation',
      new Secret(newPassword),
    )
    t.equal(enrolmentLink !== null, getsLink, role)
    if (enrolmentLink)
      t.match(await links.find(tokenOf(enrolmentLink), 'enrolment', clock.now()), { userId: user.id })
    t.strictSame(emails.notices, [], 'no notice: the password is the first')
  }
})

t.test('S-46 a reset link gives no link for a second factor', async t => {
  const { issueAccessLink, setPassword, user, users } = await scene()
  users.add({ ...user, role: 'admin' }, { subscription: null })
  const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  t.match(await setPassword.execute(tokenOf(issued.link), 'reset', new Secret(newPassword)), {
    enrolmentLink: null,
  })
})
