import type { Connection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/errors.ts'
import { prefillFor, type SupportRequestPrefill } from '../../domain/help/prefill.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import type { Connections, SellerState } from '../connection/index.ts'
import type { Clock } from '../ports.ts'

interface Dependencies {
  readonly connections: Pick<Connections, 'get'>
  readonly clock: Clock
}

/** S-30 */
export class PrefillSupportRequest {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(
    { live, pending }: Pick<SellerState, 'live' | 'pending'>,
    context: {
      readonly userId: UserId
      readonly named: ConnectionId | null
      readonly currentId: ConnectionId | null
    },
  ): Promise<SupportRequestPrefill> {
    const { userId, currentId } = context
    const byId = (id: ConnectionId | null) => live.find(each => each.id === id)
    const named = byId(context.named) ?? (context.named && (await this.#findOwn(context.named, userId)))
    const current = byId(currentId) ?? live[0] ?? null
    return prefillFor({ named, current, pending }, this.#deps.clock.now())
  }

  async #findOwn(id: ConnectionId, userId: UserId): Promise<Connection | null> {
    return this.#deps.connections.get(id, userId).catch(error => {
      if (error instanceof ConnectionNotFound) return null
      throw error
    })
  }
}
