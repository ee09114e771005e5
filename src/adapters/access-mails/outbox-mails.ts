import { randomUUID } from 'node:crypto'
import { AccessMails } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/mail/index.ts'
import type { Clock } from '../../application/ports.ts'
import { type LinkPurpose, makeLink } from '../../domain/access/access-link.ts'
import type { Person } from '../../domain/access/person.ts'
import type { Mail } from '../../domain/mail/mail.ts'
import type { Secret } from '../../domain/secret.ts'

type LinkMailKind = Extract<Mail, { readonly link: Secret }>['kind']

/** Joins the transaction that saves the link. */
export class OutboxMails extends AccessMails {
  readonly #outbox: Outbox
  readonly #clock: Clock

  constructor(outbox: Outbox, clock: Clock) {
    super()
    this.#outbox = outbox
    this.#clock = clock
  }

  resetPassword(person: Person, link: Secret): Promise<void> {
    return this.#put(person, link, 'password_reset', 'reset')
  }

  invite(person: Person, link: Secret): Promise<void> {
    return this.#put(person, link, 'invitation', 'invitation')
  }

  inviteToConnect(person: Person, link: Secret): Promise<void> {
    return this.#put(person, link, 'connect_link', 'connect')
  }

  async #put(
    { id: personId }: Person,
    link: Secret,
    kind: LinkMailKind,
    purpose: LinkPurpose,
  ): Promise<void> {
    const now = this.#clock.now()
    const validUntil = makeLink(personId, purpose, now).expiresAt.toISOString()
    await this.#outbox.put({
      // Each request gets an email; the use case limits requests.
      episode: `${kind}:${randomUUID()}`,
      personId,
      connectionId: null,
      mail: { kind, link, validUntil },
      createdAt: now,
      dueAt: now,
    })
  }
}
