import { demandStaff, type People } from '../../application/access/index.ts'
import type { Clock } from '../../application/ports.ts'
import { after } from '../../domain/calendar.ts'
import { lossWindow } from '../../domain/connection/mass-loss.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { CaseCounts, CaseDigests, Overviews, QueueFacts, Works } from '../ports.ts'
import { type Alarm, alarmsOf, mailsFor, refusalsOfUs } from './alarms.ts'
import { type Failures, failuresFor, failuresOf } from './failures.ts'
import { callsFor, type RegionFare, regionFare } from './region-fare.ts'

interface Needs {
  readonly people: Pick<People, 'byId'>
  readonly overviews: Overviews
  readonly digests: Pick<CaseDigests, 'counts'>
  readonly works: Pick<Works, 'factsOf'>
  readonly clock: Clock
}

export interface Overview {
  readonly at: Date
  readonly alarms: readonly Alarm[]
  /** How many cases there are of each, as lists show them. */
  readonly cases: CaseCounts
  readonly queue: QueueFacts
  readonly failures: Failures
  readonly regions: readonly RegionFare[]
}

/** How all of it fares at the moment, on one page (S-45). Only reads. */
export class ShowOverview {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {StaffAlone} */
  async run({ by }: { readonly by: PersonId }): Promise<Overview> {
    const { people, overviews, digests, works, clock } = this.#needs
    await demandStaff(people, by)
    const now = clock.now()
    const [cases, queue, failed, regions, sightings, { workerSeenAt }] = await Promise.all([
      digests.counts(),
      overviews.queue(now),
      overviews.failures(after(now, -failuresFor), now),
      overviews.regions(after(now, -callsFor)),
      overviews.sightings({
        causes: refusalsOfUs,
        grantsSince: after(now, -lossWindow),
        mailsSince: after(now, -mailsFor),
      }),
      works.factsOf(null, now),
    ])
    const fares = regions.map(facts => regionFare(facts, now))
    return {
      at: now,
      alarms: alarmsOf({ workerSeenAt, queue, regions: fares, sightings }, now),
      cases,
      queue,
      failures: failuresOf(failed),
      regions: fares,
    }
  }
}
