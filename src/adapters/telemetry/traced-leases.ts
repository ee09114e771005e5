import { tracingChannel } from 'node:diagnostics_channel'
import { type StepSignal, signals } from '../../application/diagnostics-channels.ts'
import { type LeasedReport, Leases } from '../../application/ingestion/report-ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import { runInContext } from './correlation-context.ts'

const steps = tracingChannel<unknown, StepSignal>(signals.steps)

export class TracedLeases extends Leases {
  readonly #leases: Leases

  constructor(leases: Leases) {
    super()
    this.#leases = leases
  }

  withLease(
    reportId: ReportId,
    now: Date,
    work: (live: LeasedReport, leaseLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    return this.#leases.withLease(reportId, now, (live, lost) => {
      const { syncRunId, connectionId, type, status } = live.report
      const logContext = { correlationId: live.correlationId ?? syncRunId, syncRunId, reportId, connectionId }
      return runInContext(logContext, () =>
        steps.tracePromise(() => work(live, lost), { ...logContext, report: type, status }),
      )
    })
  }

  save<R extends Report>(live: LeasedReport, next: R): Promise<R> {
    return this.#leases.save(live, next)
  }

  saveAndRelease<R extends Report>(live: LeasedReport, next: R): Promise<R> {
    return this.#leases.saveAndRelease(live, next)
  }
}
