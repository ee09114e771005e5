import t from 'tap'
import type { ConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import type { RunKind } from '../../../src/domain/ingestion/run.ts'
import { nextTryAt } from '../../../src/domain/mail/delivery.ts'
import { addresseeOf, allMails, isWanted, type Mail, optionOf } from '../../../src/domain/mail/mail.ts'
import {
  disconnectedMail,
  erasedMail,
  helpAnsweredMail,
  helpRequestedMail,
  lossMails,
  replacedMail,
  settlementMails,
} from '../../../src/domain/mail/occasions.ts'
import { judge, type MailFacts } from '../../../src/domain/mail/verdict.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aClosedConnection,
  aHelpRequest,
  anId,
  anUnauthorisedConnection,
  aProfile,
  aRemark,
  aSubscription,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

const days = (count: number) => hoursLater(24 * count)
const lost = anUnauthorisedConnection({ since: noon })
const closed = aClosedConnection({ closedAt: noon })
const facts = (its: Partial<MailFacts> = {}): MailFacts => ({
  connection: { status: 'needs_authorisation', since: noon, closedAt: null },
  subscription: aSubscription(),
  choice: allMails,
  lookedAt: null,
  toldAt: null,
  isEarlierWaiting: false,
  grantLosses: 0,
  ...its,
})
const [first, ...reminders] = lossMails(lost).map(({ mail }) => mail) as [Mail, Mail, Mail, Mail, Mail]
const loaded = { runId: anId(), connectionId: anId(), personId: anId(), profile: aProfile() } as const
const [ready] = settlementMails(loaded as never, { kind: 'first', loaded: 1 }, noon)
const readyFacts = (lookedAt: Date | null, status: 'active' | 'closed' = 'active') =>
  facts({ connection: { status, since: null, closedAt: null }, lookedAt })
const judged = (mail: Mail | undefined, of: MailFacts, now = noon) => (mail ? judge(mail, of, 30, now) : null)
const asked = aHelpRequest({ personId: anId<PersonId>(), connectionId: anId<ConnectionId>() })
const helpMails = [
  helpRequestedMail(asked).mail,
  helpAnsweredMail(asked, aRemark({ requestId: asked.id, kind: 'answer' })).mail,
]
const dropped = (why: string) => ({ verdict: 'drop', why })

t.test('S-31 a lost authorisation is emailed at once, with reminders on days 1, 3, 7 and 14', async t => {
  const expired = lossMails({ ...lost, why: 'consent_expired' })

  t.strictSame(
    expired.map(({ dueAt }) => dueAt),
    [noon, days(1), days(3), days(7), days(14)],
  )
  t.strictSame(
    expired.map(({ episode }) => episode),
    [0, 1, 2, 3, 4].map(n => `needs_authorisation:${lost.id}:${noon.toISOString()}:${n}`),
  )
})

t.test('S-31 the email about a revoked grant waits ten minutes, in case it is our fault', async t => {
  t.strictSame(lossMails({ ...lost, why: 'grant_gone' })[0]?.dueAt, minutesLater(10))
  t.strictSame(lossMails({ ...lost, why: 'profile_rights_lost' })[0]?.dueAt, noon)
})

t.test('S-31 an email about a lost authorisation is sent only while that loss lasts', async t => {
  t.strictSame(judged(first, facts()), { verdict: 'send' })
  const connection = (its: object) => ({ ...facts().connection, ...its }) as MailFacts['connection']
  for (const over of [
    connection({ status: 'active', since: null }),
    connection({ status: 'closed', since: null }),
    connection({ since: minutesLater(1) }),
    null,
  ])
    t.strictSame(judged(first, facts({ connection: over })), dropped('reason_over'))
})

t.test('S-31 many revoked grants in a row delay the unsent emails about them', async t => {
  t.strictSame(judged(first, facts({ grantLosses: 3 })), { verdict: 'send' })
  t.strictSame(judged(first, facts({ grantLosses: 4 })), { verdict: 'wait', until: minutesLater(10) })
  const [expired] = lossMails({ ...lost, why: 'consent_expired' })
  t.strictSame(
    judged(expired?.mail, facts({ grantLosses: 4 })),
    { verdict: 'send' },
    'an expired consent cannot be our fault',
  )
})

t.test('S-31 a reminder needs a plan and a day without another email about the loss', async t => {
  const [one] = reminders
  t.strictSame(judged(one, facts(), days(1)), { verdict: 'send' })
  t.strictSame(judged(one, facts({ subscription: null }), days(1)), dropped('plan_lacking'))
  const endsAt = days(1)
  t.strictSame(
    judged(one, facts({ subscription: aSubscription({ endsAt }) }), endsAt),
    dropped('plan_lacking'),
  )
  t.strictSame(judged(one, facts({ isEarlierWaiting: true }), days(1)), dropped('earlier_waits'))
  t.strictSame(judged(one, facts({ toldAt: hoursLater(5) }), days(1)), dropped('told_lately'))
  t.strictSame(judged(one, facts({ toldAt: hoursLater(4) }), days(1)), { verdict: 'send' })
  t.strictSame(
    judged(first, facts({ subscription: null, toldAt: noon })),
    { verdict: 'send' },
    'the first email needs neither',
  )
})

t.test('S-31 an interactive sync is announced by email when it loaded data', async t => {
  const told = (kind: RunKind, count: number) =>
    settlementMails(loaded as never, { kind, loaded: count }, noon).length

  t.strictSame([told('first', 1), told('renewal', 1), told('first', 0)], [1, 1, 0])
  for (const kind of ['daily', 'retry', 'again'] as const) t.equal(told(kind, 9), 0, kind)
  t.strictSame(ready?.dueAt, minutesLater(2))
})

t.test('S-31 a ready email is suppressed if the page was open within the last 90 seconds', async t => {
  // Two view intervals of 30 s, plus the 30 s without a recorded view.
  t.strictSame(judged(ready?.mail, readyFacts(null)), { verdict: 'send' })
  t.strictSame(judged(ready?.mail, readyFacts(minutesLater(-1.5))), dropped('seen_on_page'))
  t.strictSame(judged(ready?.mail, readyFacts(minutesLater(-1.51))), { verdict: 'send' })
  t.strictSame(
    judged(ready?.mail, readyFacts(minutesLater(1))),
    dropped('seen_on_page'),
    'the page was opened shortly after',
  )
  t.strictSame(judged(ready?.mail, readyFacts(null, 'closed')), dropped('reason_over'))
  t.strictSame(judged(ready?.mail, facts({ connection: null })), dropped('reason_over'))
})

t.test('S-31 an email about a closed connection is suppressed once it is reopened', async t => {
  for (const { mail } of [replacedMail(closed), disconnectedMail(closed)]) {
    const connection = { status: 'closed', since: null, closedAt: noon } as const
    t.strictSame(judged(mail, facts({ connection })), { verdict: 'send' })
    for (const over of [
      { ...connection, status: 'active', closedAt: null } as const,
      { ...connection, closedAt: minutesLater(1) },
      { ...connection, status: 'erasing' } as const,
      null,
    ])
      t.strictSame(judged(mail, facts({ connection: over })), dropped('reason_over'))
  }
})

t.test('S-31 each closing of a connection has one email, keyed by kind and time', async t => {
  for (const [outgoing, kind] of [
    [replacedMail({ ...closed, reason: 'replaced' }), 'replaced'],
    [disconnectedMail(closed), 'disconnected'],
  ] as const)
    t.equal(outgoing.episode, `${kind}:${closed.id}:${noon.toISOString()}`)
})

t.test('S-27 S-31 the email about an erasure names no erased data', async t => {
  const outgoing = erasedMail(closed, () => 'a new id')

  t.equal(outgoing.connectionId, null)
  t.equal(outgoing.episode, 'erased:a new id')
  t.notMatch(JSON.stringify(outgoing), closed.id)
  t.notMatch(JSON.stringify(outgoing), 'My Brand')
  t.strictSame(judged(outgoing.mail, facts({ connection: null })), { verdict: 'send' })
})

t.test('S-31 an expired link is not sent', async t => {
  const [link, validUntil] = [new Secret('https://ads.example/x'), minutesLater(30).toISOString()]
  for (const kind of ['password_reset', 'invitation', 'connect_link'] as const) {
    const mail = { kind, link, validUntil }
    t.strictSame(judged(mail, facts(), minutesLater(29)), { verdict: 'send' })
    t.strictSame(judged(mail, facts(), minutesLater(30)), dropped('expired'))
  }
})

t.test('S-31 only reminders and data-ready emails can be switched off', async t => {
  const [link, validUntil] = [new Secret('x'), noon.toISOString()]
  const mails = [
    first,
    ...reminders,
    ready?.mail as Mail,
    replacedMail(closed).mail,
    disconnectedMail(closed).mail,
    erasedMail(closed, () => 'x').mail,
    { kind: 'password_reset', link, validUntil } as const,
    { kind: 'invitation', link, validUntil } as const,
    { kind: 'connect_link', link, validUntil } as const,
    ...helpMails,
  ]
  t.strictSame(mails.map(optionOf), [
    null,
    ...['reminders', 'reminders', 'reminders', 'reminders', 'ready'],
    ...[null, null, null, null, null, null],
    ...[null, null],
  ])
  t.notOk(isWanted(ready?.mail as Mail, { ready: false, reminders: true }))
  t.ok(isWanted(ready?.mail as Mail, { ready: true, reminders: false }))
  t.strictSame(
    judged(reminders[0], facts({ choice: { ready: true, reminders: false } }), days(1)),
    dropped('opted_out'),
  )
})

t.test('S-30 an email to support contains none of the user’s words and is always sent', async t => {
  const outgoing = helpRequestedMail(asked)

  t.strictSame(outgoing.mail, { kind: 'help_requested', requestId: asked.id })
  t.has(outgoing, { personId: asked.personId, connectionId: asked.connectionId, dueAt: noon })
  t.strictSame(helpMails.map(addresseeOf), ['support', 'person'])
  t.equal(addresseeOf(first), 'person')
  for (const mail of helpMails)
    for (const connection of [null, facts().connection])
      t.strictSame(judged(mail, facts({ connection, subscription: null })), { verdict: 'send' })
})

t.test('S-30 each reply is a separate email, due at once and sent about its request', async t => {
  const answer = aRemark({
    requestId: asked.id,
    kind: 'answer',
    writtenAt: minutesLater(1),
    words: 'One\ntwo',
  })
  t.strictSame(helpAnsweredMail(asked, answer), {
    episode: `help_answered:${answer.id}`,
    personId: asked.personId,
    connectionId: asked.connectionId,
    mail: { kind: 'help_answered', requestId: asked.id, words: 'One\ntwo' },
    createdAt: minutesLater(1),
    dueAt: minutesLater(1),
  })
})

t.test('S-31 an email that is not accepted is retried for two days at growing, varied intervals', async t => {
  const at = (tries: number, now = noon, dice = 0.5) => nextTryAt({ tries, firstTriedAt: noon }, dice, now)

  t.strictSame(
    [1, 2, 3, 4].map(tries => at(tries)),
    [1, 4, 16, 64].map(count => minutesLater(count)),
  )
  t.strictSame(at(9), hoursLater(6))
  t.strictSame([at(1, noon, 0), at(1, noon, 1)], [minutesLater(0.8), minutesLater(1.2)])
  t.strictSame(at(9, hoursLater(41.9)), hoursLater(47.9))
  t.equal(at(9, hoursLater(42)), null)
})
