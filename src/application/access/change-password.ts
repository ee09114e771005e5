import { assertPasswordAllowed, CurrentPasswordIncorrect } from '../../domain/access/password.ts'
import { openSession, type Session } from '../../domain/access/session.ts'
import type { User } from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { isPasswordUnchanged } from './password-unchanged.ts'
import type { AccessLinks, CommonPasswords, Passwords, Sessions, StoredPasswords, Users } from './ports.ts'
import { createSessionCredentials, type OpenedSession } from './session-token.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find' | 'save'>
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly commonPasswords: CommonPasswords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Ends all sessions of the user and continues in a new one: a stolen token is useless afterwards. */
export class ChangePassword {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {CurrentPasswordIncorrect | PasswordNotAllowed} */
  async execute(
    user: User,
    { current, next, session }: { current: Secret; next: Secret; session: Session },
  ): Promise<OpenedSession> {
    const { storedPasswords, links, sessions, passwords, commonPasswords, unitOfWork, clock } = this.#deps
    const { id, email } = user
    const known = await storedPasswords.find(email)
    if (!(await passwords.matches(current, known?.passwordHash ?? null))) throw new CurrentPasswordIncorrect()
    assertPasswordAllowed(next, user, text => commonPasswords.rankOf(text))
    const hash = await passwords.hash(next)
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, { id, email }, known?.passwordHash ?? null)))
        throw new CurrentPasswordIncorrect()
      await storedPasswords.save(id, hash)
      await links.eraseAllOf(id)
      const now = clock.now()
      await sessions.closeAllOf(id, now)
      const { kind, device, currentConnectionId } = session
      const { id: sessionId, token } = createSessionCredentials()
      const opened = { ...openSession({ id: sessionId, userId: id, kind, device }, now), currentConnectionId }
      await sessions.open(opened)
      return { session: opened, token }
    })
  }
}
