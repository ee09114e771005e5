import { createTransport } from 'nodemailer'
import {
  EmailDeliveryError,
  EmailRejected,
  Mailer,
  type RenderedEmail,
} from '../../application/email/ports.ts'
import type { Secret } from '../../domain/secret.ts'

export interface SmtpSettings {
  /** `smtp://` uses TLS if offered, and requires it with `?requireTLS=true`; `smtps://` starts with TLS. */
  readonly url: Secret
  readonly from: string
}

/** Milliseconds. Twice their sum must stay below an email's lease. */
export const defaultTimeouts = { connect: 10_000, greeting: 10_000, silence: 20_000 }

export class SmtpMailer extends Mailer {
  readonly #transport: ReturnType<typeof transportTo>
  readonly #from: string
  readonly #domain: string
  readonly #onTransientError: (error: EmailDeliveryError) => void

  constructor(
    { url, from }: SmtpSettings,
    onTransientError: (error: EmailDeliveryError) => void,
    timeout = defaultTimeouts,
  ) {
    super()
    this.#transport = transportTo(url, timeout)
    this.#from = from
    this.#onTransientError = onTransientError
    this.#domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost'
  }

  async send({ id, to, subject, text, html, optOut, replyTo }: RenderedEmail): Promise<void> {
    try {
      await this.#transport.sendMail({
        // Constant across retries, so that duplicates are recognised.
        messageId: `<${id}@${this.#domain}>`,
        from: this.#from,
        to: { name: toOneLine(to.name), address: to.email },
        ...(replyTo && { replyTo }),
        subject: toOneLine(subject),
        text,
        html,
        headers: {
          // Suppress out-of-office replies (RFC 3834).
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          ...(optOut && {
            'List-Unsubscribe': { prepared: true, value: `<${optOut}>` },
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
        },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (error) {
      const deliveryError = toDeliveryError(error as SmtpError)
      this.#onTransientError(deliveryError)
      throw deliveryError
    }
  }

  /**
   * Checks connection, TLS, greeting and sign-in.
   * @throws {EmailDeliveryError}
   */
  async verify(): Promise<void> {
    await this.#transport.verify().catch(error => {
      throw toDeliveryError(error as SmtpError)
    })
  }

  close(): void {
    this.#transport.close()
  }
}

function transportTo(url: Secret, timeout: typeof defaultTimeouts) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url.reveal())
  const isSecure = protocol === 'smtps:'
  return createTransport({
    pool: true,
    maxConnections: 2,
    // Only when the first connection closed before a byte was sent (nodemailer's pool resource).
    maxRequeues: 1,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : isSecure ? 465 : 587,
    secure: isSecure,
    requireTLS: searchParams.get('requireTLS') === 'true',
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeout.connect,
    dnsTimeout: timeout.connect,
    greetingTimeout: timeout.greeting,
    socketTimeout: timeout.silence,
  })
}

const toOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

interface SmtpError extends Error {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
}

/**
 * Permanent only if the recipient or the text was rejected. A rejected sign-in or sender is our error: retried.
 * Many servers report these at the first recipient, with the RFC 3463 codes x.7.x (§3.8), x.1.7 or x.1.8 (§3.2).
 */
function toDeliveryError({ code, command, responseCode = 0, response = '' }: SmtpError): EmailDeliveryError {
  const [enhancedCode] = /(?<=^\d{3}[ -])[245]\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? []
  const error = [responseCode || code || 'unknown', enhancedCode, command].filter(Boolean).join(' ')
  const isSenderProblem = command === 'RCPT TO' && /^5\.(7\.|1\.[78]$)/.test(enhancedCode ?? '')
  const isPermanent = responseCode >= 500 && /^(RCPT TO|DATA)$/.test(command ?? '') && !isSenderProblem
  return isPermanent ? new EmailRejected(error) : new EmailDeliveryError(error)
}
