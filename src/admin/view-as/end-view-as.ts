import type { AuditLog, ViewAsContext, ViewAsSessions } from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { type ViewAsEndReason, viewAsEnd } from '../../domain/access/view-as-session.ts'
import type { SessionId, UserId } from '../../domain/identifiers.ts'

interface Dependencies {
  readonly viewAsSessions: ViewAsSessions
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-44 */
export class EndViewAs {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Null when nothing was running. */
  stop(by: UserId, staffSessionId: SessionId, from: RequestOrigin): Promise<UserId | null> {
    return this.#endOwn({ by, staffSessionId }, 'stopped', from)
  }

  async endAtSignOut(by: UserId, staffSessionId: SessionId, from: RequestOrigin): Promise<void> {
    await this.#endOwn({ by, staffSessionId }, 'signed_out', from)
  }

  /** Joins the transaction. A viewer has one session at a time. */
  async endBeforeNext(by: UserId, from: RequestOrigin): Promise<void> {
    for (const known of await this.#deps.viewAsSessions.notEndedOf(by))
      await this.#end(known, 'replaced', from)
  }

  /** Safe to run concurrently. */
  async endExpired(limit: number): Promise<void> {
    const { viewAsSessions, unitOfWork, clock } = this.#deps
    for (const known of await viewAsSessions.notEnded(limit)) {
      if (viewAsEnd(known, clock.now())) await unitOfWork.transaction(() => this.#end(known, 'expired', null))
    }
  }

  #endOwn(
    { by, staffSessionId }: { by: UserId; staffSessionId: SessionId },
    why: ViewAsEndReason,
    from: RequestOrigin,
  ): Promise<UserId | null> {
    const { viewAsSessions, unitOfWork } = this.#deps
    return unitOfWork.transaction(async () => {
      const running = (await viewAsSessions.notEndedOf(by)).find(
        ({ viewAs }) => viewAs.staffSessionId === staffSessionId,
      )
      if (running) await this.#end(running, why, from)
      return running?.viewAs.userId ?? null
    })
  }

  async #end(known: ViewAsContext, why: ViewAsEndReason, from: RequestOrigin | null): Promise<void> {
    const { viewAsSessions, audit, clock } = this.#deps
    const { id, viewerId, userId, reason } = known.viewAs
    const now = clock.now()
    const earlierEnd = viewAsEnd(known, now)
    const { at, how } = earlierEnd ? { at: earlierEnd.at, how: earlierEnd.why } : { at: now, how: why }
    if (!(await viewAsSessions.end(id, at))) return
    await audit.append({
      at,
      staffId: viewerId,
      action: 'view_as_ended',
      userId,
      connectionId: null,
      reason,
      before: null,
      after: { viewAs: id, how },
      from: earlierEnd ? null : from,
    })
  }
}
