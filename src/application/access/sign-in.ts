import { openSession } from '../../domain/access/session.ts'
import {
  canUseDashboard,
  DashboardNotForSupport,
  InvalidCredentials,
  isStaff,
} from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { type CheckPassword, rememberDevice } from './check-password.ts'
import { isPasswordUnchanged } from './password-unchanged.ts'
import type {
  AccessEmails,
  KnownDevices,
  SecondFactors,
  Sessions,
  SignInFailures,
  StoredPasswords,
  Users,
} from './ports.ts'
import type { Passkeys } from './second-factor/ports.ts'
import { hasSecondFactor, secondFactorsOf } from './second-factor/second-factors-of.ts'
import { createSessionCredentials, type OpenedSession } from './session-token.ts'

export interface Credentials {
  readonly email: string
  readonly password: Secret
  readonly device: string
  /** The device cookie's; null without one. */
  readonly deviceToken: Secret | null
}

export interface SignedIn extends OpenedSession {
  /** For the device cookie; null before the second step. */
  readonly deviceToken: Secret | null
}

interface Dependencies {
  readonly users: Users
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly sessions: Sessions
  readonly knownDevices: KnownDevices
  readonly signInFailures: SignInFailures
  readonly checkPassword: CheckPassword
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly emails: Pick<AccessEmails, 'sendNotice'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-01 */
export class SignIn {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * The session is pending for a user with a second factor. A new token prevents session fixation.
   * @throws {InvalidCredentials} also for an unknown address.
   * @throws {DashboardNotForSupport} with the right password.
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without comparing the password.
   */
  async execute(credentials: Credentials): Promise<SignedIn> {
    const { sessions, knownDevices, signInFailures, checkPassword, emails, unitOfWork, clock } = this.#deps
    const checked = await checkPassword.atSignIn(credentials)
    if (!checked) throw new InvalidCredentials()
    const { user, passwordHash, counter } = checked
    if (!canUseDashboard(user.role)) throw new DashboardNotForSupport()

    const { device, deviceToken } = credentials
    const { id, token } = createSessionCredentials()
    const now = clock.now()
    return unitOfWork.transaction(async () => {
      if (!(await isPasswordUnchanged(this.#deps, user, passwordHash))) throw new InvalidCredentials()
      await signInFailures.reset(counter)
      const isSecondStepNeeded = hasSecondFactor(await secondFactorsOf(this.#deps, user.id))
      const kind = isSecondStepNeeded ? 'seller_pending_second_factor' : 'seller'
      const session = openSession({ id, userId: user.id, kind, device }, now)
      await sessions.open(session)
      if (isSecondStepNeeded) return { session, token, deviceToken: null }
      const remembered = await rememberDevice(knownDevices, { userId: user.id, token: deviceToken, now })
      // The console knows the device, too.
      if (isStaff(user.role) && !remembered.isKnownDevice)
        await emails.sendNotice(user, { event: 'new_device', device })
      return { session, token, deviceToken: remembered.deviceToken }
    })
  }
}
