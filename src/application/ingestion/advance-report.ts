import { after } from '../../domain/calendar.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { isSameOrder } from '../../domain/ingestion/duplicate.ts'
import { factRow } from '../../domain/ingestion/fact-row.ts'
import {
  accept,
  type CompletedReport,
  complete,
  type GeneratingReport,
  giveUp,
  isOverdue,
  isSettled,
  type OpenReport,
  type PollPlan,
  postpone,
  type Report,
  type RequestedReport,
  reorder,
  waitOn,
} from '../../domain/ingestion/report.ts'
import { isOurs, type ReportTrouble, reasonOf, remedyFor } from '../../domain/ingestion/trouble.ts'
import type { Secret } from '../../domain/secret.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import { AmazonRefused, type Chance, type Clock, type Timeline, type UnitOfWork } from '../ports.ts'
import {
  AccessDoubted,
  type AdvertisingReports,
  type Bell,
  type HeldReport,
  type Ingestions,
  LeaseLost,
  type Leases,
  type ReportAccess,
  type ReportLoader,
  type ReportLocation,
} from './ports.ts'
import { isTokenRefusal, troubleOf } from './trouble-of.ts'

interface Needs {
  readonly leases: Leases
  readonly ingestions: Ingestions
  readonly reports: AdvertisingReports
  readonly access: ReportAccess
  readonly loader: ReportLoader
  readonly bell: Bell
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly chance: Chance
  readonly poll: PollPlan
}

