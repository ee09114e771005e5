import t, { type Test } from 'tap'
import { SmtpMailer } from '../../../src/adapters/smtp/smtp-mailer.ts'
import {
  type EmailDeliveryError,
  EmailRejected,
  type RenderedEmail,
} from '../../../src/application/email/ports.ts'
import type { EmailMessageId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId } from '../../support/examples.ts'
import { type Behaviour, startMailServer } from '../../support/servers/mail-server.ts'

/** Milliseconds; generous for a busy machine. */
const longTimeouts = { connect: 60_000, greeting: 60_000, silence: 60_000 }
const shortTimeouts = { ...longTimeouts, silence: 2000 }

const anEmail = (overrides: Partial<RenderedEmail> = {}): RenderedEmail => ({
  id: anId<EmailMessageId>(),
  kind: 'data_ready',
  idempotencyKey: 'data_ready:1',
  to: { email: 'sam@example.test', name: 'Sam Seller', role: 'seller' },
  subject: 'Your data is ready',
  text: 'Grüße, Sam',
  html: '<p>Grüße, Sam</p>',
  optOut: null,
  replyTo: null,
  ...overrides,
})

async function scene(
  t: Test,
  user?: { name: string; password: string },
  url?: string,
  timeouts = longTimeouts,
) {
  const server = await startMailServer(user)
  const errors: EmailDeliveryError[] = []
  const address = new Secret(url ?? server.url)
  const mailer = new SmtpMailer(
    { url: address, from: 'Ads <ads@example.com>' },
    error => errors.push(error),
    timeouts,
  )
  t.teardown(async () => {
    mailer.close()
    await server.close()
  })
  return { server, mailer, errors }
}

const sendAndFail = (mailer: SmtpMailer, email = anEmail()): Promise<EmailDeliveryError> =>
  mailer.send(email).then(
    () => Promise.reject(new Error('the email was sent')),
    error => error,
  )

t.test('S-31 an email arrives as text and HTML with the same Message-ID on every try', async t => {
  const { server, mailer } = await scene(t)
  const email = anEmail()
  await mailer.send(email)
  await mailer.send(email)

  const [message, repeated] = server.received
  t.strictSame(message?.to, ['sam@example.test'])
  t.equal(message?.head('From'), 'Ads <ads@example.com>')
  t.equal(message?.head('To'), 'Sam Seller <sam@example.test>')
  t.equal(message?.head('Subject'), 'Your data is ready')
  t.equal(message?.head('Message-ID'), `<${email.id}@example.com>`)
  t.equal(message?.head('Message-ID'), repeated?.head('Message-ID'))
  t.equal(message?.head('Auto-Submitted'), 'auto-generated')
  t.equal(message?.head('X-Auto-Response-Suppress'), 'All')
  t.match(message?.text, 'Grüße, Sam')
  t.match(message?.html, '<p>Grüße, Sam</p>')
})

t.test('S-31 only optional emails have the one-click opt-out header (RFC 8058)', async t => {
  const { server, mailer } = await scene(t)
  const optOut = `https://ads.example.com/mail/opt-out?mails=reminders&token=${'a1_-'.repeat(20)}`
  await mailer.send(anEmail({ optOut }))
  await mailer.send(anEmail())

  const [message, other] = server.received
  t.equal(message?.head('List-Unsubscribe')?.replaceAll(' ', ''), `<${optOut}>`)
  t.equal(message?.head('List-Unsubscribe-Post'), 'List-Unsubscribe=One-Click')
  t.equal(other?.head('List-Unsubscribe'), null)
  t.equal(other?.head('List-Unsubscribe-Post'), null)
})

t.test('S-30 a reply goes to the email’s reply address, or to its sender', async t => {
  const { server, mailer } = await scene(t)
  await mailer.send(anEmail({ replyTo: 'desk@ads.example' }))
  await mailer.send(anEmail())

  t.strictSame(
    server.received.map(({ head }) => head('Reply-To')),
    ['desk@ads.example', null],
  )
})

t.test('S-31 a name cannot add a header line or another address', async t => {
  const { server, mailer } = await scene(t)
  const names = [
    'Sam\r\nBcc: victim@example.test',
    'Sam\nSubject: won',
    'Sam\u2028Bcc: victim@example.test',
    '"Sam" <victim@example.test>, x',
    'Sam\r\n\r\n<script>',
  ]
  for (const name of names)
    await mailer.send(anEmail({ to: { ...anEmail().to, name }, subject: `Hello ${name}` }))

  t.equal(server.received.length, names.length)
  for (const message of server.received) {
    t.strictSame(message.to, ['sam@example.test'])
    t.equal(message.head('Bcc'), null)
    t.equal(message.raw.match(/^Subject:/gm)?.length, 1)
    t.match(message.head('To'), /<sam@example\.test>$/)
    t.match(message.text, 'Grüße, Sam')
  }
})

