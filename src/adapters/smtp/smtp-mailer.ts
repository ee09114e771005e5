import { createTransport } from 'nodemailer'
import { type Letter, Mailer, MailRefused, MailUndelivered } from '../../application/mail/ports.ts'
import type { Secret } from '../../domain/secret.ts'

export interface SmtpSettings {
  /** `smtp://` uses TLS where the server offers it, and demands it with `?requireTLS=true`; `smtps://` begins with it. */
  readonly url: Secret
  /** `Name <ads@example.com>`, or the address alone. */
  readonly from: string
}

/** Milliseconds; twice all of them together is less than the lease of a mail. */
export const usualPatience = { connect: 10_000, greeting: 10_000, silence: 20_000 }

export class SmtpMailer extends Mailer {
  readonly #transport: ReturnType<typeof transportTo>
  readonly #from: string
  readonly #domain: string
  readonly #onTrouble: (error: MailUndelivered) => void

  /** @param onTrouble hears of what heals, or is tried again. */
  constructor(
    { url, from }: SmtpSettings,
    onTrouble: (error: MailUndelivered) => void,
    patience = usualPatience,
  ) {
    super()
    this.#transport = transportTo(url, patience)
    this.#from = from
    this.#onTrouble = onTrouble
    this.#domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost'
  }

  async send({ id, to, subject, text, html, optOut, replyTo }: Letter): Promise<void> {
    try {
      await this.#transport.sendMail({
        // The same however often it is sent: servers and readers can tell that they have it.
        messageId: `<${id}@${this.#domain}>`,
        from: this.#from,
        to: { name: oneLine(to.name), address: to.email },
        ...(replyTo && { replyTo }),
        subject: oneLine(subject),
        text,
        html,
        headers: {
          // Nobody's absence should answer a machine.
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
      const failure = failureOf(error as SmtpError)
      this.#onTrouble(failure)
      throw failure
    }
  }

  /**
   * Everything up to a mail: the line, TLS, the greeting and the sign-in.
   * @throws {MailUndelivered} with what the server said, or what became of the line.
   */
  async greet(): Promise<void> {
    await this.#transport.verify().catch(error => {
      throw failureOf(error as SmtpError)
    })
  }

  close(): void {
    this.#transport.close()
  }
}

function transportTo(url: Secret, patience: typeof usualPatience) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url.reveal())
  const isSecure = protocol === 'smtps:'
  return createTransport({
    pool: true,
    maxConnections: 2,
    // Over another line where one was dropped while it was idle: it does so only where not a byte was sent (nodemailer's
    // pool resource). Whether a mail is sent again of which some was, is ours to decide.
    maxRequeues: 1,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : isSecure ? 465 : 587,
    secure: isSecure,
    requireTLS: searchParams.get('requireTLS') === 'true',
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: patience.connect,
    dnsTimeout: patience.connect,
    greetingTimeout: patience.greeting,
    socketTimeout: patience.silence,
  })
}

/** A name is one line of a head, whatever it holds. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

interface SmtpError extends Error {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
}

/**
 * What was refused to the recipient, or of the text, is refused for good. A sign-in or a sender that the server does not
 * take is ours to mend: it refuses all mails, and none is given up for it at once. Many servers tell of it with the
 * first recipient; by RFC 3463 it is a policy then (x.7.x, §3.8) or the sender's address (x.1.7 and x.1.8, §3.2), and
 * no word about the mailbox.
 */
function failureOf({ code, command, responseCode = 0, response = '' }: SmtpError): MailUndelivered {
  const [enhanced] = /(?<=^\d{3}[ -])[245]\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? []
  const trouble = [responseCode || code || 'unknown', enhanced, command].filter(Boolean).join(' ')
  const isOurs = command === 'RCPT TO' && /^5\.(7\.|1\.[78]$)/.test(enhanced ?? '')
  const isFinal = responseCode >= 500 && /^(RCPT TO|DATA)$/.test(command ?? '') && !isOurs
  return isFinal ? new MailRefused(trouble) : new MailUndelivered(trouble)
}
