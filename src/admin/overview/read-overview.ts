import type { Clock } from '../../application/ports.ts'
import { after } from '../../domain/calendar.ts'
import { lossWindow } from '../../domain/connection/mass-loss.ts'
import type { CaseCounts, CaseDigests, Overviews, QueueFacts, Works } from '../ports.ts'
import { type Alarm, alarmsOf, mailsFor, refusalsOfUs } from './alarms.ts'
import { type Failures, failuresFor, failuresOf } from './failures.ts'
import { callsFor, type RegionFare, regionFare } from './region-fare.ts'

export interface OverviewNeeds {
  readonly overviews: Overviews
  readonly digests: Pick<CaseDigests, 'counts'>
  readonly works: Pick<Works, 'factsOf'>
  readonly clock: Clock
}

export interface Overview {
  readonly at: Date
  readonly alarms: readonly Alarm[]
  readonly cases: CaseCounts
  readonly queue: QueueFacts
  readonly failures: Failures
  readonly regions: readonly RegionFare[]
}

export interface WholeOverview extends Overview {
  /** Null when no worker was ever seen. */
  readonly workerSeenAt: Date | null
}

export async function readOverview({
  overviews,
  digests,
  works,
  clock,
}: OverviewNeeds): Promise<WholeOverview> {
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
    workerSeenAt,
  }
}
