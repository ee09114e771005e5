import t from 'tap'
import { IssueAccessLink, SendConnectLink } from '../../../src/application/access/index.ts'
import { FollowConnectLink, StartAuthorisation } from '../../../src/application/connection/index.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import type { SessionId, UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSubscription, aUser, minutesLater, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

function scene({
  by: byRole = 'support',
  role = 'seller',
  subscription = aSubscription(),
}: {
  readonly by?: Role
  readonly role?: Role
  readonly subscription?: Subscription | null
} = {}) {
  const fakes = openAccessFakes()
  const [by, user, other] = [
    aUser({ role: byRole }),
    aUser({ email: 'sam@example.test', role }),
    aUser({ email: 'eve@example.test' }),
  ]
  fakes.users.add(by, { subscription: null })
  for (const each of [user, other]) fakes.users.add(each, { subscription })
  const issueAccessLink = new IssueAccessLink({ ...fakes, publicUrl: new URL('https://ads.example/') })
  const sendConnectLink = new SendConnectLink({ ...fakes, issueAccessLink })
  const follow = new FollowConnectLink({ ...fakes, startAuthorisation: new StartAuthorisation(fakes) })
  const sessionId = anId<SessionId>()
  return {
    ...fakes,
    by,
    user,
    other,
    send: (its: Partial<Parameters<typeof sendConnectLink.execute>[0]> = {}) =>
      sendConnectLink.execute({
        by: by.id,
        userId: user.id,
        reason: 'Asked by telephone',
        from: anOrigin,
        ...its,
      }),
    /** From the last email. */
    token: () => new Secret(fakes.emails.toConnect.at(-1)?.link.split('/').at(-1) ?? ''),
    look: (token: Secret, who = user) => follow.checkLink({ token, user: who }),
    press: (token: Secret, who = user) => follow.execute({ token, user: who, sessionId }),
    kinds: () => fakes.timeline.entries.map(({ event }) => event.kind),
  }
}

t.test('S-43 support sends a connect link by email, and the audit log does not contain the link', async t => {
  for (const role of ['support', 'admin'] as const) {
    const { send, emails, audit, timeline, by, user, token } = scene({ by: role })

    await send({ reason: ' Asked  by telephone' })

    t.match(emails.toConnect, [
      { to: 'sam@example.test', link: /^https:\/\/ads\.example\/connect\/[\w-]{43}$/ },
    ])
    t.strictSame(audit.entries, [
      {
        at: noon,
        staffId: by.id,
        action: 'connect_link_sent',
        userId: user.id,
        connectionId: null,
        reason: 'Asked by telephone',
        before: null,
        after: { validUntil: minutesLater(15).toISOString() },
        from: anOrigin,
      },
    ])
    t.match(timeline.of('connect_link_sent'), [
      { userId: user.id, event: { by: { userId: by.id, reason: 'Asked by telephone' } } },
    ])
    const loggedText = JSON.stringify([audit.entries, timeline.entries])
    t.notMatch(loggedText, token().reveal())
    t.notMatch(loggedText, 'sam@example.test')
  }
})

t.test('S-43 a connect link leads to Amazon once, as the connect button does', async t => {
  const { send, token, look, press, attempts, timeline, kinds, user } = scene()
  await send()
  for (const _ of [1, 2, 3]) await look(token())

  const { url } = await press(token())

  t.match(url, 'state=')
  t.match(attempts.all, [{ userId: user.id, reauthorisedConnectionId: null, region: 'na' }])
  t.match(timeline.of('connect_link_used'), [{ userId: user.id }])
  t.strictSame(kinds(), ['connect_link_sent', 'connect_link_used', 'sent_to_amazon'])
  await t.rejects(look(token()), { code: 'connect_link_invalid' })
  await t.rejects(press(token()), { code: 'connect_link_invalid' })
  t.equal(attempts.all.length, 1)
})

t.test('S-43 a connect link leaves a password reset link unchanged', async t => {
  const { send, token, press, links, user, clock } = scene()
  const forgotten = new Secret('for a new password')
  const createdAt = clock.now()
  await links.save({ userId: user.id, purpose: 'reset', createdAt, expiresAt: minutesLater(30) }, forgotten)

  await send()
  await press(token())

  t.ok(await links.find(forgotten, 'reset', clock.now()))
})

t.test('S-43 only one of two concurrent uses of a connect link succeeds', async t => {
  const { send, token, press, attempts, kinds } = scene()
  await send()

  const both = await Promise.allSettled([press(token()), press(token())])

  t.strictSame(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.equal(attempts.all.length, 1)
  t.equal(kinds().filter(kind => kind === 'connect_link_used').length, 1)
})

t.test('S-43 a connect link expires after 15 minutes or when a newer one is sent', async t => {
  const { send, token, look, press, clock, attempts } = scene()
  await send()
  const first = token()
  await send()
  await t.rejects(look(first), { code: 'connect_link_invalid' })
  await look(token())

  clock.advance(minutes(15) - 1)
  await look(token())
  clock.advance(1)
  await t.rejects(look(token()), { code: 'connect_link_invalid' })
  await t.rejects(press(token()), { code: 'connect_link_invalid' })
  await t.rejects(press(new Secret('x')), { code: 'connect_link_invalid' })
  t.strictSame(attempts.all, [])
})

t.test('S-46 another user cannot use a connect link and does not use it up', async t => {
  const { send, token, look, press, attempts, other, kinds } = scene()
  await send()

  await t.rejects(look(token(), other), { code: 'connect_link_for_another_user', email: 'eve@example.test' })
  await t.rejects(press(token(), other), { code: 'connect_link_for_another_user' })

  t.strictSame([attempts.all, kinds()], [[], ['connect_link_sent']])
  await press(token())
  t.equal(attempts.all.length, 1)
})

t.test('S-02 S-43 without a plan a connect link does not lead to Amazon and stays usable', async t => {
  const { send, token, press, attempts, users, user } = scene({ subscription: null })
  await send()
  await t.rejects(press(token()), { code: 'plan_required' })
  t.strictSame(attempts.all, [])

  users.add(user, { subscription: aSubscription() })
  await press(token())
  t.equal(attempts.all.length, 1)
})

t.test('S-43 S-46 a rejected connect link sends nothing and keeps the previous link', async t => {
  for (const by of ['manager', 'seller'] as const) {
    const { send, emails, audit, kinds } = scene({ by })
    await t.rejects(send(), { code: 'staff_only' }, by)
    t.strictSame([emails.toConnect, audit.entries, kinds()], [[], [], []])
  }
  const agent = scene({ role: 'support' })
  await t.rejects(agent.send(), { code: 'user_has_no_dashboard' })
  t.strictSame([agent.emails.toConnect, agent.audit.entries, agent.kinds()], [[], [], []])

  const { send, emails, token, look, audit } = scene()
  await send()
  await t.rejects(send({ reason: ' no ' }), { code: 'invalid_reason' })
  await t.rejects(send({ userId: anId<UserId>() }), { code: 'user_not_found' })
  emails.fails = new Error('the disk is full')
  await t.rejects(send(), { message: 'the disk is full' })
  await look(token())
  t.equal(audit.entries.length, 1)
})
