import t from 'tap'
import { type DeliveryInput, decideDelivery } from '../../../src/domain/email/delivery-decision.ts'
import {
  defaultEmailPreferences,
  type EmailMessage,
  isEmailWanted,
  preferenceFor,
  recipientOf,
} from '../../../src/domain/email/email-message.ts'
import { retryTimeOf } from '../../../src/domain/email/retry-schedule.ts'
import {
  authorisationLossEmails,
  disconnectedEmail,
  erasedEmail,
  replacedEmail,
  supportRequestRepliedEmail,
  supportRequestSubmittedEmail,
  syncFinishedEmails,
} from '../../../src/domain/email/triggers.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import type { SyncRunKind } from '../../../src/domain/ingestion/sync-run.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aClosedConnection,
  aComment,
  anId,
  anUnauthorisedConnection,
  aProfile,
  aSubscription,
  aSupportRequest,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

const days = (count: number) => hoursLater(24 * count)
const lost = anUnauthorisedConnection({ since: noon })
const closed = aClosedConnection({ closedAt: noon })
const inputWith = (overrides: Partial<DeliveryInput> = {}): DeliveryInput => ({
  connection: { status: 'needs_authorisation', since: noon, closedAt: null },
  subscription: aSubscription(),
  choice: defaultEmailPreferences,
  viewedAt: null,
  lastEmailedAt: null,
  hasEarlierEmailWaiting: false,
  grantLosses: 0,
  ...overrides,
})
const [first, ...reminders] = authorisationLossEmails(lost).map(({ message }) => message) as [
  EmailMessage,
  EmailMessage,
  EmailMessage,
  EmailMessage,
  EmailMessage,
]
const loadedRun = { syncRunId: anId(), connectionId: anId(), userId: anId(), profile: aProfile() } as const
const [ready] = syncFinishedEmails(loadedRun as never, { kind: 'initial', loaded: 1 }, noon)
const readyInput = (viewedAt: Date | null, status: 'active' | 'closed' = 'active') =>
  inputWith({ connection: { status, since: null, closedAt: null }, viewedAt })
const decide = (message: EmailMessage | undefined, input: DeliveryInput, now = noon) =>
  message ? decideDelivery(message, input, 30, now) : null
const supportRequest = aSupportRequest({ userId: anId<UserId>(), connectionId: anId<ConnectionId>() })
const supportEmails = [
  supportRequestSubmittedEmail(supportRequest).message,
  supportRequestRepliedEmail(supportRequest, aComment({ requestId: supportRequest.id, kind: 'reply' }))
    .message,
]
const dropped = (why: string) => ({ decision: 'suppress', why })

t.test(
  'S-31 an authorisation marked by staff is emailed at once, with reminders on days 1, 3, 7 and 14',
  async t => {
    const marked = authorisationLossEmails({ ...lost, why: 'marked_by_staff' })

    t.strictSame(
      marked.map(({ dueAt }) => dueAt),
      [noon, days(1), days(3), days(7), days(14)],
    )
    t.strictSame(
      marked.map(({ idempotencyKey }) => idempotencyKey),
      [0, 1, 2, 3, 4].map(n => `needs_authorisation:${lost.id}:${noon.toISOString()}:${n}`),
    )
  },
)

t.test(
  'S-31 the email about a loss that Amazon caused waits ten minutes, in case it is our fault',
  async t => {
    for (const why of ['grant_revoked', 'consent_expired', 'profile_access_lost'] as const)
      t.strictSame(authorisationLossEmails({ ...lost, why })[0]?.dueAt, minutesLater(10), why)
  },
)

t.test('S-31 an email about a lost authorisation is sent only while that loss lasts', async t => {
  t.strictSame(decide(first, inputWith()), { decision: 'send' })
  const connectionWith = (overrides: object) =>
    ({ ...inputWith().connection, ...overrides }) as DeliveryInput['connection']
  for (const connection of [
    connectionWith({ status: 'active', since: null }),
    connectionWith({ status: 'closed', since: null }),
    connectionWith({ since: minutesLater(1) }),
    null,
  ])
    t.strictSame(decide(first, inputWith({ connection })), dropped('no_longer_applies'))
})

