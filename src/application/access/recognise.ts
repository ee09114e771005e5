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

/** A session that is open, and whose it is. */
export interface Known {
  readonly session: Session
  readonly person: Person
}

/** Who is asking, by the session that a request brings (S-01). */
export class Recognise {
  readonly #needs: { sessions: Sessions; clock: Clock }

  constructor(needs: { sessions: Sessions; clock: Clock }) {
    this.#needs = needs
  }

  /** Null for a session that is over, closed, of another kind, or of somebody whose role does not open it any more. */
  async run(id: SessionId, kind: SessionKind): Promise<Known | null> {
    const { sessions, clock } = this.#needs
    const found = await sessions.find(id, clock.now())
    return found && this.admit(found, kind)
  }

  /** The same for a page that asks by itself: nobody was seen, and the session ends when it would have. */
  async glance(id: SessionId, kind: SessionKind): Promise<Known | null> {
    const { sessions, clock } = this.#needs
    const found = await sessions.find(id, clock.now())
    return found && opens(found, kind) ? found : null
  }

  /** The same of a session that was looked up together with something else, and is not over. */
  async admit({ session, person }: Known, kind: SessionKind): Promise<Known | null> {
    const { sessions, clock } = this.#needs
    if (!opens({ session, person }, kind)) return null
    const now = clock.now()
    if (!isWorthNoting(session, now)) return { session, person }

    const seen = seeAgain(session, now)
    await sessions.noteSeen(seen, after(now, -noticeEvery))
    return { session: seen, person }
  }
}

const opens = ({ session, person }: Known, kind: SessionKind): boolean =>
  session.kind === kind && mayHold(kind, person.role)
