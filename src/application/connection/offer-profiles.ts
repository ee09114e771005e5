import { demandPlan, lackOf } from '../../domain/access/subscription.ts'
import type { EmptyListReason } from '../../domain/connection/empty-list.ts'
import {
  hasNothingToChoose,
  isExpired,
  offeredProfiles,
  type PendingConnection,
  storyOf,
  unansweredRegions,
} from '../../domain/connection/pending-connection.ts'
import { NothingPending, PendingConnectionExpired } from '../../domain/connection/refusals.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import { askWhyEmpty } from './ask-why-empty.ts'
import type { PendingConnections, ProfileDirectory } from './ports.ts'
import type { ReadProfiles } from './read-profiles.ts'

interface Needs {
  readonly people: People
  readonly pendings: PendingConnections
  readonly readProfiles: ReadProfiles
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Offer =
  | { readonly offer: 'nothing_pending' }
  /** S-15: the worker erases the tokens within seconds. */
  | { readonly offer: 'expired'; readonly attemptId: PendingConnection['attemptId'] }
  /** Our keys can't decrypt it; the user must authorise again. */
  | { readonly offer: 'unreadable'; readonly attemptId: PendingConnection['attemptId'] }
  | { readonly offer: 'picker'; readonly pending: PendingConnection }
  /** S-10: `agencies` counts profiles that can't be chosen; then, and in view-as sessions, `reason` is null. */
  | {
      readonly offer: 'no_profiles'
      readonly agencies: number
      readonly reason: EmptyListReason | null
      readonly attemptId: PendingConnection['attemptId']
    }

/** Fetches each region once and stores it (S-08). */
export class OfferProfiles {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(personId: PersonId): Promise<Offer> {
    const { people, pendings, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending) return { offer: 'nothing_pending' }
    if (isExpired(pending, clock.now())) return { offer: 'expired', attemptId: pending.attemptId }
    if (lackOf(await people.subscriptionOf(personId), clock.now())) return { offer: 'nothing_pending' }
    return this.#read(
      pending,
      unansweredRegions(pending.readings).filter(region => pending.readings[region].state === 'unread'),
    )
  }

  /** S-09: fetches one region again. @throws {PlanRequired | PendingConnectionExpired | NoPendingConnection} */
  async retry(personId: PersonId, region: Region): Promise<Offer> {
    const { people, pendings, clock } = this.#needs
    demandPlan(await people.subscriptionOf(personId), clock.now())
    const pending = await pendings.of(personId)
    if (!pending) throw new NothingPending()
    if (isExpired(pending, clock.now())) throw new PendingConnectionExpired()
    return this.#read(pending, pending.readings[region].state === 'read' ? [] : [region])
  }

  async #read(pending: PendingConnection, unread: readonly Region[]): Promise<Offer> {
    const read = await this.#needs.readProfiles.run(pending, unread)
    switch (read.read) {
      case 'gone':
        return { offer: 'nothing_pending' }
      case 'unreadable':
        return { offer: 'unreadable', attemptId: pending.attemptId }
      case 'pending':
        return hasNothingToChoose(read.pending.readings)
          ? this.#endWithoutProfiles(read.pending)
          : { offer: 'picker', pending: read.pending }
    }
  }

  /** Asks for the reason before erasing the token that this needs. */
  async #endWithoutProfiles(pending: PendingConnection): Promise<Offer> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    const agencies = offeredProfiles(pending.readings).length
    const reason = agencies > 0 ? null : await askWhyEmpty(this.#needs, pending.accessToken)
    return unitOfWork.run(async () => {
      if (await pendings.erase(pending.id)) {
        const told = { kind: 'no_profiles', agencies, ...(reason && { reason }) } as const
        await timeline.append(entry(clock.now(), storyOf(pending), told))
      }
      return { offer: 'no_profiles', agencies, reason, attemptId: pending.attemptId }
    })
  }
}