t.test('S-31 many losses in a row delay the unsent emails about them', async t => {
  t.strictSame(decide(first, inputWith({ grantLosses: 3 })), { decision: 'send' })
  for (const why of ['grant_revoked', 'consent_expired', 'profile_access_lost'] as const) {
    const [email] = authorisationLossEmails({ ...lost, why })
    const decision = decide(email?.message, inputWith({ grantLosses: 4 }))
    t.strictSame(decision, { decision: 'wait', until: minutesLater(10) }, why)
  }
  const [marked] = authorisationLossEmails({ ...lost, why: 'marked_by_staff' })
  t.strictSame(decide(marked?.message, inputWith({ grantLosses: 4 })), { decision: 'send' })
})

t.test('S-31 a reminder needs a plan and a day without another email about the loss', async t => {
  const [reminder] = reminders
  t.strictSame(decide(reminder, inputWith(), days(1)), { decision: 'send' })
  t.strictSame(decide(reminder, inputWith({ subscription: null }), days(1)), dropped('plan_required'))
  const endsAt = days(1)
  t.strictSame(
    decide(reminder, inputWith({ subscription: aSubscription({ endsAt }) }), endsAt),
    dropped('plan_required'),
  )
  t.strictSame(
    decide(reminder, inputWith({ hasEarlierEmailWaiting: true }), days(1)),
    dropped('earlier_email_waiting'),
  )
  t.strictSame(
    decide(reminder, inputWith({ lastEmailedAt: hoursLater(5) }), days(1)),
    dropped('emailed_recently'),
  )
  t.strictSame(decide(reminder, inputWith({ lastEmailedAt: hoursLater(4) }), days(1)), { decision: 'send' })
  t.strictSame(
    decide(first, inputWith({ subscription: null, lastEmailedAt: noon })),
    { decision: 'send' },
    'the first email needs neither',
  )
})

t.test('S-31 an interactive sync is announced by email when it loaded data', async t => {
  const countEmails = (kind: SyncRunKind, count: number) =>
    syncFinishedEmails(loadedRun as never, { kind, loaded: count }, noon).length

  t.strictSame(
    [countEmails('initial', 1), countEmails('reauthorisation', 1), countEmails('initial', 0)],
    [1, 1, 0],
  )
  for (const kind of ['daily', 'retry', 'backfill'] as const) t.equal(countEmails(kind, 9), 0, kind)
  t.strictSame(ready?.dueAt, minutesLater(2))
})

t.test('S-31 a ready email is suppressed if the page was open within the last 90 seconds', async t => {
  // Two view intervals of 30 s, plus the 30 s without a recorded view.
  t.strictSame(decide(ready?.message, readyInput(null)), { decision: 'send' })
  t.strictSame(decide(ready?.message, readyInput(minutesLater(-1.5))), dropped('seen_on_page'))
  t.strictSame(decide(ready?.message, readyInput(minutesLater(-1.51))), { decision: 'send' })
  t.strictSame(
    decide(ready?.message, readyInput(minutesLater(1))),
    dropped('seen_on_page'),
    'the page was opened shortly after',
  )
  t.strictSame(decide(ready?.message, readyInput(null, 'closed')), dropped('no_longer_applies'))
  t.strictSame(decide(ready?.message, inputWith({ connection: null })), dropped('no_longer_applies'))
})

t.test('S-31 an email about a closed connection is suppressed once it is reopened', async t => {
  for (const { message } of [replacedEmail(closed), disconnectedEmail(closed)]) {
    const closedInput = { status: 'closed', since: null, closedAt: noon } as const
    t.strictSame(decide(message, inputWith({ connection: closedInput })), { decision: 'send' })
    for (const connection of [
      { ...closedInput, status: 'active', closedAt: null } as const,
      { ...closedInput, closedAt: minutesLater(1) },
      { ...closedInput, status: 'erasing' } as const,
      null,
    ])
      t.strictSame(decide(message, inputWith({ connection })), dropped('no_longer_applies'))
  }
})

t.test('S-31 each closing of a connection has one email, identified by its kind and time', async t => {
  for (const [outgoing, kind] of [
    [replacedEmail({ ...closed, reason: 'replaced' }), 'replaced'],
    [disconnectedEmail(closed), 'disconnected'],
  ] as const)
    t.equal(outgoing.idempotencyKey, `${kind}:${closed.id}:${noon.toISOString()}`)
})

