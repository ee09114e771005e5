import t from 'tap'
import {
  AddPerson,
  ChangePassword,
  ChangeSubscription,
  ForgotPassword,
  IssueLink,
  SetPassword,
  SweepAccess,
} from '../../../src/application/access/index.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anEvent, aPerson, aSession, aSubscription, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

const good = 'a quiet river at dawn'
const tokenOf = (link: Secret | string) =>
  new Secret(new URL(typeof link === 'string' ? link : link.reveal()).pathname.split('/').at(-1) ?? '')

async function scene() {
  const fakes = openAccessFakes()
  const errors: unknown[] = []
  const needs = {
    ...fakes,
    publicUrl: new URL('https://ads.example/'),
    onError: (e: unknown) => errors.push(e),
  }
  const person = aPerson({ email: 'sam@example.test' })
  fakes.people.add(person, { subscription: null, password: 'the old password' })
  const [one, other] = [aSession({ personId: person.id }), aSession({ personId: person.id, kind: 'staff' })]
  for (const session of [one, other]) await fakes.sessions.open(session)
  const issueLink = new IssueLink(needs)
  const changeSubscription = new ChangeSubscription(fakes)
  const knows = async (password: string, email = person.email) => {
    const known = await fakes.people.byEmail(email)
    return fakes.passwords.matches(new Secret(password), known?.passwordHash ?? null)
  }
  return {
    ...fakes,
    person,
    one,
    other,
    errors,
    knows,
    issueLink,
    set: new SetPassword(needs),
    change: new ChangePassword(needs),
    forgot: new ForgotPassword({ ...needs, issueLink }),
    addPerson: new AddPerson({ ...needs, issueLink, changeSubscription }),
    open: async () => (await fakes.sessions.openOf(person.id, fakes.clock.now())).map(({ id }) => id),
  }
}

t.test('S-43 a new user has no password and sets one with a single-use invitation', async t => {
  const { addPerson, set, knows, clock, people } = await scene()
  const added = await addPerson.run({ email: ' New@Example.test', name: 'Nia New', role: 'manager' })
  if (added === 'known') throw new Error('they are new')
  t.match(added.link.reveal(), /^https:\/\/ads\.example\/invitation\/[\w-]{43}$/)
  t.match(await people.byEmail('new@example.test'), { person: { role: 'manager' }, passwordHash: null })
  t.notOk(await knows('', 'new@example.test'), 'until then no password signs them in')

  const token = tokenOf(added.link)
  clock.advance(hours(7 * 24) - 1)
  t.match(await set.look(token, 'invitation'), { email: 'new@example.test' })
  await t.rejects(set.look(token, 'reset'), { code: 'link_worthless' })
  await t.rejects(set.run(token, 'invitation', new Secret('short')), { code: 'password_refused' })
  await set.run(token, 'invitation', new Secret(good))
  t.ok(await knows(good, 'new@example.test'))
  await t.rejects(set.run(token, 'invitation', new Secret(`${good}!`)), { code: 'link_worthless' })
  t.ok(await knows(good, 'new@example.test'))
})

t.test('S-43 an existing user is not added again', async t => {
  const { addPerson, knows } = await scene()
  t.equal(await addPerson.run({ email: 'SAM@example.test', name: 'X', role: 'admin' }), 'known')
  t.ok(await knows('the old password'))
})

t.test('S-03 S-43 earlier billing events apply as soon as the user is added', async t => {
  const { addPerson, events, people } = await scene()
  await events.record(anEvent({ about: { email: 'new@example.test' }, says: aSubscription() }))
  await addPerson.run({ email: 'new@example.test', name: 'Nia New', role: 'seller' })
  const personId = await people.idOf({ email: 'new@example.test' })
  t.strictSame(personId && (await people.subscriptionOf(personId)), aSubscription())
})

t.test('S-43 an invitation is only for users without a password, a reset link for everyone', async t => {
  const { issueLink, person } = await scene()
  t.equal(await issueLink.run({ email: person.email }, 'invitation'), 'has_password')
  t.equal(await issueLink.run({ email: 'nobody@example.test' }, 'reset'), 'nobody')
  const issued = await issueLink.run({ email: person.email }, 'reset')
  if (typeof issued === 'string') throw new Error(issued)
  t.match(issued.link.reveal(), /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/)
})

