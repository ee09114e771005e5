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

export interface Known {
  readonly session: Session
  readonly person: Person
}

/** Finds the session of a request (S-01). */
export class Recognise {
  readonly #needs: { sessions: Sessions; clock: Clock }

  constructor(needs: { sessions: Sessions; clock: Clock }) {
    this.#needs = needs
  }

  /** Null when closed, expired, of another kind, or not allowed to the role. */
  async run(id: SessionId, kind: SessionKind): Promise<Known | null> {
    const { sessions, clock } = this.#needs
    const found = await sessions.find(id, clock.now())
    return found && this.admit(found, kind)
  }

  /** For automatic polls: doesn't extend the session. */
  async glance(id: SessionId, kind: SessionKind): Promise<Known | null> {
    const { sessions, clock } = this.#needs
    const found = await sessions.find(id, clock.now())
    return found && opens(found, kind) ? found : null
  }

  /** For an active session that the caller has already read. */
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
