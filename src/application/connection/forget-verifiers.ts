import type { Clock } from '../ports.ts'
import type { Attempts } from './ports.ts'

/** Whoever never came back from Amazon leaves a PKCE verifier behind, which is of no use any more. The attempt is kept. */
export class ForgetVerifiers {
  readonly #needs: { attempts: Attempts; clock: Clock }

  constructor(needs: { attempts: Attempts; clock: Clock }) {
    this.#needs = needs
  }

  /** @returns of how many attempts. */
  run(): Promise<number> {
    const { attempts, clock } = this.#needs
    return attempts.eraseVerifiers(clock.now())
  }
}
