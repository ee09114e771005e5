import { inspect } from 'node:util'
import t from 'tap'
import { LogMailer } from '../../../src/adapters/smtp/log-mailer.ts'
import type { EmailMessageId } from '../../../src/domain/identifiers.ts'
import { anId } from '../../support/examples.ts'

t.test('S-46 S-31 the log shows the kind of a sent email and no recipient, link or text', async t => {
  const entries: unknown[] = []
  await new LogMailer(entry => entries.push(entry)).send({
    id: anId<EmailMessageId>(),
    kind: 'password_reset',
    idempotencyKey: 'password_reset:1',
    to: { email: 'sam@example.test', name: 'Sam Seller', role: 'manager' },
    subject: 'Reset your password',
    text: 'https://ads.example/reset/abc',
    html: '<a href="https://ads.example/reset/abc">',
    optOut: 'https://ads.example/mail/opt-out',
    replyTo: null,
  })

  t.strictSame(entries, [
    {
      kind: 'password_reset',
      idempotencyKey: 'password_reset:1',
      to: 'manager',
      subject: 'Reset your password',
    },
  ])
  t.notMatch(inspect(entries), /sam@|Sam Seller|http/)
})
