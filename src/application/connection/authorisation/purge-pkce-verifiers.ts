import type { Clock } from '../../ports.ts'
import type { AuthorisationAttempts } from '../ports.ts'

export class PurgePkceVerifiers {
  readonly #deps: { attempts: AuthorisationAttempts; clock: Clock }

  constructor(deps: { attempts: AuthorisationAttempts; clock: Clock }) {
    this.#deps = deps
  }

  execute(): Promise<number> {
    const { attempts, clock } = this.#deps
    return attempts.eraseExpiredVerifiers(clock.now())
  }
}