t.test('S-27 S-31 the email about an erasure contains no erased data', async t => {
  const outgoing = erasedEmail(closed, () => 'a new id')

  t.equal(outgoing.connectionId, null)
  t.equal(outgoing.idempotencyKey, 'erased:a new id')
  t.notMatch(JSON.stringify(outgoing), closed.id)
  t.notMatch(JSON.stringify(outgoing), 'My Brand')
  t.strictSame(decide(outgoing.message, inputWith({ connection: null })), { decision: 'send' })
})

t.test('S-31 an expired link is not sent', async t => {
  const [link, validUntil] = [new Secret('https://ads.example/x'), minutesLater(30).toISOString()]
  for (const kind of ['password_reset', 'invitation', 'connect_link'] as const) {
    const message = { kind, link, validUntil }
    t.strictSame(decide(message, inputWith(), minutesLater(29)), { decision: 'send' })
    t.strictSame(decide(message, inputWith(), minutesLater(30)), dropped('expired'))
  }
})

t.test('S-31 only reminders and data-ready emails can be switched off', async t => {
  const [link, validUntil] = [new Secret('x'), noon.toISOString()]
  const emails = [
    first,
    ...reminders,
    ready?.message as EmailMessage,
    replacedEmail(closed).message,
    disconnectedEmail(closed).message,
    erasedEmail(closed, () => 'x').message,
    { kind: 'password_reset', link, validUntil } as const,
    { kind: 'invitation', link, validUntil } as const,
    { kind: 'connect_link', link, validUntil } as const,
    ...supportEmails,
  ]
  t.strictSame(emails.map(preferenceFor), [
    null,
    ...['reminders', 'reminders', 'reminders', 'reminders', 'ready'],
    ...[null, null, null, null, null, null],
    ...[null, null],
  ])
  t.notOk(isEmailWanted(ready?.message as EmailMessage, { ready: false, reminders: true }))
  t.ok(isEmailWanted(ready?.message as EmailMessage, { ready: true, reminders: false }))
  t.strictSame(
    decide(reminders[0], inputWith({ choice: { ready: true, reminders: false } }), days(1)),
    dropped('opted_out'),
  )
})

t.test('S-30 an email to support contains none of the user’s words and is always sent', async t => {
  const outgoing = supportRequestSubmittedEmail(supportRequest)

  t.strictSame(outgoing.message, { kind: 'help_requested', requestId: supportRequest.id })
  t.has(outgoing, { userId: supportRequest.userId, connectionId: supportRequest.connectionId, dueAt: noon })
  t.strictSame(supportEmails.map(recipientOf), ['support', 'user'])
  t.equal(recipientOf(first), 'user')
  for (const message of supportEmails)
    for (const connection of [null, inputWith().connection])
      t.strictSame(decide(message, inputWith({ connection, subscription: null })), { decision: 'send' })
})

t.test('S-30 each reply is a separate email about its request, due at once', async t => {
  const answer = aComment({
    requestId: supportRequest.id,
    kind: 'reply',
    commentedAt: minutesLater(1),
    text: 'One\ntwo',
  })
  t.strictSame(supportRequestRepliedEmail(supportRequest, answer), {
    idempotencyKey: `support_request_replied:${answer.id}`,
    userId: supportRequest.userId,
    connectionId: supportRequest.connectionId,
    message: { kind: 'support_request_replied', requestId: supportRequest.id, text: 'One\ntwo' },
    createdAt: minutesLater(1),
    dueAt: minutesLater(1),
  })
})

t.test('S-31 an undelivered email is retried for two days at growing, varied intervals', async t => {
  const retryAt = (tries: number, now = noon, random = 0.5) =>
    retryTimeOf({ tries, firstTriedAt: noon }, random, now)

  t.strictSame(
    [1, 2, 3, 4].map(tries => retryAt(tries)),
    [1, 4, 16, 64].map(count => minutesLater(count)),
  )
  t.strictSame(retryAt(9), hoursLater(6))
  t.strictSame([retryAt(1, noon, 0), retryAt(1, noon, 1)], [minutesLater(0.8), minutesLater(1.2)])
  t.strictSame(retryAt(9, hoursLater(41.9)), hoursLater(47.9))
  t.equal(retryAt(9, hoursLater(42)), null)
})
