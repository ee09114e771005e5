import { after, seconds } from '../../domain/calendar.ts'
import type { HoldBack } from '../../domain/ingestion/region-traffic.ts'
import {
  awaitRoom,
  type CompletedReport,
  giveUp,
  holdBack,
  isHeldTooLong,
  isSettled,
  type OpenReport,
  postpone,
  type Report,
  reorder,
} from '../../domain/ingestion/report.ts'
import {
  type FailureReason,
  type ReportTrouble,
  reasonOf,
  remedyFor,
} from '../../domain/ingestion/trouble.ts'
import { settlementMails } from '../../domain/mail/occasions.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import type { Outbox } from '../mail/index.ts'
import type { Chance, Clock, Timeline, UnitOfWork } from '../ports.ts'
import {
  AccessDoubted,
  type AccessLoss,
  type Bell,
  type HeldReport,
  type Ingestions,
  type Leases,
  type ReportAccess,
} from './ports.ts'

export interface KeeperNeeds {
  readonly leases: Leases
  readonly ingestions: Ingestions
  readonly access: ReportAccess
  readonly bell: Bell
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly chance: Chance
}

/** Milliseconds, so that reports deferred until the same time don't return all at once. */
const longestSpread = seconds(10)

const reasonOfLoss: Readonly<Record<AccessLoss, FailureReason>> = {
  grant_gone: reasonOf({ trouble: 'grant_gone' }),
  profile_rights_lost: reasonOf({ trouble: 'rights_lost' }),
  marked_by_us: { trouble: 'cancelled', detail: null },
}

/** Apart from the loader, only this class writes a leased report. */
export class ReportKeeper {
  readonly #needs: KeeperNeeds

  constructor(needs: KeeperNeeds) {
    this.#needs = needs
  }

  async bear(held: HeldReport, trouble: ReportTrouble): Promise<void> {
    const { clock, chance } = this.#needs
    const { report } = held
    const remedy = remedyFor(trouble, report, chance.next())
    const now = clock.now()

    switch (remedy.remedy) {
      case 'again':
      case 'order_anew': {
        const at = after(now, remedy.inSeconds * 1000)
        const later = remedy.remedy === 'again' ? postpone : reorder
        const next = later(report, trouble, at, now)
        const nextTryAt = at.toISOString()
        return this.save(held, next, { kind: 'report_troubled', report: report.type, trouble, nextTryAt })
      }
      case 'lose_authorisation':
        return this.#loseAccess(held, trouble, remedy.why)
      case 'give_up':
        return this.#fail(held, reasonOf(trouble), now)
    }
  }

  /** For reasons outside the report: uses up no retry, but fails it after 24 hours. */
  holdBack(held: HeldReport, { why, until, isShared }: HoldBack): Promise<void> {
    const { clock, chance } = this.#needs
    const { report } = held
    const now = clock.now()
    if (isHeldTooLong(report, now)) {
      return this.#fail(held, reasonOf(enduring[why]), now)
    }
    const at = isShared ? after(until, chance.next() * longestSpread) : until
    const happening = {
      kind: 'report_held_back',
      report: report.type,
      why,
      nextTryAt: at.toISOString(),
    } as const
    return this.save(held, holdBack(report, why, at, now), isNews(report, why) ? happening : null)
  }

  /** Releases the report without waking a worker; the sweep finds it. */
  awaitRoom(held: HeldReport, completed: CompletedReport, happening: Happening | null): Promise<void> {
    return this.#keep('conclude', held, awaitRoom(completed, this.#needs.clock.now()), happening)
  }

  /** Keeps the lease and wakes no worker: the same worker downloads next. */
  goOn(held: HeldReport, completed: CompletedReport, happening: Happening): Promise<void> {
    return this.#keep('save', held, completed, happening)
  }

  async #loseAccess(
    held: HeldReport,
    trouble: ReportTrouble,
    why: 'grant_gone' | 'profile_rights_lost',
  ): Promise<void> {
    const { access, clock } = this.#needs
    try {
      const loss = await access.lose(held.report.connectionId, why, held.consentedAt)
      // A later report finds no token, which doesn't show why.
      if (loss)
        return await this.#fail(held, loss === why ? reasonOf(trouble) : reasonOfLoss[loss], clock.now())
    } catch (error) {
      if (error instanceof AccessDoubted) await this.bear(held, { trouble: 'our_defect', detail: error.name })
      throw error
    }
    // A newer consent exists; Amazon rejected the previous one.
    return this.bear(held, { trouble: 'token_refused' })
  }

  #fail(held: HeldReport, reason: FailureReason, now: Date): Promise<void> {
    const { type } = held.report
    return this.save(held, giveUp(held.report, reason, now), { kind: 'report_failed', report: type, reason })
  }

  /** Saves and releases the report, then schedules a wake-up for its next step. */
  async save(held: HeldReport, next: Report, happening: Happening | null): Promise<void> {
    const { bell, clock } = this.#needs
    await this.#keep('conclude', held, next, happening)
    if (!isSettled(next))
      await bell.ring([next], Math.max(0, next.nextTryAt.getTime() - clock.now().getTime()))
  }

  /** One commit for the new state, its timeline entry and the end of the sync run. */
  async #keep(
    write: 'save' | 'conclude',
    held: HeldReport,
    next: Report,
    happening: Happening | null,
  ): Promise<void> {
    const { leases, timeline, unitOfWork, clock } = this.#needs
    // Most steps poll an unfinished report without an entry: one auto-committed statement.
    if (!happening && !isSettled(next)) return void (await leases[write](held, next))
    await unitOfWork.run(async () => {
      await leases[write](held, next)
      if (happening) await timeline.append(entry(clock.now(), aboutReport(held), happening))
      if (isSettled(next)) await this.#settle(held)
    })
  }

  async #settle(held: HeldReport): Promise<void> {
    const { ingestions, outbox, timeline, clock } = this.#needs
    const now = clock.now()
    const settled = await ingestions.settle(held.report.runId, now)
    if (!settled) return
    const { loaded, failed } = settled
    const about = { ...aboutReport(held), reportId: null }
    await timeline.append(entry(now, about, { kind: 'run_settled', loaded, failed }))
    await outbox.put(...settlementMails({ ...about, profile: held.profile }, settled, now))
  }
}

/** True once per outage. Background reports queued for their region are normal and not recorded. */
function isNews({ isAwaited, heldSince, heldFor }: OpenReport, why: HoldBack['why']): boolean {
  const standsInLine = (reason: HoldBack['why'] | null) => reason === 'region_busy' && !isAwaited
  return !standsInLine(why) && (heldSince === null || standsInLine(heldFor))
}

const enduring: Readonly<Record<HoldBack['why'], ReportTrouble>> = {
  region_busy: { trouble: 'throttled', retryAfterSeconds: null },
  type_busy: { trouble: 'throttled', retryAfterSeconds: null },
  region_down: { trouble: 'unreachable', httpStatus: null },
  storage_down: { trouble: 'our_defect', detail: 'the database did not answer' },
}

function aboutReport({ report, personId }: HeldReport) {
  const { connectionId, runId, id: reportId } = report
  return { personId, connectionId, runId, reportId }
}
