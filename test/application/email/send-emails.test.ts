import t from 'tap'
import {
  EmailDeliveryError,
  EmailRejected,
  type RenderedEmail,
} from '../../../src/application/email/ports.ts'
import { RecordProgressView } from '../../../src/application/email/record-progress-view.ts'
import { SendEmails } from '../../../src/application/email/send-emails.ts'
import { UpdateEmailPreferences } from '../../../src/application/email/update-email-preferences.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { close, markAuthorisationLost } from '../../../src/domain/connection/connection.ts'
import {
  authorisationLossEmails,
  supportRequestRepliedEmail,
  supportRequestSubmittedEmail,
  syncFinishedEmails,
} from '../../../src/domain/email/triggers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aComment,
  anActiveConnection,
  anId,
  aSubscription,
  aSupportRequest,
  aUser,
  hoursLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const sendEmails = new SendEmails(fakes)
  const lost = markAuthorisationLost(connection, 'marked_by_staff', noon)
  return {
    ...fakes,
    user,
    connection,
    sendEmails,
    lost,
    loseAuthorisation: async () => {
      await fakes.connections.save(lost)
      await fakes.outbox.put(...authorisationLossEmails(lost))
    },
    queuePasswordReset: () =>
      fakes.outbox.put({
        idempotencyKey: anId(),
        userId: user.id,
        connectionId: null,
        message: {
          kind: 'password_reset',
          link: new Secret('https://ads.example/reset/abc'),
          validUntil: hoursLater(99).toISOString(),
        },
        createdAt: noon,
        dueAt: noon,
      }),
    drain: async () => {
      while (await sendEmails.execute());
    },
  }
}

const reminderNumbers = (emails: readonly RenderedEmail[]) =>
  emails.map(({ idempotencyKey }) => Number(idempotencyKey.at(-1)))

t.test('S-31 a marked loss is emailed at once and on days 1, 3, 7 and 14 only', async t => {
  const { loseAuthorisation, drain, clock, mailer, timeline, lost } = await scene()
  await loseAuthorisation()

  for (let day = 0; day <= 20; day += 1) {
    clock.set(hoursLater(24 * day))
    await drain()
    const due = [0, 1, 3, 7, 14].filter(reminderDay => reminderDay <= day).length
    t.equal(mailer.sent.length, due, `day ${day}`)
  }
  t.strictSame(reminderNumbers(mailer.sent), [0, 1, 2, 3, 4])
  t.match(timeline.of('email_sent')[2], {
    connectionId: lost.id,
    event: { message: 'authorisation_needed', reminder: 2 },
  })
})

t.test('S-31 reauthorising or disconnecting ends the reminders', async t => {
  const { loseAuthorisation, drain, clock, mailer, connections, connection, lost } = await scene()
  await loseAuthorisation()
  await drain()
  await connections.save(connection)
  clock.set(hoursLater(24 * 3))
  await drain()
  await connections.save(close(lost, 'disconnected', clock.now()))
  clock.set(hoursLater(24 * 20))
  await drain()

  t.strictSame(reminderNumbers(mailer.sent), [0])
})

t.test('S-31 an email that no longer applies is stored as suppressed with the reason', async t => {
  const { loseAuthorisation, drain, connections, connection, outbox } = await scene()
  await loseAuthorisation()
  await connections.save(connection)

  await drain()

  t.match(outbox.rows.all()[0]?.outcome, { outcome: 'suppressed', at: noon, why: 'no_longer_applies' })
})

t.test('S-31 an email is rendered for its recipient and connection', async t => {
  const fakes = await scene()
  const { loseAuthorisation, user, connection } = fakes
  await loseAuthorisation()
  const renderedFor: unknown[] = []
  const emailRenderer = {
    render: async (...args: Parameters<typeof fakes.emailRenderer.render>) => {
      renderedFor.push(args[1])
      return fakes.emailRenderer.render(...args)
    },
  }

  await new SendEmails({ ...fakes, emailRenderer }).execute()

  t.match(renderedFor, [{ to: { email: user.email }, connectionId: connection.id }])
})

t.test('S-31 a worker retries recording a sent email seconds apart and then stops', async t => {
  const { queuePasswordReset, sendEmails, outbox, clock, mailer } = await scene()
  await queuePasswordReset()
  outbox.complete = async () => {
    throw new RangeError('the database is gone')
  }
  const slept: number[] = []
  clock.sleep = async (milliseconds = 0) => void slept.push(milliseconds)

  await t.rejects(sendEmails.execute(), RangeError)

  t.strictSame(slept, [1000, 2000, 3000, 4000])
  t.equal(mailer.sent.length, 1)
})

