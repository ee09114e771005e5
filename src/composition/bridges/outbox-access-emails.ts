import { randomUUID } from 'node:crypto'
import { AccessEmails } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/email/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { createAccessLink, type LinkPurpose } from '../../domain/access/access-link.ts'
import type { User } from '../../domain/access/user.ts'
import type { EmailMessage } from '../../domain/email/email-message.ts'
import type { SecurityNotice } from '../../domain/email/security-notice.ts'
import type { Secret } from '../../domain/secret.ts'

type LinkEmailKind = Extract<EmailMessage, { readonly link: Secret }>['kind']

const kinds: Readonly<Record<LinkPurpose, LinkEmailKind>> = {
  reset: 'password_reset',
  invitation: 'invitation',
  connect: 'connect_link',
  enrolment: 'enrolment_link',
}

/** Joins the transaction that saves the link. */
export class OutboxAccessEmails extends AccessEmails {
  readonly #outbox: Outbox
  readonly #clock: Clock

  constructor(outbox: Outbox, clock: Clock) {
    super()
    this.#outbox = outbox
    this.#clock = clock
  }

  sendLink(user: User, purpose: LinkPurpose, link: Secret): Promise<void> {
    const validUntil = createAccessLink(user.id, purpose, this.#clock.now()).expiresAt.toISOString()
    return this.#put(user, { kind: kinds[purpose], link, validUntil })
  }

  sendNotice(user: User, notice: SecurityNotice): Promise<void> {
    return this.#put(user, { kind: 'security_notice', at: this.#clock.now().toISOString(), notice })
  }

  async #put({ id: userId }: User, message: EmailMessage): Promise<void> {
    const now = this.#clock.now()
    await this.#outbox.put({
      idempotencyKey: `${message.kind}:${randomUUID()}`,
      userId,
      connectionId: null,
      message,
      createdAt: now,
      dueAt: now,
    })
  }
}
