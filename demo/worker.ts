import type { Container } from 'inversify'
import pLimit from 'p-limit'
import { RefreshCaseSummaries } from '../src/admin/cases/refresh-case-summaries.ts'
import { ApplySubscriptionEvent } from '../src/application/access/apply-subscription-event.ts'
import { PurgeExpiredAccess } from '../src/application/access/purge-expired-access.ts'
import { FetchAmazonUsers } from '../src/application/connection/authorisation/fetch-amazon-users.ts'
import { PurgePkceVerifiers } from '../src/application/connection/authorisation/purge-pkce-verifiers.ts'
import { EndPendingConnection } from '../src/application/connection/end-pending-connection.ts'
import { EraseConnections } from '../src/application/connection/erase-connections.ts'
import { StartDueSyncs } from '../src/application/connection/start-due-syncs.ts'
import { SendEmails } from '../src/application/email/send-emails.ts'
import { FindDueReports } from '../src/application/ingestion/find-due-reports.ts'
import { JobQueue } from '../src/application/ingestion/ports.ts'
import { ReconcileFigures } from '../src/application/ingestion/reconcile-figures.ts'
import { AdvanceReport } from '../src/application/ingestion/report/advance-report.ts'
import type { DueReport } from '../src/application/ingestion/report-ports.ts'
import { BuildTableRollUps } from '../src/application/performance/build-table-roll-ups.ts'
import type { MovedClock } from './moved-clock.ts'

const concurrency = 10

/** Job queue that only records when jobs are due; the sweep finds everything else. */
export class DueTimeQueue extends JobQueue {
  readonly #clock: MovedClock
  #pendingTimes: number[] = []

  constructor(clock: MovedClock) {
    super()
    this.#clock = clock
  }

  async enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    if (reports.length > 0) this.#pendingTimes.push(this.#clock.now().getTime() + inMilliseconds)
  }

  /** Milliseconds; infinity without a job. */
  next(): number {
    return this.#pendingTimes.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)
  }

  forgetUntil(time: number): void {
    this.#pendingTimes = this.#pendingTimes.filter(each => each > time)
  }
}

/** The product's worker, run on request: its sweeps and the due reports. */
export class DemoWorker {
  readonly #container: Container
  readonly #advanceReport: AdvanceReport
  readonly #findDueReports: FindDueReports
  readonly #onError: (error: unknown) => void

  constructor(container: Container, onError: (error: unknown) => void) {
    this.#container = container
    this.#advanceReport = container.get(AdvanceReport)
    this.#findDueReports = container.get(FindDueReports)
    this.#onError = onError
  }

  async processDueReports(): Promise<void> {
    const limit = pLimit(concurrency)
    for (;;) {
      const { due } = await this.#findDueReports.execute(concurrency * 4)
      const steps = due.map(({ id }) => limit(() => this.#advanceReport.execute(id).catch(this.#onError)))
      const done = await Promise.all(steps)
      // Reports leased by another worker don't count.
      if (!done.some(step => step === true)) return
    }
  }

  async sweep(): Promise<void> {
    const it = this.#container
    const sweeps: readonly (() => Promise<unknown>)[] = [
      () => it.get(EndPendingConnection).expire(),
      () => it.get(EraseConnections).execute(5),
      () => it.get(FetchAmazonUsers).execute(10),
      () => it.get(StartDueSyncs).execute(50),
      () => it.get(ReconcileFigures).execute(50),
      () => it.get(BuildTableRollUps).execute(5, new AbortController().signal),
      () => it.get(ApplySubscriptionEvent).applyWaiting(50),
      () => it.get(PurgeExpiredAccess).execute(),
      () => it.get(PurgePkceVerifiers).execute(),
      async () => {
        while (await it.get(SendEmails).execute());
      },
    ]
    for (const sweep of sweeps) await sweep().catch(this.#onError)
  }

  async refreshCaseSummaries(): Promise<void> {
    while ((await this.#container.get(RefreshCaseSummaries).execute(50)) > 0);
  }
}
