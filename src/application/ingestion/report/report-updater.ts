import { after, seconds } from '../../../domain/calendar.ts'
import { syncFinishedEmails } from '../../../domain/email/triggers.ts'
import type { Deferral } from '../../../domain/ingestion/deferral.ts'
import {
  awaitLoadSlot,
  type CompletedReport,
  defer,
  isDeferredTooLong,
  isFinished,
  markFailed,
  type OpenReport,
  type Report,
  requestAgain,
  scheduleRetry,
} from '../../../domain/ingestion/report.ts'
import {
  decideRetry,
  type FailureReason,
  failureReason,
  type ReportError,
} from '../../../domain/ingestion/report-error.ts'
import { entry, type TimelineEvent } from '../../../domain/timeline/entry.ts'
import type { Outbox } from '../../email/index.ts'
import type { Clock, RandomSource, Timeline, UnitOfWork } from '../../ports.ts'
import type { JobQueue, SyncRuns } from '../ports.ts'
import {
  type AccessLossReason,
  AccessLossUnconfirmed,
  AccessUncertain,
  type AdsApiAccess,
  type LeasedReport,
  type Leases,
} from '../report-ports.ts'

export interface ReportUpdaterDependencies {
  readonly leases: Leases
  readonly syncRuns: SyncRuns
  readonly access: AdsApiAccess
  readonly jobQueue: JobQueue
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly random: RandomSource
}

/** Reports deferred until the same time must not all retry at once. */
const maxSpread = seconds(10)

const reasonOfLoss: Readonly<Record<AccessLossReason, FailureReason>> = {
  grant_revoked: failureReason({ error: 'grant_revoked' }),
  profile_access_lost: failureReason({ error: 'profile_access_lost' }),
  marked_by_staff: { error: 'cancelled', detail: null },
}

/** Apart from the loader, only this class writes a leased report. */
export class ReportUpdater {
  readonly #deps: ReportUpdaterDependencies

  constructor(deps: ReportUpdaterDependencies) {
    this.#deps = deps
  }

  async handleError(leased: LeasedReport, error: ReportError): Promise<void> {
    const { clock, random } = this.#deps
    const { report } = leased
    const decision = decideRetry(error, report, random.next())
    const now = clock.now()

    switch (decision.decision) {
      case 'retry':
      case 'request_again': {
        const at = after(now, decision.inSeconds * 1000)
        const update = decision.decision === 'retry' ? scheduleRetry : requestAgain
        const next = update(report, error, at, now)
        const dueAt = at.toISOString()
        return this.save(leased, next, { kind: 'report_error', report: report.type, error, dueAt })
      }
      case 'lose_authorisation':
        return this.#recordAccessLoss(leased, error, decision.why)
      case 'fail':
        return this.#fail(leased, failureReason(error), now)
    }
  }

  /** Uses up no retry, but fails the report after 24 hours. */
  defer(leased: LeasedReport, { why, until, isShared }: Deferral): Promise<void> {
    const { clock, random } = this.#deps
    const { report } = leased
    const now = clock.now()
    if (isDeferredTooLong(report, now)) {
      return this.#fail(leased, failureReason(finalErrorOf[why]), now)
    }
    const at = isShared ? after(until, random.next() * maxSpread) : until
    const event = {
      kind: 'report_deferred',
      report: report.type,
      why,
      dueAt: at.toISOString(),
    } as const
    return this.save(leased, defer(report, why, at, now), isFirstDeferral(report, why) ? event : null)
  }

  /** Wakes no worker; the sweep finds the report. */
  awaitLoadSlot(
    leased: LeasedReport,
    completed: CompletedReport,
    event: TimelineEvent | null,
  ): Promise<void> {
    return this.#write('saveAndRelease', leased, awaitLoadSlot(completed, this.#deps.clock.now()), event)
  }

