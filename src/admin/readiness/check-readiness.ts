import type { Clock } from '../../application/ports.ts'
import { after } from '../../domain/calendar.ts'
import type { TellAlive } from '../cases/tell-alive.ts'
import { workerSilence } from '../diagnosis/outlook.ts'
import type { DatabaseState, DatabaseStates } from '../ports.ts'

interface Needs {
  readonly states: DatabaseStates
  readonly tellAlive: Pick<TellAlive, 'toldAt'>
  readonly clock: Clock
}

/** Whether a process can do its work (S-52); whoever reads it may be anybody, so that it has no more than this. */
export interface Readiness {
  /** `degraded`: it serves, and something else has to be seen to. */
  readonly status: 'ok' | 'degraded' | 'unready' | 'stopping'
  readonly checks: {
    readonly database: 'ok' | 'it does not answer'
    readonly migrations: 'ok' | 'not known' | `${number} pending`
    readonly worker: 'ok' | 'not known' | 'none was ever seen' | `none seen since ${string}`
  }
}

/**
 * A web server serves without a worker: that none is seen is told, and takes no web server away from people. A worker that
 * cannot tell that it lives is none.
 */
export class CheckReadiness {
  readonly #needs: Needs
  #isStopping = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** From now on no new work is to be sent here. */
  stop(): void {
    this.#isStopping = true
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Answers within the time that {@link DatabaseStates} takes. */
  async run({ isWorker }: { readonly isWorker: boolean }): Promise<Readiness> {
    const { states, tellAlive, clock } = this.#needs
    const state = await states.look().catch(() => null)
    if (!state) return this.#told('unready', noAnswer)
    const worker = workerIn(isWorker ? tellAlive.toldAt : state.workerSeenAt, clock.now())
    const migrations = pendingIn(state)
    const isReady = migrations === 'ok' && (worker === 'ok' || !isWorker)
    const status = isReady ? (worker === 'ok' ? 'ok' : 'degraded') : 'unready'
    return this.#told(status, { database: 'ok', migrations, worker })
  }

  #told(status: Readiness['status'], checks: Readiness['checks']): Readiness {
    return { status: this.#isStopping ? 'stopping' : status, checks }
  }
}

const noAnswer: Readiness['checks'] = {
  database: 'it does not answer',
  migrations: 'not known',
  worker: 'not known',
}

const pendingIn = ({ pendingMigrations }: DatabaseState): Readiness['checks']['migrations'] =>
  pendingMigrations === 0 ? 'ok' : `${pendingMigrations} pending`

function workerIn(seenAt: Date | null, now: Date): Readiness['checks']['worker'] {
  if (!seenAt) return 'none was ever seen'
  return now < after(seenAt, workerSilence) ? 'ok' : `none seen since ${seenAt.toISOString()}`
}
