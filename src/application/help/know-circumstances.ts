import type { Connection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import { type Circumstances, circumstancesOf } from '../../domain/help/circumstances.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import type { Connections, SellerRecord } from '../connection/index.ts'
import type { Clock } from '../ports.ts'

interface Needs {
  readonly connections: Pick<Connections, 'get'>
  readonly clock: Clock
}

/** S-30; only reads. */
export class KnowCircumstances {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @param named the page's connection; another user's is ignored. */
  async run(
    { held, pending }: Pick<SellerRecord, 'held' | 'pending'>,
    looking: {
      readonly personId: PersonId
      readonly named: ConnectionId | null
      readonly currentId: ConnectionId | null
    },
  ): Promise<Circumstances> {
    const { personId, currentId } = looking
    const byId = (id: ConnectionId | null) => held.find(each => each.id === id)
    const named = byId(looking.named) ?? (looking.named && (await this.#own(looking.named, personId)))
    const current = byId(currentId) ?? held[0] ?? null
    return circumstancesOf({ named, current, pending }, this.#needs.clock.now())
  }

  /** A closed connection has a page, too. */
  async #own(id: ConnectionId, personId: PersonId): Promise<Connection | null> {
    return this.#needs.connections.get(id, personId).catch(error => {
      if (error instanceof ConnectionNotFound) return null
      throw error
    })
  }
}