t.test('S-01 a reset link works once within 30 minutes and signs out every browser', async t => {
  const { issueLink, person, set, knows, clock, open } = await scene()
  const issue = async () => {
    const issued = await issueLink.run({ email: person.email }, 'reset')
    if (typeof issued === 'string') throw new Error(issued)
    return tokenOf(issued.link)
  }
  const late = await issue()
  clock.advance(minutes(30))
  await t.rejects(set.run(late, 'reset', new Secret(good)), { code: 'link_worthless' })
  t.equal((await open()).length, 2)

  const [first, second] = [await issue(), await issue()]
  const ends = await Promise.allSettled([
    set.run(first, 'reset', new Secret(good)),
    set.run(first, 'reset', new Secret(good)),
  ])
  t.strictSame(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'one of two uses succeeds')
  t.ok(await knows(good))
  t.strictSame(await open(), [])
  await t.rejects(
    set.run(second, 'reset', new Secret(good)),
    { code: 'link_worthless' },
    'all other links are void',
  )
})

t.test('S-01 a reset link is sent only to the address of a known user', async t => {
  const { forgot, mails, person, errors } = await scene()
  await forgot.run(' Sam@Example.test ')
  await forgot.run('nobody@example.test')
  t.match(mails.sent, [{ to: person.email, link: /^https:\/\/ads\.example\/password\/reset\/[\w-]{43}$/ }])
  t.equal(mails.sent.length, 1)
  t.strictSame(errors, [], 'an unknown address is not an internal error')
})

t.test('S-01 reset emails are limited per user, and a failed email reveals nothing', async t => {
  const { forgot, mails, clock, errors, links, person } = await scene()
  for (let asked = 0; asked < 5; asked += 1) await forgot.run('sam@example.test')
  t.equal(mails.sent.length, 3)
  clock.advance(hours(1) + 1)
  mails.fails = new Error('the outbox does not answer')
  await t.resolves(forgot.run('sam@example.test'))
  t.strictSame(errors, [mails.fails])
  t.equal(await links.countSince(person.id, 'reset', noon), 0, 'a link that was not sent is not kept')
})

t.test('S-01 changing a password needs the current one and ends other sessions and all links', async t => {
  const { change, person, one, other, knows, open, issueLink, links, clock } = await scene()
  await issueLink.run({ email: person.email }, 'reset')
  const to = (current: string, next: string) =>
    change.run(person, { current: new Secret(current), next: new Secret(next), kept: one.id })

  await t.rejects(to('not it', good), { code: 'current_password_wrong' })
  await t.rejects(to('the old password', 'short'), { code: 'password_refused' })
  t.strictSame((await open()).sort(), [one.id, other.id].sort())
  await to('the old password', good)
  t.ok(await knows(good))
  t.strictSame(await open(), [one.id])
  t.equal(await links.countSince(person.id, 'reset', new Date(clock.now().getTime() - 1)), 0)
})

t.test('S-01 a link is erased once it neither works nor counts', async t => {
  const { issueLink, person, links, sessions, clock } = await scene()
  await issueLink.run({ email: person.email }, 'reset')
  const sweep = new SweepAccess({ sessions, links, clock })
  const kept = () => links.countSince(person.id, 'reset', new Date(0))
  clock.advance(minutes(89))
  await sweep.run()
  t.equal(await kept(), 1)
  clock.advance(minutes(1))
  await sweep.run()
  t.equal(await kept(), 0)
})

t.test('S-01 a concurrent reset wins over a password change with the old password', async t => {
  const { change, people, person, one, open, knows } = await scene()
  people.meanwhile = async () => people.savePassword(person.id, new Secret('the hash of the reset'))
  const changing = change.run(person, {
    current: new Secret('the old password'),
    next: new Secret(good),
    kept: one.id,
  })

  await t.rejects(changing, { code: 'current_password_wrong' })
  t.notOk(await knows(good))
  t.equal((await open()).length, 2, 'no session was ended')
})
