import type { ReportId } from '../../../domain/identifiers.ts'
import { definitionFor } from '../../../domain/ingestion/catalogue.ts'
import { isSameReport } from '../../../domain/ingestion/duplicate-report.ts'
import {
  databaseRetryAt,
  type GeneratingReport,
  isOverdue,
  markAccepted,
  markCompleted,
  type PollInterval,
  type RequestedReport,
  schedulePoll,
} from '../../../domain/ingestion/report.ts'
import { isInternal } from '../../../domain/ingestion/report-error.ts'
import { isAmazonFailure } from '../../amazon-failure.ts'
import type { OutageDetector } from '../../ports.ts'
import { type AdvertisingReports, type LeasedReport, LeaseLost, type ReportLoader } from '../report-ports.ts'
import { type CallDependencies, RateLimitedCalls } from './rate-limited-calls.ts'
import { ReportDownload, type ReportFile } from './report-download.ts'
import { ReportUpdater, type ReportUpdaterDependencies } from './report-updater.ts'
import { toReportError } from './to-report-error.ts'

interface Dependencies extends ReportUpdaterDependencies, CallDependencies {
  readonly reports: AdvertisingReports
  readonly loader: ReportLoader
  readonly outageDetector: OutageDetector
  readonly poll: PollInterval
}

/** S-20, S-24 */
export class AdvanceReport {
  readonly #deps: Dependencies
  readonly #updater: ReportUpdater
  readonly #calls: RateLimitedCalls
  readonly #download: ReportDownload

  constructor(deps: Dependencies) {
    this.#deps = deps
    this.#updater = new ReportUpdater(deps)
    this.#calls = new RateLimitedCalls(deps)
    this.#download = new ReportDownload({ ...deps, updater: this.#updater, calls: this.#calls })
  }

  /**
   * Safe to run twice and concurrently: only the lease holder works.
   * @returns false when there was nothing to do, or no free load slot.
   */
  async execute(reportId: ReportId): Promise<boolean> {
    const { leases, clock } = this.#deps
    let hadLoadSlot = true
    const wasDue = await leases.withLease(reportId, clock.now(), async (leased, leaseLost) => {
      try {
        hadLoadSlot = await this.#stepOrRecordError(leased, leaseLost)
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error
      }
    })
    return wasDue && hadLoadSlot
  }

