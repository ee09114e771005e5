import t from 'tap'
import { SendConnectLink } from '../../../src/admin/users/send-connect-link.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { FollowConnectLink } from '../../../src/application/connection/authorisation/follow-connect-link.ts'
import { StartAuthorisation } from '../../../src/application/connection/authorisation/start-authorisation.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import type { SessionId, UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSubscription, aUser, minutesLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene({
  by: byRole = 'support',
  role = 'seller',
  subscription = aSubscription(),
}: {
  readonly by?: Role
  readonly role?: Role
  readonly subscription?: Subscription | null
} = {}) {
  const fakes = openFakes()
  const [by, user, other] = [
    aUser({ role: byRole }),
    aUser({ email: 'sam@example.test', role }),
    aUser({ email: 'eve@example.test' }),
  ]
  fakes.users.add(by, { subscription: null })
  for (const each of [user, other]) fakes.users.add(each, { subscription })
  const issueAccessLink = new IssueAccessLink({ ...fakes, publicUrl: new URL('https://ads.example/') })
  const sendConnectLink = new SendConnectLink({ ...fakes, issueAccessLink })
  const followConnectLink = new FollowConnectLink({
    ...fakes,
    startAuthorisation: new StartAuthorisation(fakes),
  })
  const sessionId = anId<SessionId>()
  return {
    ...fakes,
    by,
    user,
    other,
    sendLink: (overrides: Partial<Parameters<typeof sendConnectLink.execute>[0]> = {}) =>
      sendConnectLink.execute({
        by: by.id,
        userId: user.id,
        reason: 'Asked by telephone',
        from: anOrigin,
        ...overrides,
      }),
    lastToken: () => new Secret(fakes.emails.toConnect.at(-1)?.link.split('/').at(-1) ?? ''),
    checkLink: (token: Secret, asUser = user) => followConnectLink.checkLink({ token, user: asUser }),
    followLink: (token: Secret, asUser = user) =>
      followConnectLink.execute({ token, user: asUser, sessionId }),
    eventKinds: () => fakes.timeline.entries.map(({ event }) => event.kind),
  }
}

t.test('S-43 support sends a connect link by email, and the audit log does not contain the link', async t => {
  for (const role of ['support', 'admin'] as const) {
    const { sendLink, emails, audit, timeline, by, user, lastToken } = scene({ by: role })

    await sendLink()

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
    t.notMatch(loggedText, lastToken().reveal())
    t.notMatch(loggedText, 'sam@example.test')
  }
})

t.test('S-43 a connect link leads to Amazon once, as the connect button does', async t => {
  const { sendLink, lastToken, checkLink, followLink, attempts, timeline, eventKinds, user } = scene()
  await sendLink()
  for (const _ of [1, 2, 3]) await checkLink(lastToken())

  const { url } = await followLink(lastToken())

  t.match(url, 'state=')
  t.match(attempts.all, [{ userId: user.id, reauthorisedConnectionId: null, region: 'na' }])
  t.match(timeline.of('connect_link_used'), [{ userId: user.id }])
  t.strictSame(eventKinds(), ['connect_link_sent', 'connect_link_used', 'sent_to_amazon'])
  await t.rejects(checkLink(lastToken()), { code: 'connect_link_invalid' })
  await t.rejects(followLink(lastToken()), { code: 'connect_link_invalid' })
  t.equal(attempts.all.length, 1)
})

t.test('S-43 sending and using a connect link leaves a password reset link valid', async t => {
  const { sendLink, lastToken, followLink, links, user, clock } = scene()
  const resetToken = new Secret('for a new password')
  const createdAt = clock.now()
  await links.save({ userId: user.id, purpose: 'reset', createdAt, expiresAt: minutesLater(30) }, resetToken)

  await sendLink()
  await followLink(lastToken())

  t.ok(await links.find(resetToken, 'reset', clock.now()))
})

t.test('S-43 only one of two concurrent uses of a connect link succeeds', async t => {
  const { sendLink, lastToken, followLink, attempts, eventKinds } = scene()
  await sendLink()

  const results = await Promise.allSettled([followLink(lastToken()), followLink(lastToken())])

  t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.equal(attempts.all.length, 1)
  t.equal(eventKinds().filter(kind => kind === 'connect_link_used').length, 1)
})

t.test('S-43 a connect link expires after 15 minutes or when a newer one is sent', async t => {
  const { sendLink, lastToken, checkLink, followLink, clock, attempts } = scene()
  await sendLink()
  const first = lastToken()
  await sendLink()
  await t.rejects(checkLink(first), { code: 'connect_link_invalid' })
  await checkLink(lastToken())

  clock.advance(minutes(15) - 1)
  await checkLink(lastToken())
  clock.advance(1)
  await t.rejects(checkLink(lastToken()), { code: 'connect_link_invalid' })
  await t.rejects(followLink(lastToken()), { code: 'connect_link_invalid' })
  await t.rejects(followLink(new Secret('x')), { code: 'connect_link_invalid' })
  t.strictSame(attempts.all, [])
})

t.test('S-46 another user cannot use a connect link and does not use it up', async t => {
  const { sendLink, lastToken, checkLink, followLink, attempts, other, eventKinds } = scene()
  await sendLink()

  await t.rejects(checkLink(lastToken(), other), {
    code: 'connect_link_for_another_user',
    email: 'eve@example.test',
  })
  await t.rejects(followLink(lastToken(), other), { code: 'connect_link_for_another_user' })

  t.strictSame([attempts.all, eventKinds()], [[], ['connect_link_sent']])
  await followLink(lastToken())
  t.equal(attempts.all.length, 1)
})

t.test('S-02 S-43 without a plan a connect link does not lead to Amazon and stays usable', async t => {
  const { sendLink, lastToken, followLink, attempts, users, user } = scene({ subscription: null })
  await sendLink()
  await t.rejects(followLink(lastToken()), { code: 'plan_required' })
  t.strictSame(attempts.all, [])

  users.add(user, { subscription: aSubscription() })
  await followLink(lastToken())
  t.equal(attempts.all.length, 1)
})

t.test('S-43 S-46 a rejected connect link request sends nothing and keeps the previous link', async t => {
  for (const by of ['manager', 'seller'] as const) {
    const { sendLink, emails, audit, eventKinds } = scene({ by })
    await t.rejects(sendLink(), { code: 'staff_only' }, by)
    t.strictSame([emails.toConnect, audit.entries, eventKinds()], [[], [], []])
  }
  const agent = scene({ role: 'support' })
  await t.rejects(agent.sendLink(), { code: 'user_has_no_dashboard' })
  t.strictSame([agent.emails.toConnect, agent.audit.entries, agent.eventKinds()], [[], [], []])

  const { sendLink, emails, lastToken, checkLink, audit } = scene()
  await sendLink()
  await t.rejects(sendLink({ userId: anId<UserId>() }), { code: 'user_not_found' })
  emails.sendError = new Error('the disk is full')
  await t.rejects(sendLink(), { message: 'the disk is full' })
  await checkLink(lastToken())
  t.equal(audit.entries.length, 1)
})
