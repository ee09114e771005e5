import { randomUUID } from 'node:crypto'
import type { Clock } from '../../application/ports.ts'
import type { WorkerHeartbeats } from '../ports.ts'

/** S-42. */
export class RecordHeartbeat {
  readonly #deps: { workerHeartbeats: Pick<WorkerHeartbeats, 'record'>; clock: Clock }
  readonly #workerId = randomUUID()
  #lastRecordedAt: Date | null = null

  constructor(deps: { workerHeartbeats: Pick<WorkerHeartbeats, 'record'>; clock: Clock }) {
    this.#deps = deps
  }

  get lastRecordedAt(): Date | null {
    return this.#lastRecordedAt
  }

  async execute(): Promise<void> {
    const { workerHeartbeats, clock } = this.#deps
    const now = clock.now()
    await workerHeartbeats.record(this.#workerId, now)
    this.#lastRecordedAt = now
  }
}
