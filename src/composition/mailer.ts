import { LogMailer } from '../adapters/smtp/log-mailer.ts'
import { SmtpMailer } from '../adapters/smtp/smtp-mailer.ts'
import type { Mailer } from '../application/email/ports.ts'
import type { ProductConfig } from './product-config.ts'

/** Open it before the worker, so that it closes after. */
export function openMailer({ settings, log }: ProductConfig, closers: (() => Promise<unknown>)[]): Mailer {
  const { email, support } = settings
  if (!email.smtpUrl) return new LogMailer(about => log.info(about, 'email not sent: SMTP_URL is not set'))
  const mailer = new SmtpMailer({ url: email.smtpUrl, from: email.from ?? support.email }, error =>
    log.warn({ err: error }, 'email delivery failed'),
  )
  closers.push(async () => mailer.close())
  return mailer
}
