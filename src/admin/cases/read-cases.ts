import type { HeldConnection } from '../../domain/connection/connection.ts'
import { isHeld } from '../../domain/connection/connection.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import type { CaseReader, ReadCase } from './read-case.ts'

interface Asked {
  readonly request: { readonly personId: PersonId; readonly connectionId: ConnectionId | null }
  readonly connections: readonly Pick<HeldConnection, 'id'>[]
}

const mostCases = 4

/** The connection that the support request is about comes first (S-30). */
export class ReadCases {
  readonly #needs: { caseReader: CaseReader }

  constructor(needs: { caseReader: CaseReader }) {
    this.#needs = needs
  }

  /** The caller checks access. */
  async run({ request, connections }: Asked): Promise<readonly ReadCase[]> {
    const { personId, connectionId } = request
    const ids = [...new Set([connectionId, ...connections.map(({ id }) => id)])].filter(id => id !== null)
    const keys = ids.slice(0, mostCases).map(id => ({ personId, connectionId: id }))
    const read = await Promise.all(keys.map(key => this.#needs.caseReader.read(key)))
    // The user's own case shows failed attempts to connect.
    const isHolder = read.some(({ connection }) => connection && isHeld(connection))
    return isHolder ? read : [await this.#needs.caseReader.read({ personId, connectionId: null }), ...read]
  }
}
