import { definitionFor } from '../../../domain/ingestion/catalogue.ts'
import { RowReader } from '../../../domain/ingestion/fact-row.ts'
import type { CompletedReport } from '../../../domain/ingestion/report.ts'
import { isInternal } from '../../../domain/ingestion/report-error.ts'
import type { Clock } from '../../ports.ts'
import {
  type AdvertisingReports,
  type LeasedReport,
  LeaseLost,
  type ReportLoader,
  type ReportLocation,
} from '../report-ports.ts'
import type { RateLimitedCalls } from './rate-limited-calls.ts'
import type { ReportUpdater } from './report-updater.ts'
import { toReportError } from './to-report-error.ts'

interface Dependencies {
  readonly reports: AdvertisingReports
  readonly loader: ReportLoader
  readonly updater: ReportUpdater
  readonly calls: RateLimitedCalls
  readonly clock: Clock
}

export interface ReportFile {
  readonly leased: LeasedReport<CompletedReport>
  readonly location: ReportLocation
  readonly slot: Disposable
}

/** The last step of a report: from Amazon's file to stored rows. */
export class ReportDownload {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Each poll signs a new download URL; none is stored. */
  async prepare(leased: LeasedReport<CompletedReport>): Promise<ReportFile | 'no_load_slot' | null> {
    using slots = new DisposableStack()
    const slot = slots.use(this.#deps.loader.reserve(leased.report))
    if (!slot) {
      await this.#deps.updater.awaitLoadSlot(leased, leased.report, null)
      return 'no_load_slot'
    }
    const located = await this.#locateFile(leased)
    if (!located) return null
    slots.move()
    return { leased, slot, ...located }
  }

  /** Null when the step has ended otherwise. */
  async #locateFile(leased: LeasedReport<CompletedReport>): Promise<Pick<ReportFile, 'location'> | null> {
    const { reports } = this.#deps
    const { report, profile } = leased
    const admission = await this.#deps.calls.admit(leased)
    if (!admission.admitted) {
      await this.#deps.updater.defer(leased, admission)
      return null
    }
    const status = await this.#deps.calls.call(leased, 'report_status', token =>
      reports.getStatus(profile, token, report.amazonReportId),
    )
    if (status.state === 'completed') return { location: status.location }
    await this.#deps.updater.handleError(leased, { error: 'report_lost' })
    return null
  }

  async load({ leased, location }: ReportFile, leaseLost: AbortSignal): Promise<void> {
    const { reports, loader, clock } = this.#deps
    const { report, profile } = leased
    const reader = new RowReader(definitionFor(report.type, profile), report.days)
    const batches = reports.download(location, leaseLost)
    async function* facts() {
      for await (const batch of batches) yield reader.read(batch)
      reader.finish()
    }
    const file = { batches: facts(), setAside: () => reader.setAside }
    try {
      await loader.load(leased, file, () => clock.now())
    } catch (error) {
      if (error instanceof LeaseLost || leaseLost.aborted) return
      const reportError = toReportError(error, clock.now(), 'file')
      if (!reportError || isInternal(reportError)) throw error
      await this.#deps.updater.handleError(leased, reportError)
    }
  }
}
