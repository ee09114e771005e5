import type { Clock } from '../../application/ports.ts'
import { after } from '../../domain/calendar.ts'
import { revocationWindow } from '../../domain/connection/mass-revocation.ts'
import type {
  CaseCounts,
  CaseSummaries,
  OverviewReader,
  QueueStatus,
  RecurringJobRuns,
  WorkerHeartbeats,
} from '../ports.ts'
import { type Alert, alertsFrom, emailFailureWindow, systemWideCauses } from './alerts.ts'
import { type Failures, failuresOf, failureWindow } from './failures.ts'
import { type RecurringJobStatus, recurringJobStatuses } from './recurring-jobs.ts'
import { callWindow, type RegionStatus, regionStatus } from './region-status.ts'

export interface OverviewDependencies {
  readonly overviews: OverviewReader
  readonly summaries: Pick<CaseSummaries, 'counts'>
  readonly workerHeartbeats: Pick<WorkerHeartbeats, 'statusFor'>
  readonly recurringJobRuns: Pick<RecurringJobRuns, 'latest'>
  readonly clock: Clock
}

export interface Overview {
  readonly at: Date
  readonly alerts: readonly Alert[]
  readonly cases: CaseCounts
  readonly queue: QueueStatus
  readonly failures: Failures
  readonly regions: readonly RegionStatus[]
  readonly recurringJobs: readonly RecurringJobStatus[]
}

export interface FullOverview extends Overview {
  /** Null when no worker was ever seen. */
  readonly workerSeenAt: Date | null
}

export async function readOverview({
  overviews,
  summaries,
  workerHeartbeats,
  recurringJobRuns,
  clock,
}: OverviewDependencies): Promise<FullOverview> {
  const now = clock.now()
  const [cases, queue, failureCounts, regionCalls, alertInput, { workerSeenAt }, jobRuns] = await Promise.all(
    [
      summaries.counts(),
      overviews.queue(now),
      overviews.failures(after(now, -failureWindow), now),
      overviews.regions(after(now, -callWindow)),
      overviews.alertInput({
        causes: systemWideCauses,
        grantsSince: after(now, -revocationWindow),
        emailsSince: after(now, -emailFailureWindow),
      }),
      workerHeartbeats.statusFor(null, now),
      recurringJobRuns.latest(),
    ],
  )
  const regionStatuses = regionCalls.map(region => regionStatus(region, now))
  return {
    at: now,
    alerts: alertsFrom({ workerSeenAt, queue, regions: regionStatuses, alertInput }, now),
    cases,
    queue,
    failures: failuresOf(failureCounts),
    regions: regionStatuses,
    recurringJobs: recurringJobStatuses(jobRuns, now),
    workerSeenAt,
  }
}
