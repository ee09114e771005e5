import { after, hours } from '../../domain/calendar.ts'
import { isMassLoss } from '../../domain/connection/mass-loss.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause } from '../diagnosis/causes.ts'
import { workerSilence } from '../diagnosis/outlook.ts'
import type { QueueFacts, Sighting, Sightings } from '../ports.ts'
import type { RegionFare } from './region-fare.ts'

/**
 * Amazon rejects us for all accounts; neither sellers nor agents can fix it. In the order of `causes`. A database index
 * lists them by name.
 */
export const refusalsOfUs = [
  'client_refused',
  'app_not_approved',
  'clock_skewed',
  'login_request_refused',
  'report_request_refused',
  'file_elsewhere',
] as const satisfies readonly Cause[]

export type RefusalOfUs = (typeof refusalsOfUs)[number]

/** For how long a failed email raises an alert: it can no longer be fixed. */
export const mailsFor = hours(24)

export type Alarm =
  /** `since` is null when no worker was ever seen. */
  | { readonly alarm: 'no_worker'; readonly since: Date | null }
  | {
      readonly alarm: 'refused_for_all'
      readonly cause: RefusalOfUs
      readonly count: number
      readonly since: Date | null
    }
  | { readonly alarm: 'grants_refused'; readonly count: number; readonly since: Date | null }
  | {
      readonly alarm: 'region_paused'
      readonly region: Region
      readonly since: Date | null
      readonly until: Date
    }
  | { readonly alarm: 'reports_late'; readonly count: number; readonly since: Date | null }
  | { readonly alarm: 'figures_differ'; readonly count: number; readonly since: Date | null }
  | { readonly alarm: 'mails_given_up'; readonly count: number; readonly since: Date | null }

interface Facts {
  readonly workerSeenAt: Date | null
  readonly queue: Pick<QueueFacts, 'late' | 'lateSince'>
  readonly regions: readonly Pick<RegionFare, 'region' | 'pausedSince' | 'pausedUntil'>[]
  readonly sightings: Sightings
}

/** The most severe first. Alerts end with their cause; no one has to close them. */
export function alarmsOf({ workerSeenAt, queue, regions, sightings }: Facts, now: Date): readonly Alarm[] {
  const { refused, grantsRefused, differing, mailsGivenUp } = sightings
  const isNobodyThere = !workerSeenAt || now >= after(workerSeenAt, workerSilence)
  return [
    ...(isNobodyThere ? [{ alarm: 'no_worker', since: workerSeenAt } as const] : []),
    ...refusalsOfUs.flatMap((cause): Alarm[] => {
      const seen = refused.get(cause)
      return seen ? [{ alarm: 'refused_for_all', cause, ...seen }] : []
    }),
    ...(isMassLoss(grantsRefused.count) ? [{ alarm: 'grants_refused', ...grantsRefused } as const] : []),
    ...regions.flatMap(({ region, pausedSince, pausedUntil }): Alarm[] =>
      pausedUntil ? [{ alarm: 'region_paused', region, since: pausedSince, until: pausedUntil }] : [],
    ),
    ...alarmIf('reports_late', { count: queue.late, since: queue.lateSince }),
    ...alarmIf('figures_differ', differing),
    ...alarmIf('mails_given_up', mailsGivenUp),
  ]
}

const alarmIf = (
  alarm: 'reports_late' | 'figures_differ' | 'mails_given_up',
  { count, since }: Sighting,
): Alarm[] => (count > 0 ? [{ alarm, count, since }] : [])