t.test('S-31 the server’s answer decides between a permanent failure and a retry', async t => {
  const rejects = (at: Extract<Behaviour, { kind: 'rejects' }>['at'], answer: string) =>
    ({ kind: 'rejects', at, answer }) as const
  const cases: [Behaviour, 'EmailRejected' | 'EmailDeliveryError', RegExp][] = [
    [rejects('recipient', '550 5.1.1 sam@example.test unknown'), 'EmailRejected', /^550 5\.1\.1/],
    [
      rejects('recipient', '550 5.1.10 sam@example.test takes no mail'),
      'EmailRejected',
      /^550 5\.1\.10 RCPT TO$/,
    ],
    [rejects('recipient', '500 what'), 'EmailRejected', /^500 RCPT TO$/],
    // Only the server's own code counts, not a quoted one.
    [rejects('recipient', '550 the next one said 550 5.7.1'), 'EmailRejected', /^550 RCPT TO$/],
    [rejects('text', '554 5.7.1 sam@example.test is spam'), 'EmailRejected', /^554 5\.7\.1/],
    // A relay rejects a sender or a client only at the first recipient.
    [
      rejects('recipient', '554 5.7.1 sam@example.test: relay access denied'),
      'EmailDeliveryError',
      /^554 5\.7\.1/,
    ],
    // About the sender's address (RFC 3463 §3.2).
    [
      rejects('recipient', '550 5.1.8 <ads@example.com>: no such domain'),
      'EmailDeliveryError',
      /^550 5\.1\.8/,
    ],
    [rejects('recipient', '553 5.1.7 <ads@example.com>: bad sender'), 'EmailDeliveryError', /^553 5\.1\.7/],
    [rejects('recipient', '450 4.2.1 sam@example.test busy'), 'EmailDeliveryError', /^450 4\.2\.1/],
    [rejects('text', '451 4.3.0 later'), 'EmailDeliveryError', /^451/],
    [rejects('sender', '550 5.7.1 ads@example.com may not send'), 'EmailDeliveryError', /^550 5\.7\.1/],
    [rejects('connect', '554 go away'), 'EmailDeliveryError', /^554/],
    [{ kind: 'hangs' }, 'EmailDeliveryError', /TIMEDOUT|ECONNECTION|ESOCKET/],
    [{ kind: 'disconnects' }, 'EmailDeliveryError', /ECONNECTION|ESOCKET/],
  ]
  for (const [behaviour, name, pattern] of cases) {
    const timeouts = behaviour.kind === 'hangs' ? shortTimeouts : longTimeouts
    const { server, mailer, errors } = await scene(t, undefined, undefined, timeouts)
    server.setBehaviour(behaviour)
    const error = await sendAndFail(mailer)

    t.equal(error.name, name, JSON.stringify(behaviour))
    t.equal(error instanceof EmailRejected, name === 'EmailRejected')
    t.match(error.error, pattern)
    t.strictSame(errors, [error], 'the failure is logged')
    t.notMatch(
      `${error.message} ${error.stack} ${error.cause}`,
      'sam@example',
      'the error does not name the recipient',
    )
    t.ok(server.messageCount() <= 1, 'an email whose answer is lost is not sent again automatically')

    server.setBehaviour({ kind: 'accepts' })
    await mailer.send(anEmail())
    t.match(server.received.at(-1)?.text, 'Grüße', 'the next email is sent')
  }
})

t.test('S-31 the mailer signs in with SMTP_URL, and a rejected password is a temporary failure', async t => {
  const user = { name: 'ads@example.com', password: 'p@ss:word/%' }
  const { server, mailer } = await scene(t, user)
  await mailer.send(anEmail())
  t.equal(server.received.length, 1)

  const withWrongPassword = await scene(
    t,
    user,
    server.url.replace(encodeURIComponent(user.password), 'wrong'),
  )
  const error = await sendAndFail(withWrongPassword.mailer)
  t.equal(error.name, 'EmailDeliveryError')
  t.match(error.error, /^535/)
})

t.test('S-31 verifying the SMTP server shows whether emails can be sent', async t => {
  const user = { name: 'ads', password: 'right' }
  const { server, mailer, errors } = await scene(t, user)
  await mailer.verify()
  const withWrongPassword = await scene(t, user, server.url.replace('right', 'wrong'))

  await t.rejects(withWrongPassword.mailer.verify(), { name: 'EmailDeliveryError', error: /^535/ })
  t.strictSame([...errors, ...withWrongPassword.errors, ...server.received], [])
})

t.test('S-31 an email is not sent without the TLS that SMTP_URL requires', async t => {
  const { server } = await scene(t)
  for (const url of [`${server.url}?requireTLS=true`, server.url.replace('smtp:', 'smtps:')]) {
    const { mailer } = await scene(t, undefined, url)
    t.equal((await sendAndFail(mailer)).name, 'EmailDeliveryError', url)
  }
  t.strictSame(server.received, [])
})

t.test('S-31 an email fails temporarily when no server answers at the address', async t => {
  const { mailer } = await scene(t, undefined, 'smtp://127.0.0.1:1')
  t.match((await sendAndFail(mailer)).error, /ESOCKET|ECONNREFUSED|ECONNECTION/)
})

t.test('S-31 a connection that the server closed while idle causes no error', async t => {
  const { server, mailer, errors } = await scene(t)
  for (let round = 0; round < 5; round += 1) {
    await mailer.send(anEmail())
    server.drop()
  }

  t.equal(server.received.length, 5)
  t.strictSame(errors, [])
})
