import { type RecurringJobRun, RecurringJobRuns } from '../../../../src/admin/ports.ts'
import { after, minutes } from '../../../../src/domain/calendar.ts'

export class FakeRecurringJobRuns extends RecurringJobRuns {
  readonly #runs = new Map<string, RecurringJobRun>()

  async latest(): Promise<RecurringJobRun[]> {
    return [...this.#runs.values()]
  }

  async start(name: string, at: Date, unlessStartedAfter: Date): Promise<boolean> {
    const last = this.#runs.get(name) ?? { finishedAt: null, error: null }
    if ('startedAt' in last && last.startedAt > unlessStartedAfter && last.startedAt <= after(at, minutes(1)))
      return false
    this.#runs.set(name, { ...last, name, startedAt: at })
    return true
  }

  async finish(name: string, at: Date, error: string | null): Promise<void> {
    const run = this.#runs.get(name)
    if (run) this.#runs.set(name, { ...run, finishedAt: at, error })
  }
}
