import { endOfViewing } from '../../domain/access/viewing.ts'
import type { SessionId, ViewingId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { KnownViewing, Viewings } from './ports.ts'

/** S-44. Writes and extends nothing. */
export class RecogniseViewing {
  readonly #needs: { viewings: Viewings; clock: Clock }

  constructor(needs: { viewings: Viewings; clock: Clock }) {
    this.#needs = needs
  }

  /** Null when ended, from another session, or no longer by staff. */
  async run(id: ViewingId, staffSessionId: SessionId | null): Promise<KnownViewing | null> {
    const { viewings, clock } = this.#needs
    const known = await viewings.find(id)
    if (!known || known.viewing.staffSessionId !== staffSessionId) return null
    return endOfViewing(known, clock.now()) ? null : known
  }
}
