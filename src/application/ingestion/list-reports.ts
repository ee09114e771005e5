import type { ConnectionId } from '../../domain/identifiers.ts'
import type { SyncHistories, SyncHistory } from './ports.ts'

export class ListReports {
  readonly #records: SyncHistories

  constructor({ syncHistories }: { readonly syncHistories: SyncHistories }) {
    this.#records = syncHistories
  }

  /** The caller checks ownership. */
  async execute(connectionId: ConnectionId): Promise<Pick<SyncHistory, 'finished' | 'open'>> {
    return this.#records.of(connectionId)
  }
}
