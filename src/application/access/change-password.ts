import { assertPasswordAllowed, CurrentPasswordIncorrect } from '../../domain/access/password.ts'
import type { User } from '../../domain/access/user.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { isPasswordUnchanged } from './password-unchanged.ts'
import type { AccessLinks, Passwords, Sessions, StoredPasswords, Users } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find' | 'save'>
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Ends the user's other sessions. */
export class ChangePassword {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {CurrentPasswordIncorrect | PasswordNotAllowed} */
  async execute(
    { id, email }: User,
    { current, next, sessionId }: { current: Secret; next: Secret; sessionId: SessionId },
  ): Promise<void> {
    const { storedPasswords, links, sessions, passwords, unitOfWork, clock } = this.#deps
    const known = await storedPasswords.find(email)
    if (!(await passwords.matches(current, known?.passwordHash ?? null))) throw new CurrentPasswordIncorrect()
    assertPasswordAllowed(next, email)
    const hash = await passwords.hash(next)
    await unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, { id, email }, known?.passwordHash ?? null)))
        throw new CurrentPasswordIncorrect()
      await storedPasswords.save(id, hash)
      await links.eraseAllOf(id)
      await sessions.closeAllOf(id, clock.now(), { except: sessionId })
    })
  }
}
