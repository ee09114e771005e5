import { after, hours } from '../../domain/calendar.ts'
import { isMassRevocation } from '../../domain/connection/mass-revocation.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause } from '../diagnosis/causes.ts'
import { workerHeartbeatTimeout } from '../diagnosis/current-state.ts'
import type { AlertInput, CountSince, QueueStatus } from '../ports.ts'
import type { RegionStatus } from './region-status.ts'

/** Amazon rejects us for all accounts. In the order of `causes`; a database index lists them by name. */
export const systemWideCauses = [
  'client_refused',
  'app_not_approved',
  'clock_skewed',
  'login_request_refused',
  'report_request_refused',
  'download_host_untrusted',
] as const satisfies readonly Cause[]

export type SystemWideCause = (typeof systemWideCauses)[number]

/** A failed email can't be fixed, so its alert ends. */
export const emailFailureWindow = hours(24)

export type Alert =
  /** `since` is null when no worker was ever seen. */
  | { readonly alert: 'no_worker'; readonly since: Date | null }
  | {
      readonly alert: 'system_wide_rejection'
      readonly cause: SystemWideCause
      readonly count: number
      readonly since: Date | null
    }
  | { readonly alert: 'mass_revocation'; readonly count: number; readonly since: Date | null }
  | { readonly alert: 'grants_invalidated'; readonly count: number; readonly since: Date | null }
  | {
      readonly alert: 'region_paused'
      readonly region: Region
      readonly since: Date | null
      readonly until: Date
    }
  | { readonly alert: 'reports_late'; readonly count: number; readonly since: Date | null }
  | { readonly alert: 'figures_mismatch'; readonly count: number; readonly since: Date | null }
  | { readonly alert: 'emails_failed'; readonly count: number; readonly since: Date | null }

interface SystemState {
  readonly workerSeenAt: Date | null
  readonly queue: Pick<QueueStatus, 'late' | 'lateSince'>
  readonly regions: readonly Pick<RegionStatus, 'region' | 'pausedSince' | 'pausedUntil'>[]
  readonly alertInput: AlertInput
}

/** Most severe first. An alert ends with its cause. */
export function alertsFrom(
  { workerSeenAt, queue, regions, alertInput }: SystemState,
  now: Date,
): readonly Alert[] {
  const { rejected, revocations, invalidated, differing, emailsFailed } = alertInput
  const isWorkerMissing = !workerSeenAt || now >= after(workerSeenAt, workerHeartbeatTimeout)
  return [
    ...(isWorkerMissing ? [{ alert: 'no_worker', since: workerSeenAt } as const] : []),
    ...systemWideCauses.flatMap((cause): Alert[] => {
      const rejections = rejected.get(cause)
      return rejections ? [{ alert: 'system_wide_rejection', cause, ...rejections }] : []
    }),
    ...(isMassRevocation(revocations.count) ? [{ alert: 'mass_revocation', ...revocations } as const] : []),
    ...alertIf('grants_invalidated', invalidated),
    ...regions.flatMap(({ region, pausedSince, pausedUntil }): Alert[] =>
      pausedUntil ? [{ alert: 'region_paused', region, since: pausedSince, until: pausedUntil }] : [],
    ),
    ...alertIf('reports_late', { count: queue.late, since: queue.lateSince }),
    ...alertIf('figures_mismatch', differing),
    ...alertIf('emails_failed', emailsFailed),
  ]
}

const alertIf = (
  alert: 'grants_invalidated' | 'reports_late' | 'figures_mismatch' | 'emails_failed',
  { count, since }: CountSince,
): Alert[] => (count > 0 ? [{ alert, count, since }] : [])
