import t from 'tap'
import {
  ApplySubscriptionEvent,
  ChangePassword,
  CreateUser,
  IssueAccessLink,
  PurgeExpiredAccess,
  RequestPasswordReset,
  SetPassword,
} from '../../../src/application/access/index.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anEvent, aSession, aSubscription, aUser, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

const good = 'a quiet river at dawn'
const tokenOf = (link: Secret | string) =>
  new Secret(new URL(typeof link === 'string' ? link : link.reveal()).pathname.split('/').at(-1) ?? '')

async function scene() {
  const fakes = openAccessFakes()
  const errors: unknown[] = []
  const deps = {
    ...fakes,
    publicUrl: new URL('https://ads.example/'),
    onError: (e: unknown) => errors.push(e),
  }
  const user = aUser({ email: 'sam@example.test' })
  fakes.users.add(user, { subscription: null, password: 'the old password' })
  const [one, other] = [aSession({ userId: user.id }), aSession({ userId: user.id, kind: 'staff' })]
  for (const session of [one, other]) await fakes.sessions.open(session)
  const issueAccessLink = new IssueAccessLink(deps)
  const applySubscriptionEvent = new ApplySubscriptionEvent(fakes)
  const knows = async (password: string, email = user.email) => {
    const known = await fakes.users.byEmail(email)
    return fakes.passwords.matches(new Secret(password), known?.passwordHash ?? null)
  }
  return {
    ...fakes,
    user,
    one,
    other,
    errors,
    knows,
    issueAccessLink,
    set: new SetPassword(deps),
    change: new ChangePassword(deps),
    forgot: new RequestPasswordReset({ ...deps, issueAccessLink }),
    createUser: new CreateUser({ ...deps, issueAccessLink, applySubscriptionEvent }),
    open: async () => (await fakes.sessions.activeByUser(user.id, fakes.clock.now())).map(({ id }) => id),
  }
}

t.test('S-43 a new user has no password and sets one with a single-use invitation', async t => {
  const { createUser, set, knows, clock, users } = await scene()
  const added = await createUser.execute({ email: ' New@Example.test', name: 'Nia New', role: 'manager' })
  if (added === 'known') throw new Error('they are new')
  t.match(added.link.reveal(), /^https:\/\/ads\.example\/invitation\/[\w-]{43}$/)
  t.match(await users.byEmail('new@example.test'), { user: { role: 'manager' }, passwordHash: null })
  t.notOk(await knows('', 'new@example.test'), 'until then no password signs them in')

  const token = tokenOf(added.link)
  clock.advance(hours(7 * 24) - 1)
  t.match(await set.checkLink(token, 'invitation'), { email: 'new@example.test' })
  await t.rejects(set.checkLink(token, 'reset'), { code: 'access_link_invalid' })
  await t.rejects(set.execute(token, 'invitation', new Secret('short')), { code: 'password_not_allowed' })
  await set.execute(token, 'invitation', new Secret(good))
  t.ok(await knows(good, 'new@example.test'))
  await t.rejects(set.execute(token, 'invitation', new Secret(`${good}!`)), { code: 'access_link_invalid' })
  t.ok(await knows(good, 'new@example.test'))
})

t.test('S-43 an existing user is not added again', async t => {
  const { createUser, knows } = await scene()
  t.equal(await createUser.execute({ email: 'SAM@example.test', name: 'X', role: 'admin' }), 'known')
  t.ok(await knows('the old password'))
})

t.test('S-03 S-43 earlier billing events apply as soon as the user is added', async t => {
  const { createUser, events, users } = await scene()
  await events.record(anEvent({ about: { email: 'new@example.test' }, subscription: aSubscription() }))
  await createUser.execute({ email: 'new@example.test', name: 'Nia New', role: 'seller' })
  const userId = await users.idOf({ email: 'new@example.test' })
  t.strictSame(userId && (await users.subscriptionOf(userId)), aSubscription())
})

t.test('S-43 an invitation is only for users without a password, a reset link for everyone', async t => {
  const { issueAccessLink, user } = await scene()
  t.equal(await issueAccessLink.execute({ email: user.email }, 'invitation'), 'has_password')
  t.equal(await issueAccessLink.execute({ email: 'nobody@example.test' }, 'reset'), 'nobody')
  const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  t.match(issued.link.reveal(), /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/)
})

