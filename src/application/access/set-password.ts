import { AccessLinkInvalid, type PasswordPurpose } from '../../domain/access/access-link.ts'
import { assertPasswordAllowed } from '../../domain/access/password.ts'
import { isStaff, type User } from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { IssueAccessLink } from './issue-access-link.ts'
import type {
  AccessEmails,
  AccessLinks,
  CommonPasswords,
  KnownDevices,
  Passwords,
  Sessions,
  SignInFailures,
  StoredPasswords,
  Users,
} from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'save'>
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly commonPasswords: CommonPasswords
  readonly knownDevices: KnownDevices
  readonly signInFailures: SignInFailures
  readonly emails: AccessEmails
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export class SetPassword {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {AccessLinkInvalid} also while the account is disabled. */
  async checkLink(token: Secret, purpose: PasswordPurpose): Promise<User> {
    const { users, links, unitOfWork, clock } = this.#deps
    const link = await links.find(token, purpose, clock.now())
    if (!link || (await users.disabledSince(link.userId))) throw new AccessLinkInvalid()
    return unitOfWork.transaction(() => users.lock(link.userId))
  }

  /**
   * Ends all of the user's sessions and links, forgets their devices and lets them sign in again at once. Invited
   * staff get the link for their second factor.
   * @throws {AccessLinkInvalid}
   * @throws {PasswordNotAllowed} The link stays valid.
   */
  async execute(
    token: Secret,
    purpose: PasswordPurpose,
    password: Secret,
  ): Promise<{ readonly user: User; readonly enrolmentLink: Secret | null }> {
    const { users, storedPasswords, links, sessions, passwords, commonPasswords } = this.#deps
    const { knownDevices, signInFailures, emails, issueAccessLink, unitOfWork, clock } = this.#deps
    const owner = await this.checkLink(token, purpose)
    const { id } = owner
    assertPasswordAllowed(password, owner, text => commonPasswords.rankOf(text))
    const hash = await passwords.hash(password)
    return unitOfWork.transaction(async () => {
      const user = await users.lock(id)
      const now = clock.now()
      // Of two concurrent uses, the second fails.
      const link = await links.find(token, purpose, now)
      if (!link || (await users.disabledSince(id))) throw new AccessLinkInvalid()
      await storedPasswords.save(id, hash)
      await links.eraseAllOf(id)
      await sessions.closeAllOf(id, now)
      await knownDevices.forgetAllOf(id)
      await signInFailures.reset(`email ${user.email}`)
      await signInFailures.reset(`user ${id}`)
      if (purpose === 'reset') await emails.sendNotice(user, { event: 'password_changed' })
      const enrolmentLink =
        purpose === 'invitation' && isStaff(user.role) ? await issueAccessLink.make(id, 'enrolment') : null
      return { user, enrolmentLink }
    })
  }
}
