import { randomUUID } from 'node:crypto'
import type { Clock } from '../../application/ports.ts'
import type { Works } from '../ports.ts'

/** Worker heartbeat (S-42). */
export class TellAlive {
  readonly #needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }
  readonly #workerId = randomUUID()
  #toldAt: Date | null = null

  constructor(needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }) {
    this.#needs = needs
  }

  get toldAt(): Date | null {
    return this.#toldAt
  }

  async run(): Promise<void> {
    const { works, clock } = this.#needs
    const now = clock.now()
    await works.noteAlive(this.#workerId, now)
    this.#toldAt = now
  }
}
