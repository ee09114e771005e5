import { randomUUID } from 'node:crypto'
import type { Clock } from '../../application/ports.ts'
import type { Works } from '../ports.ts'

/** A worker tells that it lives, so that an agent can be told when none does (S-42). */
export class TellAlive {
  readonly #needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }
  /** Of this process; another one after a restart. */
  readonly #workerId = randomUUID()

  constructor(needs: { works: Pick<Works, 'noteAlive'>; clock: Clock }) {
    this.#needs = needs
  }

  run(): Promise<void> {
    const { works, clock } = this.#needs
    return works.noteAlive(this.#workerId, clock.now())
  }
}
