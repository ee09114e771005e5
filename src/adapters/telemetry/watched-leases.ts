import { tracingChannel } from 'node:diagnostics_channel'
import { type HeldReport, Leases } from '../../application/ingestion/ports.ts'
import { type StepSignal, signals } from '../../application/signals.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import { follow } from './trail.ts'

const steps = tracingChannel<unknown, StepSignal>(signals.steps)

export class WatchedLeases extends Leases {
  readonly #leases: Leases

  constructor(leases: Leases) {
    super()
    this.#leases = leases
  }

  hold(
    reportId: ReportId,
    now: Date,
    work: (held: HeldReport, lost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    return this.#leases.hold(reportId, now, (held, lost) => {
      const { runId, connectionId, type, status } = held.report
      // A daily sync has no request id; its sync run's id links its steps.
      const marks = { correlationId: held.correlationId ?? runId, runId, reportId, connectionId }
      return follow(marks, () =>
        steps.tracePromise(() => work(held, lost), { ...marks, report: type, status }),
      )
    })
  }

  save<R extends Report>(held: HeldReport, next: R): Promise<R> {
    return this.#leases.save(held, next)
  }

  conclude<R extends Report>(held: HeldReport, next: R): Promise<R> {
    return this.#leases.conclude(held, next)
  }
}
