import type { ConnectionId } from '../../domain/identifiers.ts'
import type { FailedReport, LoadedReport, OpenReport } from '../../domain/ingestion/report.ts'
import type { Ingestions } from './ports.ts'

export interface ReportsOfConnection {
  /** How each type of report ended last, whichever run asked for it. */
  readonly settled: readonly (LoadedReport | FailedReport)[]
  /** On their way, whichever run asked for them. */
  readonly open: readonly OpenReport[]
}

/** What has become of a connection's reports, for pages that show what they brought. */
export class ListReports {
  readonly #ingestions: Ingestions

  constructor({ ingestions }: { readonly ingestions: Ingestions }) {
    this.#ingestions = ingestions
  }

  /** The caller answers for whose connection it is. */
  async run(connectionId: ConnectionId): Promise<ReportsOfConnection> {
    const [settled, open] = await Promise.all([
      this.#ingestions.latestSettled(connectionId),
      this.#ingestions.openOf(connectionId),
    ])
    return { settled, open }
  }
}
