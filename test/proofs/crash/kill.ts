import { setTimeout as sleep } from 'node:timers/promises'
import { waitForExit } from '../../support/product/child-process.ts'
import type { Interruption } from './failpoint-preload.ts'
import type { Plan } from './plans.ts'
import type { WorkerProcess, WorkerProcesses } from './processes.ts'

export interface KilledProcess {
  readonly process: WorkerProcess
  readonly at: number
}

/** The kill of a plan: its scene arms it, and it hits at most one process. */
export class Kill {
  readonly #processes: WorkerProcesses
  readonly #interruption: Interruption | null
  readonly #plan: Plan
  readonly #duration: number
  readonly #onKilled: (killed: KilledProcess) => void
  readonly #end = new AbortController()
  #timer: Promise<void> = Promise.resolve()
  #killed: KilledProcess | null = null

  constructor(
    processes: WorkerProcesses,
    {
      plan,
      name,
      duration,
      onKilled,
    }: { plan: Plan; name: string; duration: number; onKilled: (killed: KilledProcess) => void },
  ) {
    const { timing } = plan
    this.#processes = processes
    this.#plan = plan
    this.#duration = duration
    this.#onKilled = onKilled
    this.#interruption = timing.at === 'point' ? { name, ...timing, signal: 'SIGKILL' } : null
  }

  get killed(): KilledProcess | null {
    return this.#killed
  }

  arm(candidates: readonly WorkerProcess[]): void {
    const { timing } = this.#plan
    if (this.#interruption) {
      for (const worker of candidates) void worker.exited.then(() => this.#checkInterruption(worker))
      this.#processes.arm(this.#interruption)
    } else if (timing.at === 'instant') {
      const worker = candidates[timing.worker] ?? candidates[0]
      if (worker) this.#timer = this.#killAfter(timing.share * this.#duration, worker)
    }
  }

  /**
   * Waits for the kill: a random instant may be still to come, and a point may be passed shortly after the work is
   * finished.
   */
  async finish(): Promise<void> {
    await this.#timer
    for (let waited = 0; this.#interruption && !this.#killed && waited < 600; waited += 50) await sleep(50)
    this.#processes.disarm()
    this.#end.abort()
  }

  async #killAfter(milliseconds: number, worker: WorkerProcess): Promise<void> {
    await sleep(milliseconds)
    const at = Date.now()
    worker.child.kill('SIGKILL')
    await waitForExit(worker.child)
    this.#recordKill({ process: worker, at })
  }

  #checkInterruption(worker: WorkerProcess): void {
    const interrupted = this.#interruption && this.#processes.interruptedBy(this.#interruption)
    if (interrupted?.pid === worker.child.pid && interrupted)
      this.#recordKill({ process: worker, at: interrupted.at })
  }

  #recordKill(killed: KilledProcess): void {
    this.#killed = killed
    this.#onKilled(killed)
  }
}
