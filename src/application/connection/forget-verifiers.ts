import type { Clock } from '../ports.ts'
import type { Attempts } from './ports.ts'

/** Erases verifiers without a callback; the attempts stay. */
export class ForgetVerifiers {
  readonly #needs: { attempts: Attempts; clock: Clock }

  constructor(needs: { attempts: Attempts; clock: Clock }) {
    this.#needs = needs
  }

  run(): Promise<number> {
    const { attempts, clock } = this.#needs
    return attempts.eraseVerifiers(clock.now())
  }
}
