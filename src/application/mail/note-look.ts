import { after } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { lookInterval } from '../../domain/mail/verdict.ts'
import type { Clock } from '../ports.ts'
import type { Looks } from './ports.ts'

interface Needs {
  readonly looks: Looks
  readonly clock: Clock
}

/** Somebody looks at how the loading of an account goes: who sees it become ready needs no mail (S-31). */
export class NoteLook {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** However often a page looks, a row is written every half a minute at most. */
  async run(connectionId: ConnectionId): Promise<void> {
    const { looks, clock } = this.#needs
    const now = clock.now()
    await looks.note(connectionId, now, after(now, -lookInterval))
  }
}
