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
    for (let timelineReader = 0; timelineReader < limit; timelineReader++) {
      const taken = await this.#next()
      if (taken === 0) break
      count += taken
    }
    return count
  }

  #next(): Promise<number> {
    const { summaries, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const taken = await summaries.claimChanged(clock.now(), 1)
      for (const key of taken) await this.#summary(key)
      return taken.length
    })
  }

  async #summary(key: CaseKey): Promise<void> {
    const { summaries, caseReader, clock } = this.#deps
    try {
      const isServed = key.connectionId === null && (await summaries.connectionsOf(key.userId)).length > 0
      if (isServed) return await summaries.delete(key)
      const read = await caseReader.read(key)
      const isGone = read.connection !== null && isErased(read.connection)
      const isSeller = canUseDashboard(read.user.role)
      if (!isSeller || (isGone && key.connectionId)) await summaries.delete(key)
      else await summaries.save(summaryOf(read, clock.now()))
    } catch (error) {
      if (!(error instanceof UserNotFound)) throw error
      await summaries.delete(key)
    }
  }
}

function summaryOf(
  { key, user, subscription, connection, health, stage, diagnosis, facts }: CaseState,
  now: Date,
): CaseSummary {
  const named = key.connectionId && connection && !isErased(connection) ? connection : null
  const amazonUser = named ? consentOf(named).amazonUser : null
  const text = [
    user.email,
    user.name,
    amazonUser?.email,
    amazonUser?.name,
    named && profileName(named.profile),
    named && marketplaceName(named.profile.country),
  ]
  return {
    key,
    health: key.connectionId ? (health?.health ?? null) : null,
    stage,
    cause: diagnosis[0].cause,
    causeSince: diagnosis[0].since,
    plan: subscription?.plan ?? 'none',
    region: named?.profile.region ?? null,
    country: named?.profile.country ?? null,
    profileId: named?.profile.id ?? null,
    amazonUserId: amazonUser?.userId ?? null,
    text: text.filter(word => typeof word === 'string').map(word => word.toLowerCase()),
    lastLoadedAt: facts.loading?.lastLoadedAt ?? null,
    lastEventAt: facts.timeline[0]?.at ?? connection?.connectedAt ?? new Date(0),
    refreshAt: refreshAt(facts, subscription?.endsAt ?? null, now),
  }
}
