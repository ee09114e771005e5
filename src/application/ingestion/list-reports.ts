import type { ConnectionId } from '../../domain/identifiers.ts'
import type { LoadingRecord, LoadingRecords } from './ports.ts'

export class ListReports {
  readonly #records: LoadingRecords

  constructor({ records }: { readonly records: LoadingRecords }) {
    this.#records = records
  }

  /** The caller checks ownership. */
  async run(connectionId: ConnectionId): Promise<Pick<LoadingRecord, 'settled' | 'open'>> {
    return this.#records.of(connectionId)
  }
}
