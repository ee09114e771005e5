import { LinkWorthless, type PasswordPurpose } from '../../domain/access/access-link.ts'
import { demandGoodPassword } from '../../domain/access/password.ts'
import type { Person } from '../../domain/access/person.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { AccessLinks, Passwords, People, Sessions } from './ports.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export class SetPassword {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {AccessLinkInvalid} */
  async look(token: Secret, purpose: PasswordPurpose): Promise<Person> {
    const { people, links, unitOfWork, clock } = this.#needs
    const link = await links.find(token, purpose, clock.now())
    if (!link) throw new LinkWorthless()
    return unitOfWork.run(() => people.lock(link.personId))
  }

  /**
   * Ends all of the user's sessions and links.
   * @throws {AccessLinkInvalid}
   * @throws {PasswordNotAllowed} leaving the link usable.
   */
  async run(token: Secret, purpose: PasswordPurpose, password: Secret): Promise<Person> {
    const { people, links, sessions, passwords, unitOfWork, clock } = this.#needs
    const { id, email } = await this.look(token, purpose)
    demandGoodPassword(password, email)
    const hash = await passwords.hash(password)
    return unitOfWork.run(async () => {
      const person = await people.lock(id)
      const now = clock.now()
      // Of two concurrent uses the second fails.
      if (!(await links.find(token, purpose, now))) throw new LinkWorthless()
      await people.savePassword(id, hash)
      await links.eraseAllOf(id)
      await sessions.closeAllOf(id, now)
      return person
    })
  }
}
