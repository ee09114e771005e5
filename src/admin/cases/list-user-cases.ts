import { isLive, type LiveConnection } from '../../domain/connection/connection.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import type { CaseReader, CaseState } from './case-state.ts'

interface ListUserCasesRequest {
  readonly request: { readonly userId: UserId; readonly connectionId: ConnectionId | null }
  readonly connections: readonly Pick<LiveConnection, 'id'>[]
}

const maxCases = 4

/** The support request's own connection comes first (S-30). */
export class ListUserCases {
  readonly #deps: { caseReader: CaseReader }

  constructor(deps: { caseReader: CaseReader }) {
    this.#deps = deps
  }

  /** The caller checks access. */
  async execute({ request, connections }: ListUserCasesRequest): Promise<readonly CaseState[]> {
    const { userId, connectionId } = request
    const ids = [...new Set([connectionId, ...connections.map(({ id }) => id)])].filter(id => id !== null)
    const keys = ids.slice(0, maxCases).map(id => ({ userId, connectionId: id }))
    const cases = await Promise.all(keys.map(key => this.#deps.caseReader.read(key)))
    const hasLiveConnection = cases.some(({ connection }) => connection && isLive(connection))
    return hasLiveConnection
      ? cases
      : [await this.#deps.caseReader.read({ userId, connectionId: null }), ...cases]
  }
}
