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

/** Calls to one region's Ads API on a connection's behalf: let through by what all others met, and told to them. */
export class RegionalCalls {
  readonly #needs: CallNeeds

  constructor(needs: CallNeeds) {
    this.#needs = needs
  }

  /** Whether the report's next step may go out now. Amazon throttles by profile and type of report, too (§3.7). */
  async admit({ report, profile }: HeldReport): Promise<Admission> {
    const { regions, ingestions, clock } = this.#needs
    const now = clock.now()
    if (report.status !== 'requested') return regions.admit(profile.region, 'look', report, now)
    // One that was throttled itself has waited for its own turn: two of them would wait for each other.
    const waitsForItself = report.lastTrouble?.trouble === 'throttled'
    const until = waitsForItself ? null : await ingestions.throttledUntil(report, now)
    if (until) return { admitted: false, why: 'type_busy', until, isShared: true }
    return regions.admit(profile.region, 'order', report, now)
  }

  /** A call that found its region down is no trouble of the report that made it, nor of those on their way meanwhile. */
  async pauseAfter({ profile }: HeldReport, error: unknown): Promise<HoldBack | null> {
    if (outcomeOf(error) !== 'unanswered') return null
    const { regions, clock } = this.#needs
    const until = await regions.pausedUntil(profile.region, clock.now())
    return until && { why: 'region_down', until, isShared: true }
  }

  /** A refused token is minted anew, once: Amazon's other 401s are not about the token. */
  async make<Answer>(held: HeldReport, ask: (token: Secret) => Promise<Answer>): Promise<Answer> {
    const { access } = this.#needs
    const { connectionId } = held.report
    const token = await access.token(connectionId, null).catch(async error => {
      // Where the token's own address does not answer, nobody else could go out either: the pause goes on.
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
