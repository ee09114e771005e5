import type { Container } from 'inversify'
import pLimit from 'p-limit'
import { KeepDigests } from '../src/admin/index.ts'
import { ChangeSubscription, SweepAccess } from '../src/application/access/index.ts'
import {
  EndPending,
  EraseConnections,
  ForgetVerifiers,
  IdentifyAmazonUsers,
  StartSyncs,
} from '../src/application/connection/index.ts'
import { AdvanceReport, ReconcileFigures, SweepReports } from '../src/application/ingestion/index.ts'
import { Bell, type DueReport } from '../src/application/ingestion/ports.ts'
import { SendMails } from '../src/application/mail/index.ts'
import { RollUpTables } from '../src/application/performance/index.ts'
import type { MovedClock } from './moved-clock.ts'

const concurrency = 10

/** Job queue that only records when jobs are due; the sweep finds everything else. */
export class AlarmClock extends Bell {
  readonly #clock: MovedClock
  #moments: number[] = []

  constructor(clock: MovedClock) {
    super()
    this.#clock = clock
  }

  async ring(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    if (reports.length > 0) this.#moments.push(this.#clock.now().getTime() + inMilliseconds)
  }

  /** Milliseconds; infinity without a job. */
  next(): number {
    return this.#moments.reduce((least, moment) => Math.min(least, moment), Number.POSITIVE_INFINITY)
  }

  forgetUntil(moment: number): void {
    this.#moments = this.#moments.filter(each => each > moment)
  }
}

/** The product's worker, run on request: its sweeps and the due reports. */
export class DemoWorker {
  readonly #container: Container
  readonly #advanceReport: AdvanceReport
  readonly #sweepReports: SweepReports
  readonly #onError: (error: unknown) => void

  constructor(container: Container, onError: (error: unknown) => void) {
    this.#container = container
    this.#advanceReport = container.get(AdvanceReport)
    this.#sweepReports = container.get(SweepReports)
    this.#onError = onError
  }

  async workOff(): Promise<void> {
    const limit = pLimit(concurrency)
    for (;;) {
      const { due } = await this.#sweepReports.run(concurrency * 4)
      const steps = due.map(({ id }) => limit(() => this.#advanceReport.run(id).catch(this.#onError)))
      const done = await Promise.all(steps)
      // Reports leased by another worker don't count.
      if (!done.some(step => step === true)) return
    }
  }

  async sweep(): Promise<void> {
    const it = this.#container
    const sweeps: readonly (() => Promise<unknown>)[] = [
      () => it.get(EndPending).expire(),
      () => it.get(EraseConnections).run(5),
      () => it.get(IdentifyAmazonUsers).run(10),
      () => it.get(StartSyncs).run(50),
      () => it.get(ReconcileFigures).run(50),
      () => it.get(RollUpTables).run(5, new AbortController().signal),
      () => it.get(ChangeSubscription).takeUp(50),
      () => it.get(SweepAccess).run(),
      () => it.get(ForgetVerifiers).run(),
      async () => {
        while (await it.get(SendMails).run());
      },
    ]
    for (const sweep of sweeps) await sweep().catch(this.#onError)
  }

  async digest(): Promise<void> {
    while ((await this.#container.get(KeepDigests).run(50)) > 0);
  }
}
