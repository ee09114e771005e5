import type { ViewAsContext, ViewAsSessions } from '../../application/access/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { viewAsEnd } from '../../domain/access/view-as-session.ts'
import type { SessionId, ViewAsSessionId } from '../../domain/identifiers.ts'

/** S-44. Writes nothing and extends no session. */
export class AuthenticateViewAs {
  readonly #deps: { viewAsSessions: ViewAsSessions; clock: Clock }

  constructor(deps: { viewAsSessions: ViewAsSessions; clock: Clock }) {
    this.#deps = deps
  }

  /** Null when ended, from another session, or when the viewer is no longer staff. */
  async execute(id: ViewAsSessionId, staffSessionId: SessionId | null): Promise<ViewAsContext | null> {
    const { viewAsSessions, clock } = this.#deps
    const found = await viewAsSessions.find(id)
    if (!found || found.viewAs.staffSessionId !== staffSessionId) return null
    return viewAsEnd(found, clock.now()) ? null : found
  }
}
