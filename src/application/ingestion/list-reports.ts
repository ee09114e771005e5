import type { ConnectionId } from '../../domain/identifiers.ts'
import type { LoadingRecord, LoadingRecords } from './ports.ts'

/** What has become of a connection's reports, for pages that show what they brought. */
export class ListReports {
  readonly #records: LoadingRecords

  constructor({ records }: { readonly records: LoadingRecords }) {
    this.#records = records
  }

  /** The caller answers for whose connection it is. */
  async run(connectionId: ConnectionId): Promise<Pick<LoadingRecord, 'settled' | 'open'>> {
    return this.#records.of(connectionId)
  }
}
