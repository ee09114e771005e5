import { isHeld } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Sessions } from '../access/index.ts'
import type { Connections } from './ports.ts'

/** For this browser (S-05). */
export class MakeCurrent {
  readonly #needs: { connections: Connections; sessions: Sessions }

  constructor(needs: { connections: Connections; sessions: Sessions }) {
    this.#needs = needs
  }

  /** @throws {ConnectionNotFound} also when closed. */
  async run(choice: { personId: PersonId; sessionId: SessionId; connectionId: ConnectionId }): Promise<void> {
    const { connections, sessions } = this.#needs
    const connection = await connections.get(choice.connectionId, choice.personId)
    if (!isHeld(connection)) throw new ConnectionNotFound()
    await sessions.makeCurrent(choice.sessionId, choice.connectionId)
  }
}
