import { assertPasswordAllowed, CurrentPasswordIncorrect } from '../../domain/access/password.ts'
import { openSession, type Session } from '../../domain/access/session.ts'
import { InvalidCredentials, type User } from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { CheckPassword } from './check-password.ts'
import { isPasswordUnchanged } from './password-unchanged.ts'
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
import { createSessionCredentials, type OpenedSession } from './session-token.ts'

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find' | 'save'>
  readonly links: AccessLinks
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly commonPasswords: CommonPasswords
  readonly knownDevices: KnownDevices
  readonly signInFailures: SignInFailures
  readonly checkPassword: CheckPassword
  readonly emails: AccessEmails
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Ends all sessions of the user and continues in a new one, because a token may be stolen. Forgets their other devices.
 */
export class ChangePassword {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {CurrentPasswordIncorrect | PasswordNotAllowed}
   * @throws {InvalidCredentials} when the session has ended.
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without comparing the password.
   */
  async execute(user: User, change: PasswordChange): Promise<OpenedSession> {
    const { storedPasswords, links, sessions, passwords, commonPasswords, checkPassword } = this.#deps
    const { knownDevices, signInFailures, emails, unitOfWork, clock } = this.#deps
    const { current, next, session, deviceToken } = change
    const checked = await checkPassword.ofSignedIn(user, current)
    if (!checked) throw new CurrentPasswordIncorrect()
    const { counter, passwordHash } = checked
    await unitOfWork.transaction(() => signInFailures.reset(counter))
    assertPasswordAllowed(next, user, text => commonPasswords.rankOf(text))
    const hash = await passwords.hash(next)
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, user, passwordHash))) throw new CurrentPasswordIncorrect()
      const { id: userId } = user
      const now = clock.now()
      if (!(await sessions.find(session.id, now))) throw new InvalidCredentials()
      await storedPasswords.save(userId, hash)
      await links.eraseAllOf(userId)
      const deviceId = deviceToken && (await knownDevices.find(deviceToken, userId))
      await knownDevices.forgetAllOf(userId, deviceId ?? undefined)
      await sessions.closeAllOf(userId, now)
      // The password is no second factor: it doesn't renew the verification.
      const { kind, device, currentConnectionId, verifiedAt } = session
      const { id, token } = createSessionCredentials()
      const opened = { ...openSession({ id, userId, kind, device }, now), currentConnectionId, verifiedAt }
      await sessions.open(opened)
      await emails.sendNotice(user, { event: 'password_changed' })
      return { session: opened, token }
    })
  }
}

export interface PasswordChange {
  readonly current: Secret
  readonly next: Secret
  readonly session: Session
  readonly deviceToken: Secret | null
}