  /** Keeps the lease: the same worker downloads next. */
  continueToDownload(leased: LeasedReport, completed: CompletedReport, event: TimelineEvent): Promise<void> {
    return this.#write('save', leased, completed, event)
  }

  async #recordAccessLoss(
    leased: LeasedReport,
    reportError: ReportError,
    why: 'grant_revoked' | 'profile_access_lost',
  ): Promise<void> {
    const { access, clock } = this.#deps
    try {
      const loss = await access.recordLoss(leased.report.connectionId, why, leased.pendingConnectionId)
      // Later reports only find that the token is gone: the recorded loss shows why.
      if (loss) {
        const reason = loss === why ? failureReason(reportError) : reasonOfLoss[loss]
        return await this.#fail(leased, reason, clock.now())
      }
    } catch (error) {
      if (error instanceof AccessLossUnconfirmed) {
        const detail = error.message
        return this.handleError(leased, { ...reportError, error: 'profile_access_unconfirmed', detail })
      }
      if (error instanceof AccessUncertain)
        await this.handleError(leased, { error: 'internal_error', detail: error.name })
      throw error
    }
    // A newer grant exists.
    return this.handleError(leased, { error: 'token_rejected' })
  }

  #fail(leased: LeasedReport, reason: FailureReason, now: Date): Promise<void> {
    const { type } = leased.report
    return this.save(leased, markFailed(leased.report, reason, now), {
      kind: 'report_failed',
      report: type,
      reason,
    })
  }

  async save(leased: LeasedReport, next: Report, event: TimelineEvent | null): Promise<void> {
    const { jobQueue, clock } = this.#deps
    await this.#write('saveAndRelease', leased, next, event)
    if (!isFinished(next))
      await jobQueue.enqueue([next], Math.max(0, next.dueAt.getTime() - clock.now().getTime()))
  }

  async #write(
    write: 'save' | 'saveAndRelease',
    leased: LeasedReport,
    next: Report,
    event: TimelineEvent | null,
  ): Promise<void> {
    const { leases, timeline, unitOfWork, clock } = this.#deps
    // Most steps only poll: one statement needs no transaction.
    if (!event && !isFinished(next)) return void (await leases[write](leased, next))
    await unitOfWork.transaction(async () => {
      await leases[write](leased, next)
      if (event) await timeline.append(entry(clock.now(), aboutReport(leased), event))
      if (isFinished(next)) await this.#finish(leased)
    })
  }

  async #finish(leased: LeasedReport): Promise<void> {
    const { syncRuns, outbox, timeline, clock } = this.#deps
    const now = clock.now()
    const finished = await syncRuns.finishIfDone(leased.report.syncRunId, now)
    if (!finished) return
    const { loaded, failed } = finished
    const about = { ...aboutReport(leased), reportId: null }
    await timeline.append(entry(now, about, { kind: 'sync_finished', loaded, failed }))
    await outbox.put(...syncFinishedEmails({ ...about, profile: leased.profile }, finished, now))
  }
}

/** True once per outage, but never for a background report waiting for its region's rate limit: that is normal. */
function isFirstDeferral(
  { isInteractive, deferredSince, deferralReason }: OpenReport,
  why: Deferral['why'],
): boolean {
  const isQueued = (reason: Deferral['why'] | null) => reason === 'region_rate_limited' && !isInteractive
  return !isQueued(why) && (deferredSince === null || isQueued(deferralReason))
}

const finalErrorOf: Readonly<Record<Deferral['why'], ReportError>> = {
  region_rate_limited: { error: 'throttled', retryAfterSeconds: null },
  report_type_rate_limited: { error: 'throttled', retryAfterSeconds: null },
  region_down: { error: 'unreachable', httpStatus: null },
  database_down: { error: 'internal_error', detail: 'the database did not respond' },
}

function aboutReport({ report, userId }: LeasedReport) {
  const { connectionId, syncRunId, id: reportId } = report
  return { userId, connectionId, syncRunId, reportId }
}
