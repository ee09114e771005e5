import type { Origin } from '../../domain/access/audit.ts'
import { endOfViewing, type ViewingEnd } from '../../domain/access/viewing.ts'
import type { PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AuditLog, KnownViewing, Viewings } from './ports.ts'

interface Needs {
  readonly viewings: Viewings
  readonly audit: AuditLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Audits when and how a view-as session ended (S-44). */
export class EndViewing {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @returns the viewed user; null when nothing was running. */
  stopped(by: PersonId, staffSessionId: SessionId, from: Origin): Promise<PersonId | null> {
    return this.#endFrom({ by, staffSessionId }, 'stopped', from)
  }

  async signedOut(by: PersonId, staffSessionId: SessionId, from: Origin): Promise<void> {
    await this.#endFrom({ by, staffSessionId }, 'signed_out', from)
  }

  /** Ends the viewer's running session, started in any browser: a viewer has one at a time. Joins the transaction. */
  async replaced(by: PersonId, from: Origin): Promise<void> {
    for (const known of await this.#needs.viewings.notEndedOf(by)) await this.#end(known, 'replaced', from)
  }

  /** Records when they ended on their own. Safe to run concurrently. */
  async sweep(limit: number): Promise<void> {
    const { viewings, unitOfWork, clock } = this.#needs
    for (const known of await viewings.notEnded(limit)) {
      if (endOfViewing(known, clock.now())) await unitOfWork.run(() => this.#end(known, 'ran_out', null))
    }
  }

  #endFrom(
    { by, staffSessionId }: { by: PersonId; staffSessionId: SessionId },
    why: ViewingEnd,
    from: Origin,
  ): Promise<PersonId | null> {
    const { viewings, unitOfWork } = this.#needs
    return unitOfWork.run(async () => {
      const open = (await viewings.notEndedOf(by)).find(
        ({ viewing }) => viewing.staffSessionId === staffSessionId,
      )
      if (open) await this.#end(open, why, from)
      return open?.viewing.personId ?? null
    })
  }

  /** @param why applies unless it had ended on its own. */
  async #end(known: KnownViewing, why: ViewingEnd, from: Origin | null): Promise<void> {
    const { viewings, audit, clock } = this.#needs
    const { id, viewerId, personId, reason } = known.viewing
    const now = clock.now()
    const own = endOfViewing(known, now)
    const { at, how } = own ? { at: own.at, how: own.why } : { at: now, how: why }
    if (!(await viewings.end(id, at))) return
    await audit.append({
      at,
      staffId: viewerId,
      action: 'view_ended',
      personId,
      connectionId: null,
      reason,
      before: null,
      after: { viewing: id, how },
      from: own ? null : from,
    })
  }
}
