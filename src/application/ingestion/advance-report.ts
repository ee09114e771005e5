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
import { isOurs, type ReportTrouble } from '../../domain/ingestion/trouble.ts'
import { AmazonRefused, type Storage, traceOf } from '../ports.ts'
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

/** Ready to load; `place` is its load slot. */
interface ReportFile {
  readonly held: HeldReport<CompletedReport>
  readonly location: ReportLocation
  readonly place: Disposable
}

/** Takes a report's next step (S-20, S-24). */
export class AdvanceReport {
  readonly #needs: Needs
  readonly #keeper: ReportKeeper
  readonly #calls: RegionalCalls

  constructor(needs: Needs) {
    this.#needs = needs
    this.#keeper = new ReportKeeper(needs)
    this.#calls = new RegionalCalls(needs)
  }

  /**
   * Safe to run twice and concurrently: only the lease holder works.
   * @returns false when there was nothing to do, or no free load slot.
   */
  async run(reportId: ReportId): Promise<boolean> {
    const { leases, clock } = this.#needs
    let hadRoom = true
    const wasDue = await leases.hold(reportId, clock.now(), async (held, lost) => {
      try {
        hadRoom = await this.#stepOrBear(held, lost)
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error
      }
    })
    return wasDue && hadRoom
  }

  /**
   * An error while loading is handled with the state that the step committed.
   * @returns false when no load slot was free.
   */
  async #stepOrBear(held: HeldReport, lost: AbortSignal): Promise<boolean> {
    const file = await this.#bearing(held, lost, () => this.#step(held))
    if (file === 'no_room') return false
    if (!file) return true
    using _place = file.place
    await this.#bearing(file.held, lost, () => this.#load(file, lost))
    return true
  }

  async #bearing<Result>(
    held: HeldReport,
    lost: AbortSignal,
    step: () => Promise<Result>,
  ): Promise<Result | null> {
    const { storage, clock } = this.#needs
    try {
      return await step()
    } catch (error) {
      if (error instanceof LeaseLost || lost.aborted) return null
      const trouble = this.#troubleOf(error)
      const pause = await this.#calls.pauseAfter(held, error)
      if (pause) {
        await this.#keeper.holdBack(held, pause)
        return null
      }
      if (!trouble && storage.isOutage(error)) {
        const until = nextTryAtStorage(held.report, clock.now())
        // This write may fail for the same reason. Then the lease expires; rethrow the first error either way.
        await this.#keeper
          .holdBack(held, { why: 'storage_down', until, isShared: true })
          .catch(() => undefined)
        throw error
      }
      await this.#keeper.bear(held, trouble ?? { trouble: 'our_defect', detail: nameOf(error) })
      // Retried like Amazon's errors, so that it ends. Rethrown too, since it is our bug to fix.
      if (!trouble || isOurs(trouble)) throw error
      return null
    }
  }

  #troubleOf(error: unknown, reading?: 'file'): ReportTrouble | null {
    const trouble = troubleOf(error, reading)
    return trouble && { ...trouble, ...traceOf(error, this.#needs.clock.now()) }
  }

  async #step(held: HeldReport): Promise<ReportFile | 'no_room' | null> {
    const { report } = held
    if (report.status === 'completed') return this.#fetch({ ...held, report })
    return this.#ask({ ...held, report })
  }

  /** Each poll signs a new download address; none is stored. */
  async #fetch(held: HeldReport<CompletedReport>): Promise<ReportFile | 'no_room' | null> {
    using places = new DisposableStack()
    const place = places.use(this.#needs.loader.reserve(held.report))
    if (!place) {
      await this.#keeper.awaitRoom(held, held.report, null)
      return 'no_room'
    }
    const location = await this.#find(held)
    if (!location) return null
    places.move()
    return { held, location, place }
  }

  async #ask(held: HeldReport<RequestedReport | GeneratingReport>): Promise<ReportFile | null> {
    const { report } = held
    const admission = await this.#calls.admit(held)
    if (!admission.admitted) {
      await this.#keeper.holdBack(held, admission)
      return null
    }
    switch (report.status) {
      case 'requested':
        return this.#order({ ...held, report })
      case 'generating':
        return this.#look({ ...held, report })
    }
  }

  async #order(held: HeldReport<RequestedReport>): Promise<null> {
    const { reports, poll, clock } = this.#needs
    const { report, profile } = held
    const definition = definitionOf(report.type)

    const { answer, id } = await this.#calls.make(held, token =>
      reports.order(profile, token, { definition, days: report.days }),
    )
    if (answer === 'duplicate') {
      const { configuration } = await this.#calls.make(held, token => reports.look(profile, token, id))
      if (!isSameOrder(definition, report.days, configuration)) {
        await this.#keeper.bear(held, { trouble: 'foreign_duplicate' })
        return null
      }
    }
    const kind = answer === 'accepted' ? 'report_accepted' : 'report_adopted'
    const next = accept(report, id, poll, clock.now())
    await this.#keeper.save(held, next, { kind, report: report.type, amazonReportId: id })
    return null
  }

  async #look(held: HeldReport<GeneratingReport>): Promise<ReportFile | null> {
    const { reports, loader, poll, clock } = this.#needs
    const { report, profile } = held
    const { amazonReportId } = report

    const look = await this.#calls.make(held, token => reports.look(profile, token, amazonReportId))
    switch (look.state) {
      case 'pending':
        if (isOverdue(report, clock.now())) {
          await this.#cancel(held)
          await this.#keeper.bear(held, { trouble: 'never_finished' })
        } else {
          await this.#keeper.save(held, waitOn(report, poll, clock.now()), null)
        }
        return null
      case 'failed':
        await this.#keeper.bear(held, { trouble: 'failed_at_amazon', detail: look.detail })
        return null
      case 'completed': {
        const completed = complete(report, clock.now())
        const happening = { kind: 'report_completed', report: report.type, amazonReportId } as const
        using places = new DisposableStack()
        const place = places.use(loader.reserve(completed))
        if (!place) {
          await this.#keeper.awaitRoom(held, completed, happening)
          return null
        }
        await this.#keeper.goOn(held, completed, happening)
        places.move()
        return { held: { ...held, report: completed }, location: look.location, place }
      }
    }
  }

  /** Amazon answers 400 when it already processes the report; we request it again anyway. */
  async #cancel(held: HeldReport<GeneratingReport>): Promise<void> {
    const { profile, report } = held
    try {
      await this.#calls.make(held, token => this.#needs.reports.cancel(profile, token, report.amazonReportId))
    } catch (error) {
      if (!(error instanceof AmazonRefused && error.httpStatus === 400)) throw error
    }
  }

  async #find(held: HeldReport<CompletedReport>): Promise<ReportLocation | null> {
    const { reports } = this.#needs
    const { report, profile } = held
    const admission = await this.#calls.admit(held)
    if (!admission.admitted) {
      await this.#keeper.holdBack(held, admission)
      return null
    }
    const look = await this.#calls.make(held, token => reports.look(profile, token, report.amazonReportId))
    if (look.state === 'completed') return look.location
    await this.#keeper.bear(held, { trouble: 'report_gone' })
    return null
  }

  async #load({ held, location }: Omit<ReportFile, 'place'>, lost: AbortSignal): Promise<void> {
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
      const trouble = this.#troubleOf(error, 'file')
      // Handled and rethrown by the caller.
      if (!trouble || isOurs(trouble)) throw error
      await this.#keeper.bear(held, trouble)
    }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
