import { after } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { lookInterval } from '../../domain/mail/verdict.ts'
import type { Clock } from '../ports.ts'
import type { Looks } from './ports.ts'

interface Needs {
  readonly looks: Looks
  readonly clock: Clock
}

/** S-31: no email is needed when the user sees the account become ready. */
export class NoteLook {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Writes at most every 30 seconds. */
  async run(connectionId: ConnectionId): Promise<void> {
    const { looks, clock } = this.#needs
    const now = clock.now()
    await looks.note(connectionId, now, after(now, -lookInterval))
  }
}
