import type { CallEnd } from '../../domain/ingestion/call-times.ts'
import type { Admission, CallOutcome, HoldBack } from '../../domain/ingestion/region-traffic.ts'
import type { Secret } from '../../domain/secret.ts'
import { AmazonThrottled, AmazonTimeout, AmazonUnreachable, type Clock } from '../ports.ts'
import type { CallTally, HeldReport, Ingestions, Regions, ReportAccess } from './ports.ts'
import { isTokenRefusal } from './trouble-of.ts'

export interface CallNeeds {
  readonly access: ReportAccess
  readonly regions: Regions
  readonly calls: Pick<CallTally, 'begin'>
  readonly ingestions: Ingestions
  readonly clock: Clock
}

/** Ads API calls under the region's shared rate limit, which learns from each outcome. */
export class RegionalCalls {
  readonly #needs: CallNeeds

  constructor(needs: CallNeeds) {
    this.#needs = needs
  }

  /** Amazon throttles per profile and report type, too (`docs/product/amazon.md`, Reporting v3: requests). */
  async admit({ report, profile }: HeldReport): Promise<Admission> {
    const { regions, ingestions, clock } = this.#needs
    const now = clock.now()
    if (report.status !== 'requested') return regions.admit(profile.region, 'look', report, now)
    // A throttled report has waited already; two would wait for each other forever.
    const waitsForItself = report.lastTrouble?.trouble === 'throttled'
    const until = waitsForItself ? null : await ingestions.throttledUntil(report, now)
    if (until) return { admitted: false, why: 'type_busy', until, isShared: true }
    return regions.admit(profile.region, 'order', report, now)
  }

  /** Null unless an unanswered call finds its region paused: that is not the report's error. */
  async pauseAfter({ profile }: HeldReport, error: unknown): Promise<HoldBack | null> {
    if (outcomeOf(error) !== 'unanswered') return null
    const { regions, clock } = this.#needs
    const until = await regions.pausedUntil(profile.region, clock.now())
    return until && { why: 'region_down', until, isShared: true }
  }

  /** Refreshes a rejected token once. Amazon's other 401s are not about the token. */
  async make<Answer>(held: HeldReport, ask: (token: Secret) => Promise<Answer>): Promise<Answer> {
    const { access } = this.#needs
    const { connectionId } = held.report
    const token = await access.token(connectionId, null).catch(async error => {
      // If the token endpoint doesn't answer, no other report could call either: keep the pause.
      if (outcomeOf(error) !== 'unanswered') await this.#tell(held, 'not_asked')
      throw error
    })
    try {
      return await this.#observed(held, () => ask(token))
    } catch (error) {
      if (!isTokenRefusal(error)) throw error
      const minted = await access.token(connectionId, token)
      return this.#observed(held, () => ask(minted))
    }
  }

  async #observed<Answer>(held: HeldReport, ask: () => Promise<Answer>): Promise<Answer> {
    const { calls, clock } = this.#needs
    const end = calls.begin(held.profile.region)
    const answer = ask()
    const outcome = await answer.then(
      (): CallEnd => 'answered',
      error => outcomeOf(error),
    )
    end(outcome, clock.now())
    await this.#tell(held, outcome)
    return answer
  }

  async #tell({ report, profile }: HeldReport, outcome: CallOutcome): Promise<void> {
    const { regions, ingestions, clock } = this.#needs
    const { id: reportId, connectionId } = report
    const now = clock.now()
    const isOver = await regions.observe(profile.region, outcome, { reportId, connectionId }, now)
    if (isOver) await ingestions.release(profile.region, now)
  }
}

function outcomeOf(error: unknown): CallEnd {
  if (error instanceof AmazonThrottled) return 'throttled'
  return error instanceof AmazonUnreachable || error instanceof AmazonTimeout ? 'unanswered' : 'answered'
}
