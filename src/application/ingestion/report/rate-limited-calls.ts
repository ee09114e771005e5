import type { AnsweredCallOutcome } from '../../../domain/ingestion/call-latency.ts'
import { definitionOf } from '../../../domain/ingestion/catalogue.ts'
import type { Deferral } from '../../../domain/ingestion/deferral.ts'
import type { RateLimitDecision } from '../../../domain/ingestion/rate-limit/call-budget.ts'
import type { CallOutcome, RateLimitedCall } from '../../../domain/ingestion/rate-limit/region-rate-limit.ts'
import type { Secret } from '../../../domain/secret.ts'
import { isAmazonFailure } from '../../amazon-failure.ts'
import type { Clock } from '../../ports.ts'
import type {
  AdsApiAccess,
  CallStatistics,
  LeasedReport,
  RegionRateLimiter,
  ReportQueue,
} from '../report-ports.ts'
import { isTokenRejected } from './to-report-error.ts'

export interface CallDependencies {
  readonly access: AdsApiAccess
  readonly rateLimiter: RegionRateLimiter
  readonly callStatistics: Pick<CallStatistics, 'begin'>
  readonly reportQueue: Pick<ReportQueue, 'throttledUntil' | 'releaseDeferred'>
  readonly clock: Clock
}

/** Calls under the region's shared rate limit. */
export class RateLimitedCalls {
  readonly #deps: CallDependencies

  constructor(deps: CallDependencies) {
    this.#deps = deps
  }

  /** Amazon also throttles per profile and report type (`docs/product/amazon.md`, Reporting v3: requests). */
  async admit({ report, profile }: LeasedReport): Promise<RateLimitDecision> {
    const { rateLimiter, reportQueue, clock } = this.#deps
    const now = clock.now()
    if (report.status !== 'requested')
      return rateLimiter.tryAcquire(profile.region, 'report_status', report, now)
    // A throttled report has waited already. Two would wait for each other forever.
    const isThrottled = report.lastError?.error === 'throttled'
    const until = isThrottled ? null : await reportQueue.throttledUntil(report, now)
    if (until) return { admitted: false, why: 'report_type_rate_limited', until, isShared: true }
    return rateLimiter.tryAcquire(profile.region, 'report_request', report, now)
  }

  /** Null unless an unanswered call finds its region paused. */
  async deferralAfter({ profile }: LeasedReport, error: unknown): Promise<Deferral | null> {
    if (outcomeOf(error) !== 'unanswered') return null
    const { rateLimiter, clock } = this.#deps
    const until = await rateLimiter.pausedUntil(profile.region, clock.now())
    return until && { why: 'region_down', until, isShared: true }
  }

  /** Refreshes a rejected token once. */
  async call<Answer>(
    leased: LeasedReport,
    call: RateLimitedCall,
    send: (token: Secret) => Promise<Answer>,
  ): Promise<Answer> {
    const { access } = this.#deps
    const { connectionId } = leased.report
    const token = await access.accessToken(connectionId, null).catch(async error => {
      // If the token endpoint doesn't respond, no report can call Amazon: keep the pause.
      if (outcomeOf(error) !== 'unanswered') await this.#recordOutcome(leased, call, 'not_sent')
      throw error
    })
    try {
      return await this.#observe(leased, call, () => send(token))
    } catch (error) {
      if (!isTokenRejected(error)) throw error
      const refreshed = await access.accessToken(connectionId, token)
      return this.#observe(leased, call, () => send(refreshed))
    }
  }

  async #observe<Answer>(
    leased: LeasedReport,
    call: RateLimitedCall,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const { callStatistics, clock } = this.#deps
    const end = callStatistics.begin(leased.profile.region)
    const answer = send()
    const outcome = await answer.then(
      (): AnsweredCallOutcome => 'answered',
      error => outcomeOf(error),
    )
    end(outcome, clock.now())
    await this.#recordOutcome(leased, call, outcome)
    return answer
  }

  async #recordOutcome(
    { report, profile }: LeasedReport,
    call: RateLimitedCall,
    outcome: CallOutcome,
  ): Promise<void> {
    const { rateLimiter, reportQueue, clock } = this.#deps
    const { id: reportId, connectionId } = report
    const { adProduct } = definitionOf(report.type)
    const now = clock.now()
    const hasPauseEnded = await rateLimiter.recordOutcome(
      profile.region,
      outcome,
      { reportId, connectionId, adProduct, call },
      now,
    )
    if (hasPauseEnded) await reportQueue.releaseDeferred(profile.region, now)
  }
}

function outcomeOf(error: unknown): AnsweredCallOutcome {
  if (!isAmazonFailure(error)) return 'answered'
  if (error.kind === 'throttled') return 'throttled'
  return error.kind === 'unreachable' || error.kind === 'timeout' ? 'unanswered' : 'answered'
}
