import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { UserNotFound } from '../../domain/access/staff-action.ts'
import { canUseDashboard } from '../../domain/access/user.ts'
import { consentOf, isErased } from '../../domain/connection/connection.ts'
import { marketplaceName } from '../../domain/profile/marketplace.ts'
import { profileName } from '../../domain/profile/profile.ts'
import type { CaseSummaries, CaseSummary } from '../ports.ts'
import { type CaseKey, refreshAt } from './case-key.ts'
import type { CaseReader, CaseState } from './case-state.ts'

interface Dependencies {
  readonly summaries: CaseSummaries
  readonly caseReader: CaseReader
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Runs after new timeline entries, or when a refresh is due (decision 28). */
export class RefreshCaseSummaries {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice and concurrently. One transaction per change: a seller's request waits for one summary at most.
   * @param limit of changes
   * @returns the number of claimed cases
   */
  async execute(limit: number): Promise<number> {
    let count = 0
    for (let round = 0; round < limit; round++) {
      const claimedCount = await this.#refreshNext()
      if (claimedCount === 0) break
      count += claimedCount
    }
    return count
  }

  #refreshNext(): Promise<number> {
    const { summaries, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const claimed = await summaries.claimChanged(clock.now(), 1)
      for (const key of claimed) await this.#refresh(key)
      return claimed.length
    })
  }

  async #refresh(key: CaseKey): Promise<void> {
    const { summaries, caseReader, clock } = this.#deps
    try {
      const hasConnections =
        key.connectionId === null && (await summaries.connectionsOf(key.userId)).length > 0
      if (hasConnections) return await summaries.delete(key)
      const caseState = await caseReader.read(key)
      const isConnectionErased = caseState.connection !== null && isErased(caseState.connection)
      const isSeller = canUseDashboard(caseState.user.role)
      if (!isSeller || (isConnectionErased && key.connectionId)) await summaries.delete(key)
      else await summaries.save(summaryOf(caseState, clock.now()))
    } catch (error) {
      if (!(error instanceof UserNotFound)) throw error
      await summaries.delete(key)
    }
  }
}

function summaryOf(
  { key, user, subscription, connection, health, stage, diagnosis, diagnosisInput }: CaseState,
  now: Date,
): CaseSummary {
  const retainedConnection = key.connectionId && connection && !isErased(connection) ? connection : null
  const amazonUser = retainedConnection ? consentOf(retainedConnection).amazonUser : null
  const searchTexts = [
    user.email,
    user.name,
    amazonUser?.email,
    amazonUser?.name,
    retainedConnection && profileName(retainedConnection.profile),
    retainedConnection && marketplaceName(retainedConnection.profile.country),
  ]
  return {
    key,
    health: key.connectionId ? (health?.health ?? null) : null,
    stage,
    cause: diagnosis[0].cause,
    causeSince: diagnosis[0].since,
    plan: subscription?.plan ?? 'none',
    region: retainedConnection?.profile.region ?? null,
    country: retainedConnection?.profile.country ?? null,
    profileId: retainedConnection?.profile.id ?? null,
    amazonUserId: amazonUser?.userId ?? null,
    text: searchTexts.filter(word => typeof word === 'string').map(word => word.toLowerCase()),
    lastLoadedAt: diagnosisInput.sync?.lastLoadedAt ?? null,
    lastEventAt: diagnosisInput.timeline[0]?.at ?? connection?.connectedAt ?? new Date(0),
    refreshAt: refreshAt(diagnosisInput, subscription?.endsAt ?? null, now),
  }
}
