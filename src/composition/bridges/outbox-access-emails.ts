import { randomUUID } from 'node:crypto'
import { AccessEmails } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/email/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { createAccessLink, type LinkPurpose } from '../../domain/access/access-link.ts'
import type { User } from '../../domain/access/user.ts'
import type { EmailMessage } from '../../domain/email/email-message.ts'
import type { Secret } from '../../domain/secret.ts'

type LinkEmailKind = Extract<EmailMessage, { readonly link: Secret }>['kind']

/** Joins the transaction that saves the link. */
export class OutboxAccessEmails extends AccessEmails {
  readonly #outbox: Outbox
  readonly #clock: Clock

  constructor(outbox: Outbox, clock: Clock) {
    super()
    this.#outbox = outbox
    this.#clock = clock
  }

  sendPasswordReset(user: User, link: Secret): Promise<void> {
    return this.#put(user, link, 'password_reset', 'reset')
  }

  sendInvitation(user: User, link: Secret): Promise<void> {
    return this.#put(user, link, 'invitation', 'invitation')
  }

  sendConnectLink(user: User, link: Secret): Promise<void> {
    return this.#put(user, link, 'connect_link', 'connect')
  }

  async #put({ id: userId }: User, link: Secret, kind: LinkEmailKind, purpose: LinkPurpose): Promise<void> {
    const now = this.#clock.now()
    const validUntil = createAccessLink(userId, purpose, now).expiresAt.toISOString()
    await this.#outbox.put({
      idempotencyKey: `${kind}:${randomUUID()}`,
      userId,
      connectionId: null,
      message: { kind, link, validUntil },
      createdAt: now,
      dueAt: now,
    })
  }
}