t.test('S-31 after an SMTP outage, overdue reminders are not sent together', async t => {
  const { loseAuthorisation, drain, clock, mailer } = await scene()
  await loseAuthorisation()
  mailer.sendError = new EmailDeliveryError('ECONNECTION')
  for (let hour = 0; hour <= 30; hour += 1) {
    clock.set(hoursLater(hour))
    await drain()
  }
  mailer.sendError = null
  for (let hour = 31; hour <= 24 * 20; hour += 1) {
    clock.set(hoursLater(hour))
    await drain()
  }

  t.strictSame(reminderNumbers(mailer.sent), [0, 2, 3, 4], 'day 1 was covered by the first email')
})

t.test('S-31 no email is sent while many grants are rejected; afterwards each user gets one', async t => {
  const { outbox, connections, drain, clock, mailer, tokens, login, users } = await scene()
  const lostConnections = Array.from({ length: 4 }, () => {
    const user = aUser()
    users.add(user, { subscription: aSubscription() })
    return markAuthorisationLost(anActiveConnection({ userId: user.id }), 'grant_revoked', noon)
  })
  for (const connection of lostConnections) {
    await connections.save(connection)
    await outbox.put(...authorisationLossEmails(connection))
  }
  for (let minute = 0; minute < 100; minute += 5) {
    clock.advance(minutes(5))
    await drain()
  }
  t.strictSame(mailer.sent, [])

  const healthy = anActiveConnection({ userId: aUser().id })
  await connections.save(healthy)
  login.addRefreshToken(healthy.grant.refreshToken)
  const state = await tokens.read(healthy.id)
  const claim = state && (await tokens.claimRefresh(healthy.id, state.version))
  if (!claim) throw new Error('the refresh could not be claimed')
  const expiresAt = hoursLater(1, clock.now())
  await tokens.store(healthy.id, claim, { accessToken: new Secret('a'), expiresAt, refreshToken: null })
  clock.advance(minutes(10))
  await drain()

  t.strictSame(reminderNumbers(mailer.sent), [0, 0, 0, 0])
  t.equal(new Set(mailer.sent.map(({ to }) => to.email)).size, 4)
})

t.test(
  'S-31 a user who turned reminders off still gets the first email about a lost authorisation',
  async t => {
    const { loseAuthorisation, drain, clock, mailer, emailPreferenceStore, user, connection, outbox } =
      await scene()
    const updateEmailPreferences = new UpdateEmailPreferences({ emailPreferenceStore })
    await updateEmailPreferences.execute(
      { token: await emailPreferenceStore.tokenOf(user.id) },
      { reminders: false },
    )
    const run = { syncRunId: anId<never>(), connectionId: connection.id, userId: user.id }
    await outbox.put(
      ...syncFinishedEmails({ ...run, profile: connection.profile }, { kind: 'initial', loaded: 1 }, noon),
    )
    clock.set(hoursLater(1))
    await drain()
    await loseAuthorisation()
    clock.set(hoursLater(24 * 20))
    await drain()

    t.strictSame(
      mailer.sent.map(({ kind, optOut }) => [kind, optOut !== null]),
      [
        ['data_ready', true],
        ['authorisation_needed', false],
      ],
    )
    t.equal(await updateEmailPreferences.execute({ token: new Secret('x') }, { ready: false }), null)
    t.match(await updateEmailPreferences.execute({ userId: user.id }, { ready: false }), {
      ready: false,
      reminders: false,
    })
  },
)

t.test('S-30 support emails go to support and replies to the user, regardless of preferences', async t => {
  const { outbox, drain, mailer, emailPreferenceStore, user, supportEmail, timeline } = await scene()
  await emailPreferenceStore.change(user.id, { ready: false, reminders: false })
  const request = aSupportRequest({ userId: user.id })
  const reply = aComment({ requestId: request.id, kind: 'reply' })
  await outbox.put(supportRequestSubmittedEmail(request))
  await drain()
  await outbox.put(supportRequestRepliedEmail(request, reply))
  await drain()

  t.match(mailer.sent, [
    { kind: 'help_requested', to: { email: supportEmail, role: 'support' }, optOut: null },
    { kind: 'support_request_replied', to: { email: user.email, name: user.name }, optOut: null },
  ])
  t.notMatch(JSON.stringify(mailer.sent[0]), user.email)
  t.match(timeline.of('email_sent'), [
    { userId: user.id, event: { message: 'help_requested' } },
    { userId: user.id, event: { message: 'support_request_replied' } },
  ])
})