  /** False when no load slot was free. */
  async #stepOrRecordError(leased: LeasedReport, leaseLost: AbortSignal): Promise<boolean> {
    const file = await this.#withErrorHandling(leased, leaseLost, () => this.#step(leased))
    if (file === 'no_load_slot') return false
    if (!file) return true
    using _slot = file.slot
    await this.#withErrorHandling(file.leased, leaseLost, () => this.#download.load(file, leaseLost))
    return true
  }

  async #withErrorHandling<Result>(
    leased: LeasedReport,
    leaseLost: AbortSignal,
    step: () => Promise<Result>,
  ): Promise<Result | null> {
    const { outageDetector, clock } = this.#deps
    try {
      return await step()
    } catch (error) {
      if (error instanceof LeaseLost || leaseLost.aborted) return null
      const reportError = toReportError(error, clock.now())
      const deferral = await this.#calls.deferralAfter(leased, error)
      if (deferral) {
        await this.#updater.defer(leased, deferral)
        return null
      }
      if (!reportError && outageDetector.isOutage(error)) {
        const until = databaseRetryAt(leased.report, clock.now())
        // This write may fail too; then the lease expires.
        await this.#updater
          .defer(leased, { why: 'database_down', until, isShared: true })
          .catch(() => undefined)
        throw error
      }
      await this.#updater.handleError(
        leased,
        reportError ?? { error: 'internal_error', detail: nameOf(error) },
      )
      // Recorded to limit retries; rethrown as a bug.
      if (!reportError || isInternal(reportError)) throw error
      return null
    }
  }

  async #step(leased: LeasedReport): Promise<ReportFile | 'no_load_slot' | null> {
    const { report } = leased
    if (report.status === 'completed') return this.#download.prepare({ ...leased, report })
    return this.#requestOrPoll({ ...leased, report })
  }

  async #requestOrPoll(leased: LeasedReport<RequestedReport | GeneratingReport>): Promise<ReportFile | null> {
    const { report } = leased
    const admission = await this.#calls.admit(leased)
    if (!admission.admitted) {
      await this.#updater.defer(leased, admission)
      return null
    }
    switch (report.status) {
      case 'requested':
        return this.#request({ ...leased, report })
      case 'generating':
        return this.#poll({ ...leased, report })
    }
  }

  async #request(leased: LeasedReport<RequestedReport>): Promise<null> {
    const { reports, poll, clock } = this.#deps
    const { report, profile } = leased
    const definition = definitionFor(report.type, profile)

    const legacyCampaigns = await this.#countLegacyCampaigns(leased)
    const requested = await this.#calls.call(leased, 'report_request', token =>
      reports.requestReport(profile, token, { definition, days: report.days }),
    )
    const { answer, id } = requested
    if (answer === 'duplicate') {
      const { configuration } = await this.#calls.call(leased, 'report_status', token =>
        reports.getStatus(profile, token, id),
      )
      if (!isSameReport(definition, report.days, configuration)) {
        await this.#updater.handleError(leased, { error: 'duplicate_mismatch' })
        return null
      }
    }
    const kind = answer === 'duplicate' ? 'report_duplicate_adopted' : 'report_accepted'
    const amazonMessage = 'amazonMessage' in requested ? { amazonMessage: requested.amazonMessage } : {}
    const counted = legacyCampaigns === undefined ? report : { ...report, legacyCampaigns }
    const next = markAccepted(counted, id, poll, clock.now())
    await this.#updater.save(leased, next, {
      kind,
      report: report.type,
      amazonReportId: id,
      ...amazonMessage,
    })
    return null
  }

  /** The report loads without the count. Counts as a poll, so that a throttled count slows no requests. */
  async #countLegacyCampaigns(leased: LeasedReport<RequestedReport>): Promise<number | undefined> {
    const { report, profile } = leased
    if (report.type !== 'sb_campaigns') return undefined
    try {
      return await this.#calls.call(leased, 'report_status', token =>
        this.#deps.reports.countLegacyCampaigns(profile, token),
      )
    } catch (error) {
      if (!isAmazonFailure(error)) throw error
      return undefined
    }
  }

  async #poll(leased: LeasedReport<GeneratingReport>): Promise<ReportFile | null> {
    const { reports, loader, poll, clock } = this.#deps
    const { report, profile } = leased
    const { amazonReportId } = report

    const status = await this.#calls.call(leased, 'report_status', token =>
      reports.getStatus(profile, token, amazonReportId),
    )
    switch (status.state) {
      case 'pending':
        if (isOverdue(report, clock.now())) {
          await this.#cancel(leased)
          await this.#updater.handleError(leased, { error: 'never_finished' })
        } else {
          await this.#updater.save(leased, schedulePoll(report, poll, clock.now()), null)
        }
        return null
      case 'failed':
        await this.#updater.handleError(leased, { error: 'failed_at_amazon', detail: status.detail })
        return null
      case 'completed': {
        const completed = markCompleted(report, clock.now())
        const event = { kind: 'report_completed', report: report.type, amazonReportId } as const
        using slots = new DisposableStack()
        const slot = slots.use(loader.reserve(completed))
        if (!slot) {
          await this.#updater.awaitLoadSlot(leased, completed, event)
          return null
        }
        await this.#updater.continueToDownload(leased, completed, event)
        slots.move()
        return { leased: { ...leased, report: completed }, location: status.location, slot }
      }
    }
  }

  /** Amazon answers 400 when it already processes the report; we request it again anyway. */
  async #cancel(leased: LeasedReport<GeneratingReport>): Promise<void> {
    const { profile, report } = leased
    try {
      await this.#calls.call(leased, 'report_status', token =>
        this.#deps.reports.cancel(profile, token, report.amazonReportId),
      )
    } catch (error) {
      if (!(isAmazonFailure(error, 'rejected') && error.httpStatus === 400)) throw error
    }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
