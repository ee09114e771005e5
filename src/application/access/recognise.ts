import type { Person } from '../../domain/access/person.ts'
import {
  isWorthNoting,
  mayHold,
  noticeEvery,
  type Session,
  type SessionKind,
  seeAgain,
} from '../../domain/access/session.ts'
import { after } from '../../domain/calendar.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

/** Who is asking, by the session that a request brings (S-01). */
export class Recognise {
  readonly #needs: { sessions: Sessions; clock: Clock }

  constructor(needs: { sessions: Sessions; clock: Clock }) {
    this.#needs = needs
  }

  /** Null for a session that is over, closed, of another kind, or of somebody whose role does not open it any more. */
  async run(
    id: SessionId,
    kind: SessionKind,
  ): Promise<{ readonly session: Session; readonly person: Person } | null> {
    const { sessions, clock } = this.#needs
    const now = clock.now()
    const found = await sessions.find(id, now)
    if (!found || found.session.kind !== kind || !mayHold(kind, found.person.role)) return null
    if (!isWorthNoting(found.session, now)) return found

    const session = seeAgain(found.session, now)
    await sessions.noteSeen(session, after(now, -noticeEvery))
    return { ...found, session }
  }
}