t.test('S-31 a temporary rejection is retried later, a permanent one fails at once', async t => {
  const { queuePasswordReset, drain, clock, mailer, timeline } = await scene()
  await queuePasswordReset()
  mailer.sendError = new EmailDeliveryError('451 4.3.0')
  await drain()
  await drain()
  t.equal(mailer.tried.length, 1, 'not retried at once')
  clock.advance(minutes(2))
  mailer.sendError = new EmailRejected('550 5.1.1')

  await t.rejects(drain(), { name: 'EmailFailed', message: /550 5\.1\.1/ })

  clock.advance(hours(99))
  mailer.sendError = null
  await drain()
  t.equal(mailer.tried.length, 2)
  t.equal(mailer.tried[0]?.id, mailer.tried[1]?.id, 'the Message-ID stays the same')
  t.strictSame(timeline.kinds, ['email_failed'])
  t.match(timeline.entries[0]?.event, { message: 'password_reset', reminder: 0, error: '550 5.1.1' })
})

t.test('S-31 an email that the server never accepts fails after two days', async t => {
  const { queuePasswordReset, sendEmails, clock, mailer, timeline } = await scene()
  await queuePasswordReset()
  mailer.sendError = new EmailDeliveryError('ETIMEDOUT')
  const failureTimes: Date[] = []
  for (let minute = 0; minute < 60 * 60; minute += 1) {
    await sendEmails.execute().catch(() => failureTimes.push(clock.now()))
    clock.advance(minutes(1))
  }

  t.equal(failureTimes.length, 1)
  t.ok((failureTimes[0] ?? noon) > hoursLater(36) && (failureTimes[0] ?? noon) <= hoursLater(48))
  t.ok(mailer.tried.length >= 10 && mailer.tried.length <= 15, `${mailer.tried.length} tries`)
  t.strictSame(timeline.kinds, ['email_failed'])
})

t.test('S-31 an internal error in one email is raised and does not block the others', async t => {
  const fakes = await scene()
  const { queuePasswordReset, mailer, clock } = fakes
  await queuePasswordReset()
  const emailRenderer = { render: async () => Promise.reject(new TypeError('a bug in the template')) }
  await t.rejects(new SendEmails({ ...fakes, emailRenderer }).execute(), /a bug in the template/)
  t.match(fakes.outbox.rows.all()[0]?.outcome, { outcome: 'retry', error: 'TypeError' })
  await queuePasswordReset()

  await fakes.drain()
  t.equal(mailer.sent.length, 1)
  clock.advance(minutes(2))
  await fakes.drain()
  t.equal(mailer.sent.length, 2, 'the email is sent once the template is fixed')
})

t.test('S-31 a commit that fails after sending is retried without sending again', async t => {
  const { queuePasswordReset, drain, unitOfWork, mailer, timeline } = await scene()
  await queuePasswordReset()
  unitOfWork.commitError = new Error('the database is gone')

  await drain()

  t.equal(mailer.sent.length, 1)
  t.strictSame(timeline.kinds, ['email_sent'])
})

t.test('S-31 a worker whose email was taken over by another worker logs nothing', async t => {
  const { queuePasswordReset, sendEmails, outbox, mailer, timeline } = await scene()
  await queuePasswordReset()
  const [row] = outbox.rows.all()
  if (!row) throw new Error('no email is due')
  const send = mailer.send.bind(mailer)
  mailer.send = async email => {
    mailer.send = send
    await send(email)
    outbox.letLeaseRunOut(row.id)
    await sendEmails.execute()
  }

  await sendEmails.execute()

  t.equal(mailer.sent.length, 2, 'SMTP cannot prevent a second delivery')
  t.strictSame(timeline.kinds, ['email_sent'])
})

t.test('S-12 S-31 of an email with a secret link, only the subject is kept', async t => {
  const { queuePasswordReset, drain, outbox } = await scene()
  await queuePasswordReset()
  await drain()

  t.match(outbox.rows.all()[0]?.outcome, { outcome: 'sent', subject: 'password_reset', text: null })
})

t.test('S-31 a page that polls every second records one progress view per half minute', async t => {
  const { progressViews, clock, connection } = await scene()
  const recordProgressView = new RecordProgressView({ progressViews, clock })
  for (let second = 0; second < 300; second += 1) {
    await recordProgressView.execute(connection.id)
    clock.advance(1000)
  }

  t.equal(progressViews.writeCount, 10)
})
