import type { ReportId } from '../../domain/identifiers.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { isSameOrder } from '../../domain/ingestion/duplicate.ts'
import { factRow } from '../../domain/ingestion/fact-row.ts'
import {
  accept,
  type CompletedReport,
  complete,
  type GeneratingReport,
  isOverdue,
  nextTryAtStorage,
  type PollPlan,
  type RequestedReport,
  waitOn,
} from '../../domain/ingestion/report.ts'
import { isOurs } from '../../domain/ingestion/trouble.ts'
import { AmazonRefused, type Storage } from '../ports.ts'
import {
  type AdvertisingReports,
  type HeldReport,
  LeaseLost,
  type ReportLoader,
  type ReportLocation,
} from './ports.ts'
import { type CallNeeds, RegionalCalls } from './regional-calls.ts'
import { type KeeperNeeds, ReportKeeper } from './report-keeper.ts'
import { troubleOf } from './trouble-of.ts'

interface Needs extends KeeperNeeds, CallNeeds {
  readonly reports: AdvertisingReports
  readonly loader: ReportLoader
  readonly storage: Storage
  readonly poll: PollPlan
}

/** One report takes its next step: ordered, looked after, fetched and loaded, or given up (S-20, S-24). */
export class AdvanceReport {
  readonly #needs: Needs
  readonly #keeper: ReportKeeper
  readonly #calls: RegionalCalls

  constructor(needs: Needs) {
    this.#needs = needs
    this.#keeper = new ReportKeeper(needs)
    this.#calls = new RegionalCalls(needs)
  }

  /** Can run twice and at once: whoever does not get the lease leaves. False when there was nothing to do. */
  run(reportId: ReportId): Promise<boolean> {
    const { leases, clock } = this.#needs
    return leases.hold(reportId, clock.now(), async (held, lost) => {
      try {
        await this.#stepOrBear(held, lost)
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error
      }
    })
  }

  async #stepOrBear(held: HeldReport, lost: AbortSignal): Promise<void> {
    const { storage, clock } = this.#needs
    try {
      await this.#step(held, lost)
    } catch (error) {
      if (error instanceof LeaseLost || lost.aborted) return
      const trouble = troubleOf(error)
      const pause = await this.#calls.pauseAfter(held, error)
      if (pause) return this.#keeper.holdBack(held, pause)
      if (storage.isOutage(error)) {
        await this.#keeper.holdBack(held, {
          why: 'storage_down',
          until: nextTryAtStorage(held.report, clock.now()),
        })
        throw error
      }
      await this.#keeper.bear(held, trouble ?? { trouble: 'our_defect', detail: nameOf(error) })
      // Borne like Amazon's troubles, so that it ends; and thrown all the same, since somebody has to mend it.
      if (!trouble || isOurs(trouble)) throw error
    }
  }

  async #step(held: HeldReport, lost: AbortSignal): Promise<void> {
    const { report } = held
    const admission = await this.#calls.admit(held)
    if (!admission.admitted) return this.#keeper.holdBack(held, admission)
    switch (report.status) {
      case 'requested':
        return this.#order({ ...held, report })
      case 'generating':
        return this.#look({ ...held, report }, lost)
      case 'completed':
        return this.#fetch({ ...held, report }, lost)
    }
  }

  async #order(held: HeldReport<RequestedReport>): Promise<void> {
    const { reports, poll, clock } = this.#needs
    const { report, profile } = held
    const definition = definitionOf(report.type)

    const { answer, id } = await this.#calls.make(held, token =>
      reports.order(profile, token, { definition, days: report.days }),
    )
    if (answer === 'duplicate') {
      const { configuration } = await this.#calls.make(held, token => reports.look(profile, token, id))
      if (!isSameOrder(definition, report.days, configuration)) {
        return this.#keeper.bear(held, { trouble: 'foreign_duplicate' })
      }
    }
    const kind = answer === 'accepted' ? 'report_accepted' : 'report_adopted'
    const next = accept(report, id, poll, clock.now())
    await this.#keeper.save(held, next, { kind, report: report.type, amazonReportId: id })
  }

  async #look(held: HeldReport<GeneratingReport>, lost: AbortSignal): Promise<void> {
    const { reports, poll, clock } = this.#needs
    const { report, profile } = held
    const { amazonReportId } = report

    const look = await this.#calls.make(held, token => reports.look(profile, token, amazonReportId))
    switch (look.state) {
      case 'pending': {
        if (!isOverdue(report, clock.now()))
          return this.#keeper.save(held, waitOn(report, poll, clock.now()), null)
        await this.#cancel(held)
        return this.#keeper.bear(held, { trouble: 'never_finished' })
      }
      case 'failed':
        return this.#keeper.bear(held, { trouble: 'failed_at_amazon', detail: look.detail })
      case 'completed': {
        const completed = complete(report, clock.now())
        await this.#keeper.save(held, completed, {
          kind: 'report_completed',
          report: report.type,
          amazonReportId,
        })
        return this.#load({ ...held, report: completed }, look.location, lost)
      }
    }
  }

  /** What Amazon is at work on can no longer be cancelled: it is left to itself, and ordered anew all the same. */
  async #cancel(held: HeldReport<GeneratingReport>): Promise<void> {
    const { profile, report } = held
    try {
      await this.#calls.make(held, token => this.#needs.reports.cancel(profile, token, report.amazonReportId))
    } catch (error) {
      if (!(error instanceof AmazonRefused && error.httpStatus === 400)) throw error
    }
  }

  /** Each look signs a new download address; the old one is never kept. */
  async #fetch(held: HeldReport<CompletedReport>, lost: AbortSignal): Promise<void> {
    const { reports } = this.#needs
    const { report, profile } = held
    const look = await this.#calls.make(held, token => reports.look(profile, token, report.amazonReportId))
    if (look.state === 'completed') return this.#load(held, look.location, lost)
    return this.#keeper.bear(held, { trouble: 'report_gone' })
  }

  async #load(held: HeldReport<CompletedReport>, location: ReportLocation, lost: AbortSignal): Promise<void> {
    const { reports, loader, clock } = this.#needs
    const { days, type } = held.report
    const definition = definitionOf(type)
    const batches = reports.download(location, lost)
    async function* facts() {
      for await (const batch of batches) yield batch.map(row => factRow(definition, days, row))
    }
    try {
      await loader.load(held, facts(), () => clock.now())
    } catch (error) {
      if (error instanceof LeaseLost || lost.aborted) return
      const trouble = troubleOf(error, 'file')
      // Borne, and told, by the step that led here.
      if (!trouble || isOurs(trouble)) throw error
      await this.#keeper.bear(held, trouble)
    }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