t.test('S-01 a reset link works once within 30 minutes and signs out every browser', async t => {
  const { issueAccessLink, user, set, knows, clock, open } = await scene()
  const issue = async () => {
    const issued = await issueAccessLink.execute({ email: user.email }, 'reset')
    if (typeof issued === 'string') throw new Error(issued)
    return tokenOf(issued.link)
  }
  const late = await issue()
  clock.advance(minutes(30))
  await t.rejects(set.execute(late, 'reset', new Secret(good)), { code: 'access_link_invalid' })
  t.equal((await open()).length, 2)

  const [first, second] = [await issue(), await issue()]
  const ends = await Promise.allSettled([
    set.execute(first, 'reset', new Secret(good)),
    set.execute(first, 'reset', new Secret(good)),
  ])
  t.strictSame(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'one of two uses succeeds')
  t.ok(await knows(good))
  t.strictSame(await open(), [])
  await t.rejects(
    set.execute(second, 'reset', new Secret(good)),
    { code: 'access_link_invalid' },
    'all other links are void',
  )
})

t.test('S-01 a reset link is sent only to the address of a known user', async t => {
  const { forgot, emails, user, errors } = await scene()
  await forgot.execute(' Sam@Example.test ')
  await forgot.execute('nobody@example.test')
  t.match(emails.sent, [{ to: user.email, link: /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/ }])
  t.equal(emails.sent.length, 1)
  t.strictSame(errors, [], 'an unknown address is not an internal error')
})

t.test('S-01 reset emails are limited per user, and a failed email reveals nothing', async t => {
  const { forgot, emails, clock, errors, links, user } = await scene()
  for (let requestCount = 0; requestCount < 5; requestCount += 1) await forgot.execute('sam@example.test')
  t.equal(emails.sent.length, 3)
  clock.advance(hours(1) + 1)
  emails.fails = new Error('the outbox does not answer')
  await t.resolves(forgot.execute('sam@example.test'))
  t.strictSame(errors, [emails.fails])
  t.equal(await links.countSince(user.id, 'reset', noon), 0, 'a link that was not sent is not kept')
})

t.test('S-01 changing a password needs the current one and ends other sessions and all links', async t => {
  const { change, user, one, other, knows, open, issueAccessLink, links, clock } = await scene()
  await issueAccessLink.execute({ email: user.email }, 'reset')
  const to = (current: string, next: string) =>
    change.execute(user, { current: new Secret(current), next: new Secret(next), sessionId: one.id })

  await t.rejects(to('not it', good), { code: 'current_password_incorrect' })
  await t.rejects(to('the old password', 'short'), { code: 'password_not_allowed' })
  t.strictSame((await open()).sort(), [one.id, other.id].sort())
  await to('the old password', good)
  t.ok(await knows(good))
  t.strictSame(await open(), [one.id])
  t.equal(await links.countSince(user.id, 'reset', new Date(clock.now().getTime() - 1)), 0)
})

t.test('S-01 a link is erased once it neither works nor counts', async t => {
  const { issueAccessLink, user, links, sessions, clock } = await scene()
  await issueAccessLink.execute({ email: user.email }, 'reset')
  const sweep = new PurgeExpiredAccess({ sessions, links, clock })
  const countLinks = () => links.countSince(user.id, 'reset', new Date(0))
  clock.advance(minutes(89))
  await sweep.execute()
  t.equal(await countLinks(), 1)
  clock.advance(minutes(1))
  await sweep.execute()
  t.equal(await countLinks(), 0)
})

t.test('S-01 a concurrent reset wins over a password change with the old password', async t => {
  const { change, users, user, one, open, knows } = await scene()
  users.meanwhile = async () => users.savePassword(user.id, new Secret('the hash of the reset'))
  const changing = change.execute(user, {
    current: new Secret('the old password'),
    next: new Secret(good),
    sessionId: one.id,
  })

  await t.rejects(changing, { code: 'current_password_incorrect' })
  t.notOk(await knows(good))
  t.equal((await open()).length, 2, 'no session was ended')
})
