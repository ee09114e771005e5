import { CurrentPasswordWrong, demandGoodPassword } from '../../domain/access/password.ts'
import type { Person } from '../../domain/access/person.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AccessLinks, Passwords, People, Sessions } from './ports.ts'
import { isUnchanged } from './unchanged.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Ends the user's other sessions. */
export class ChangePassword {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {CurrentPasswordIncorrect | PasswordNotAllowed} */
  async run(
    { id, email }: Person,
    { current, next, kept }: { current: Secret; next: Secret; kept: SessionId },
  ): Promise<void> {
    const { people, links, sessions, passwords, unitOfWork, clock } = this.#needs
    const known = await people.byEmail(email)
    if (!(await passwords.matches(current, known?.passwordHash ?? null))) throw new CurrentPasswordWrong()
    demandGoodPassword(next, email)
    const hash = await passwords.hash(next)
    await unitOfWork.run(async () => {
      if (!(await isUnchanged(people, { id, email }, known?.passwordHash ?? null)))
        throw new CurrentPasswordWrong()
      await people.savePassword(id, hash)
      await links.eraseAllOf(id)
      await sessions.closeAllOf(id, clock.now(), { but: kept })
    })
  }
}
