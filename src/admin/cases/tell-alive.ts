import { randomUUID } from 'node:crypto'
import type { Clock } from '../../application/ports.ts'
import type { Works } from '../ports.ts'

/** A worker tells that it lives, so that an agent can be told when none does (S-42). */
export class TellAlive {
  readonly #needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }
  /** Of this process; another one after a restart. */
  readonly #workerId = randomUUID()
  #toldAt: Date | null = null

  constructor(needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }) {
    this.#needs = needs
  }

  /** When this process told it last; null before. */
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
