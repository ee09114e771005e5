import type { Agenda } from 'agenda'
import {
  type RecurringJobName,
  recurringJobNames,
  recurringJobs,
} from '../../admin/overview/recurring-jobs.ts'
import type { RunRecurringJob } from '../../admin/overview/run-recurring-job.ts'
import type { BackgroundWork } from './background-work.ts'

interface Dependencies {
  readonly agenda: Pick<Agenda, 'define' | 'every'>
  readonly runRecurringJob: Pick<RunRecurringJob, 'execute' | 'executeIfMissed'>
  readonly backgroundWork: BackgroundWork
  readonly work: Readonly<Record<RecurringJobName, () => Promise<unknown>>>
}

/** Agenda starts each job in one worker; the watchdog runs what Agenda has missed (decision 30). */
export class RecurringJobs {
  readonly #deps: Dependencies
  readonly #running = new Set<RecurringJobName>()

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** The handlers don't wait for the run: Agenda's lock would expire. */
  define(): void {
    const { agenda, runRecurringJob } = this.#deps
    for (const name of recurringJobNames)
      agenda.define(name, async () => {
        this.#start(name, () => runRecurringJob.execute(name, () => this.#work(name)))
      })
  }

  schedule(): void {
    for (const name of recurringJobNames) this.#schedule(name)
  }

  /** The watchdog. Also schedules a missed job again: the job store may have lost it. */
  runMissed(): void {
    const { runRecurringJob } = this.#deps
    for (const name of recurringJobNames)
      this.#start(name, () =>
        runRecurringJob.executeIfMissed(name, () => {
          this.#schedule(name)
          return this.#work(name)
        }),
      )
  }

  #start(name: RecurringJobName, run: () => Promise<void>): void {
    if (!this.#running.has(name)) void this.#deps.backgroundWork.start(run)
  }

  async #work(name: RecurringJobName): Promise<void> {
    this.#running.add(name)
    await this.#deps.work[name]().finally(() => this.#running.delete(name))
  }

  /** Keeps the next run of a job that is in the store. With Agenda's `skipImmediate`, each restart would delay it. */
  #schedule(name: RecurringJobName): void {
    const { agenda, backgroundWork } = this.#deps
    void backgroundWork.start(() => agenda.every(recurringJobs[name].interval, name))
  }
}
