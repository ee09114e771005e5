import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { usesDashboard } from '../../domain/access/person.ts'
import { PersonUnknown } from '../../domain/access/staff-action.ts'
import { consentOf, isErased } from '../../domain/connection/connection.ts'
import { marketplaceName } from '../../domain/profile/marketplace.ts'
import { profileName } from '../../domain/profile/profile.ts'
import type { CaseDigest, CaseDigests } from '../ports.ts'
import { type CaseKey, lookAgainAt } from './case.ts'
import type { CaseReader, ReadCase } from './read-case.ts'

interface Needs {
  readonly digests: CaseDigests
  readonly caseReader: CaseReader
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Runs after new timeline entries, or when a refresh is due (decision 18). */
export class KeepDigests {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run twice and concurrently. One transaction per change: a seller's request waits for one summary at most.
   * @param limit of changes
   * @returns how many cases were claimed
   */
  async run(limit: number): Promise<number> {
    let count = 0
    for (let stories = 0; stories < limit; stories++) {
      const taken = await this.#next()
      if (taken === 0) break
      count += taken
    }
    return count
  }

  #next(): Promise<number> {
    const { digests, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const taken = await digests.take(clock.now(), 1)
      for (const key of taken) await this.#digest(key)
      return taken.length
    })
  }

  async #digest(key: CaseKey): Promise<void> {
    const { digests, caseReader, clock } = this.#needs
    try {
      // A user with connections has one case per connection, and no other.
      const isServed = key.connectionId === null && (await digests.connectionsOf(key.personId)).length > 0
      if (isServed) return await digests.forget(key)
      const read = await caseReader.read(key)
      const isGone = read.connection !== null && isErased(read.connection)
      const isSeller = usesDashboard(read.person.role)
      if (!isSeller || (isGone && key.connectionId)) await digests.forget(key)
      else await digests.keep(digestOf(read, clock.now()))
    } catch (error) {
      if (!(error instanceof PersonUnknown)) throw error
      await digests.forget(key)
    }
  }
}

function digestOf(
  { key, person, subscription, connection, health, stage, diagnosis, facts }: ReadCase,
  now: Date,
): CaseDigest {
  const named = key.connectionId && connection && !isErased(connection) ? connection : null
  const amazonUser = named ? consentOf(named).amazonUser : null
  const words = [
    person.email,
    person.name,
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
    words: words.filter(word => typeof word === 'string').map(word => word.toLowerCase()),
    lastLoadedAt: facts.loading?.lastLoadedAt ?? null,
    activeAt: facts.story[0]?.at ?? connection?.connectedAt ?? new Date(0),
    lookAgainAt: lookAgainAt(facts, subscription?.endsAt ?? null, now),
  }
}