/** One report takes its next step: ordered, looked after, fetched and loaded, or given up (S-20, S-24). */
export class AdvanceReport {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
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
    try {
      await this.#step(held, lost)
    } catch (error) {
      if (error instanceof LeaseLost || lost.aborted) return
      const trouble = troubleOf(error)
      await this.#bear(held, trouble ?? { trouble: 'our_defect', detail: nameOf(error) })
      // Borne like Amazon's troubles, so that it ends; and thrown all the same, since somebody has to mend it.
      if (!trouble || isOurs(trouble)) throw error
    }
  }

  #step(held: HeldReport, lost: AbortSignal): Promise<void> {
    const { report } = held
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

    const { answer, id } = await this.#withToken(held, token =>
      reports.order(profile, token, { definition, days: report.days }),
    )
    if (answer === 'duplicate') {
      const { configuration } = await this.#withToken(held, token => reports.look(profile, token, id))
      if (!isSameOrder(definition, report.days, configuration)) {
        return this.#bear(held, { trouble: 'foreign_duplicate' })
      }
    }
    const kind = answer === 'accepted' ? 'report_accepted' : 'report_adopted'
    const next = accept(report, id, poll, clock.now())
    await this.#save(held, next, { kind, report: report.type, amazonReportId: id })
  }

  async #look(held: HeldReport<GeneratingReport>, lost: AbortSignal): Promise<void> {
    const { reports, poll, clock } = this.#needs
    const { report, profile } = held
    const { amazonReportId } = report

    const look = await this.#withToken(held, token => reports.look(profile, token, amazonReportId))
    switch (look.state) {
      case 'pending': {
        if (!isOverdue(report, clock.now())) return this.#save(held, waitOn(report, poll, clock.now()), null)
        await this.#cancel(held)
        return this.#bear(held, { trouble: 'never_finished' })
      }
      case 'failed':
        return this.#bear(held, { trouble: 'failed_at_amazon', detail: look.detail })
      case 'completed': {
        const completed = complete(report, clock.now())
        await this.#save(held, completed, { kind: 'report_completed', report: report.type, amazonReportId })
        return this.#load({ ...held, report: completed }, look.location, lost)
      }
    }
  }

  /** What Amazon is at work on can no longer be cancelled: it is left to itself, and ordered anew all the same. */
  async #cancel(held: HeldReport<GeneratingReport>): Promise<void> {
    const { profile, report } = held
    try {
      await this.#withToken(held, token => this.#needs.reports.cancel(profile, token, report.amazonReportId))
    } catch (error) {
      if (!(error instanceof AmazonRefused && error.httpStatus === 400)) throw error
    }
  }

  /** Each look signs a new download address; the old one is never kept. */
  async #fetch(held: HeldReport<CompletedReport>, lost: AbortSignal): Promise<void> {
    const { reports } = this.#needs
    const { report, profile } = held
    const look = await this.#withToken(held, token => reports.look(profile, token, report.amazonReportId))
    if (look.state === 'completed') return this.#load(held, look.location, lost)
    return this.#bear(held, { trouble: 'report_gone' })
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
      await this.#bear(held, trouble)
    }
  }

  /** A refused token is minted anew, once: Amazon's other 401s are not about the token. */
  async #withToken<Answer>(held: HeldReport, ask: (token: Secret) => Promise<Answer>): Promise<Answer> {
    const { access } = this.#needs
    const { connectionId } = held.report
    const token = await access.token(connectionId, null)
    try {
      return await ask(token)
    } catch (error) {
      if (!isTokenRefusal(error)) throw error
      return ask(await access.token(connectionId, token))
    }
  }

  async #bear(held: HeldReport, trouble: ReportTrouble): Promise<void> {
    const { clock, chance } = this.#needs
    const { report } = held
    const remedy = remedyFor(trouble, report.troubles, report.orders, chance.next())
    const now = clock.now()

    switch (remedy.remedy) {
      case 'again':
      case 'order_anew': {
        const at = after(now, remedy.inSeconds * 1000)
        const next = remedy.remedy === 'again' ? postpone(report, trouble, at) : reorder(report, trouble, at)
        const nextTryAt = at.toISOString()
        return this.#save(held, next, { kind: 'report_troubled', report: report.type, trouble, nextTryAt })
      }
      case 'lose_authorisation':
        return this.#loseAccess(held, trouble, remedy.why)
      case 'give_up':
        return this.#fail(held, trouble, now)
    }
  }

  async #loseAccess(
    held: HeldReport,
    trouble: ReportTrouble,
    why: 'grant_gone' | 'profile_rights_lost',
  ): Promise<void> {
    const { access, clock } = this.#needs
    try {
      const isLost = await access.lose(held.report.connectionId, why, held.consentedAt)
      if (isLost) return await this.#fail(held, trouble, clock.now())
    } catch (error) {
      if (error instanceof AccessDoubted)
        await this.#bear(held, { trouble: 'our_defect', detail: error.name })
      throw error
    }
    // What Amazon refused was the consent before.
    return this.#bear(held, { trouble: 'token_refused' })
  }

  #fail(held: HeldReport, trouble: ReportTrouble, now: Date): Promise<void> {
    const reason = reasonOf(trouble)
    const { type } = held.report
    return this.#save(held, giveUp(held.report, reason, now), { kind: 'report_failed', report: type, reason })
  }

  async #save(held: HeldReport, next: Report, happening: Happening | null): Promise<void> {
    const { leases, ingestions, bell, timeline, unitOfWork, clock } = this.#needs
    const about = aboutReport(held)
    await unitOfWork.run(async () => {
      await leases.save(held, next)
      const now = clock.now()
      if (happening) await timeline.append(entry(now, about, happening))
      const settled = isSettled(next) ? await ingestions.settle(next.runId, now) : null
      if (settled)
        await timeline.append(entry(now, { ...about, reportId: null }, { kind: 'run_settled', ...settled }))
    })
    if (waits(next)) await bell.ring([next.id], Math.max(0, next.nextTryAt.getTime() - clock.now().getTime()))
  }
}

/** A report that was just completed is fetched by whoever holds it: the bell is for what comes later. */
const waits = (report: Report): report is OpenReport =>
  !isSettled(report) && !(report.status === 'completed' && report.troubles === 0)

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

function aboutReport({ report, personId }: HeldReport) {
  const { connectionId, runId, id: reportId } = report
  return { personId, connectionId, runId, reportId }
}
