import { endOfViewing } from '../../domain/access/viewing.ts'
import type { SessionId, ViewingId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { KnownViewing, Viewings } from './ports.ts'

/** Who looks at whose pages, by what a request brings (S-44). Nothing is written, and nothing made longer. */
export class RecogniseViewing {
  readonly #needs: { viewings: Viewings; clock: Clock }

  constructor(needs: { viewings: Viewings; clock: Clock }) {
    this.#needs = needs
  }

  /** Null for one that is over, that was copied away from its sign-in, or whose viewer is of the staff no more. */
  async run(id: ViewingId, staffSessionId: SessionId | null): Promise<KnownViewing | null> {
    const { viewings, clock } = this.#needs
    const known = await viewings.find(id)
    if (!known || known.viewing.staffSessionId !== staffSessionId) return null
    return endOfViewing(known, clock.now()) ? null : known
  }
}
