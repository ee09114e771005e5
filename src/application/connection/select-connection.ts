import { isLive } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/errors.ts'
import type { ConnectionId, SessionId, UserId } from '../../domain/identifiers.ts'
import type { Sessions } from '../access/index.ts'
import type { Connections } from './ports.ts'

/** S-05 */
export class SelectConnection {
  readonly #deps: { connections: Connections; sessions: Sessions }

  constructor(deps: { connections: Connections; sessions: Sessions }) {
    this.#deps = deps
  }

  /** @throws {ConnectionNotFound} also when closed. */
  async execute(choice: { userId: UserId; sessionId: SessionId; connectionId: ConnectionId }): Promise<void> {
    const { connections, sessions } = this.#deps
    const connection = await connections.get(choice.connectionId, choice.userId)
    if (!isLive(connection)) throw new ConnectionNotFound()
    await sessions.selectConnection(choice.sessionId, choice.connectionId)
  }
}
