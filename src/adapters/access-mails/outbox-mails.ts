import { randomUUID } from 'node:crypto'
import { AccessMails } from '../../application/access/ports.ts'
import type { Outbox } from '../../application/mail/index.ts'
import type { Clock } from '../../application/ports.ts'
import { makeLink } from '../../domain/access/access-link.ts'
import type { Person } from '../../domain/access/person.ts'
import type { Secret } from '../../domain/secret.ts'

/** Into the outbox, in the unit of work that keeps the link. */
export class OutboxMails extends AccessMails {
  readonly #outbox: Outbox
  readonly #clock: Clock

  constructor(outbox: Outbox, clock: Clock) {
    super()
    this.#outbox = outbox
    this.#clock = clock
  }

  async resetPassword({ id: personId }: Person, link: Secret): Promise<void> {
    const now = this.#clock.now()
    const validUntil = makeLink(personId, 'reset', now).expiresAt.toISOString()
    await this.#outbox.put({
      // Each asking is an episode of its own; how many are answered is the use case's word.
      episode: `password_reset:${randomUUID()}`,
      personId,
      connectionId: null,
      mail: { kind: 'password_reset', link, validUntil },
      createdAt: now,
      dueAt: now,
    })
  }
}
