import {
  isLastSeenOutdated,
  lastSeenResolution,
  roleAllowsSession,
  type Session,
  type SessionKind,
  touchSession,
} from '../../domain/access/session.ts'
import type { User } from '../../domain/access/user.ts'
import { after } from '../../domain/calendar.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

export interface AuthenticatedSession {
  readonly session: Session
  readonly user: User
}

export class AuthenticateSession {
  readonly #deps: { sessions: Sessions; clock: Clock }

  constructor(deps: { sessions: Sessions; clock: Clock }) {
    this.#deps = deps
  }

  /** Null when the session has ended, is of another kind, or the role doesn't allow it. */
  async execute(id: SessionId, kind: SessionKind): Promise<AuthenticatedSession | null> {
    const { sessions, clock } = this.#deps
    const found = await sessions.find(id, clock.now())
    return found && this.authorise(found, kind)
  }

  /** Doesn't extend the session. */
  async peek(id: SessionId, kind: SessionKind): Promise<AuthenticatedSession | null> {
    const { sessions, clock } = this.#deps
    const found = await sessions.find(id, clock.now())
    return found && isAuthorised(found, kind) ? found : null
  }

  async authorise(
    { session, user }: AuthenticatedSession,
    kind: SessionKind,
  ): Promise<AuthenticatedSession | null> {
    const { sessions, clock } = this.#deps
    if (!isAuthorised({ session, user }, kind)) return null
    const now = clock.now()
    if (!isLastSeenOutdated(session, now)) return { session, user }

    const touched = touchSession(session, now)
    await sessions.touch(touched, after(now, -lastSeenResolution))
    return { session: touched, user }
  }
}

const isAuthorised = ({ session, user }: AuthenticatedSession, kind: SessionKind): boolean =>
  session.kind === kind && roleAllowsSession(kind, user.role)
