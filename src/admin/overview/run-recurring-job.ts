import type { Clock } from '../../application/ports.ts'
import { after, seconds } from '../../domain/calendar.ts'
import type { RecurringJobRuns } from '../ports.ts'
import { type RecurringJobName, recurringJobs } from './recurring-jobs.ts'

interface Dependencies {
  readonly recurringJobRuns: Pick<RecurringJobRuns, 'start' | 'finish'>
  readonly clock: Clock
}

/** How long Agenda may take to start a job that is due. */
const startTimeout = seconds(10)

/** Runs a job and records the run. Both methods throw what `work` throws. */
export class RunRecurringJob {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Does nothing if the last run started less than half an interval ago: the job was doubled. */
  async execute(name: RecurringJobName, work: () => Promise<unknown>): Promise<void> {
    await this.#start(name, work, recurringJobs[name].interval / 2)
  }

  /** Does nothing if the last run started in time. Of several concurrent callers, one runs the job. */
  async executeIfMissed(name: RecurringJobName, work: () => Promise<unknown>): Promise<void> {
    await this.#start(name, work, recurringJobs[name].interval + startTimeout)
  }

  async #start(name: RecurringJobName, work: () => Promise<unknown>, minAge: number): Promise<void> {
    const { recurringJobRuns, clock } = this.#deps
    const now = clock.now()
    if (!(await recurringJobRuns.start(name, now, after(now, -minAge)))) return
    let error: string | null = null
    try {
      await work()
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.name : 'unknown'
      throw thrown
    } finally {
      await recurringJobRuns.finish(name, clock.now(), error)
    }
  }
}
