import type { Clock } from '../../application/ports.ts'
import { after } from '../../domain/calendar.ts'
import { workerHeartbeatTimeout } from '../diagnosis/current-state.ts'
import type { DatabaseHealth, DatabaseHealthReport } from '../ports.ts'
import type { RecordHeartbeat } from './record-heartbeat.ts'

interface Dependencies {
  readonly databaseHealth: DatabaseHealth
  readonly recordHeartbeat: Pick<RecordHeartbeat, 'lastRecordedAt'>
  readonly clock: Clock
}

/** Public: must contain nothing else (S-52). */
export interface Readiness {
  /** `degraded`: serves requests, but needs attention. */
  readonly status: 'ok' | 'degraded' | 'unready' | 'stopping'
  readonly checks: {
    readonly database: 'ok' | 'it does not answer'
    readonly migrations: 'ok' | 'not known' | `${number} pending`
    readonly worker: 'ok' | 'not known' | 'none was ever seen' | `none seen since ${string}`
  }
}

/** A web process only reports a missing worker. A worker that can't write its heartbeat is not ready. */
export class CheckReadiness {
  readonly #deps: Dependencies
  #isStopping = false

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  stop(): void {
    this.#isStopping = true
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  async execute({ isWorker }: { readonly isWorker: boolean }): Promise<Readiness> {
    const { databaseHealth, recordHeartbeat, clock } = this.#deps
    const report = await databaseHealth.check().catch(() => null)
    if (!report) return this.#buildReadiness('unready', databaseDownChecks)
    const worker = workerCheck(isWorker ? recordHeartbeat.lastRecordedAt : report.workerSeenAt, clock.now())
    const migrations = migrationsCheck(report)
    const isReady = migrations === 'ok' && (worker === 'ok' || !isWorker)
    const status = isReady ? (worker === 'ok' ? 'ok' : 'degraded') : 'unready'
    return this.#buildReadiness(status, { database: 'ok', migrations, worker })
  }

  #buildReadiness(status: Readiness['status'], checks: Readiness['checks']): Readiness {
    return { status: this.#isStopping ? 'stopping' : status, checks }
  }
}

const databaseDownChecks: Readiness['checks'] = {
  database: 'it does not answer',
  migrations: 'not known',
  worker: 'not known',
}

const migrationsCheck = ({ pendingMigrations }: DatabaseHealthReport): Readiness['checks']['migrations'] =>
  pendingMigrations === 0 ? 'ok' : `${pendingMigrations} pending`

function workerCheck(seenAt: Date | null, now: Date): Readiness['checks']['worker'] {
  if (!seenAt) return 'none was ever seen'
  return now < after(seenAt, workerHeartbeatTimeout) ? 'ok' : `none seen since ${seenAt.toISOString()}`
}
