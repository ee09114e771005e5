import type { ConnectionId } from '../../domain/identifiers.ts'
import type { SyncHistories, SyncHistory } from './ports.ts'

export class ListReports {
  readonly #records: SyncHistories

  constructor({ records }: { readonly records: SyncHistories }) {
    this.#records = records
  }

  /** The caller checks ownership. */
  async execute(connectionId: ConnectionId): Promise<Pick<SyncHistory, 'finished' | 'open'>> {
    return this.#records.of(connectionId)
  }
}
