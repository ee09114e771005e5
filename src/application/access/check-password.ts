import { randomBytes, randomUUID } from 'node:crypto'
import {
  countTry,
  type FailureCount,
  type FailureCounter,
  isTurningPoint,
  withdrawTry,
} from '../../domain/access/sign-in-failures.ts'
import { normaliseEmail, type User } from '../../domain/access/user.ts'
import type { KnownDeviceId, UserId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { AccessEmails, KnownDevices, Passwords, SignInFailures, StoredPasswords } from './ports.ts'

interface Dependencies {
  readonly storedPasswords: Pick<StoredPasswords, 'find'>
  readonly passwords: Passwords
  readonly knownDevices: KnownDevices
  readonly signInFailures: SignInFailures
  readonly timeline: Timeline
  readonly emails: Pick<AccessEmails, 'sendNotice'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface CheckedPassword {
  readonly user: User
  readonly passwordHash: Secret | null
  /** To reset in the sign-in's transaction. */
  readonly counter: FailureCounter
  readonly isKnownDevice: boolean
}

/** Compares a password after counting the try. The caller resets the counter when it accepts the password. */
export class CheckPassword {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Null for a wrong password and for an unknown address.
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without a comparison.
   */
  async atSignIn(tried: {
    readonly email: string
    readonly password: Secret
    readonly deviceToken: Secret | null
  }): Promise<CheckedPassword | null> {
    const { storedPasswords, knownDevices } = this.#deps
    const { password, deviceToken } = tried
    const email = normaliseEmail(tried.email)
    const found = await storedPasswords.find(email)
    const deviceId = found && deviceToken && (await knownDevices.find(deviceToken, found.user.id))
    const counter = deviceId ? (`device ${deviceId}` as const) : (`email ${email}` as const)
    const matches = await this.#compare(counter, password, found)
    return found && matches ? { ...found, counter, isKnownDevice: deviceId !== null } : null
  }

  /**
   * Null for a wrong password.
   * @throws {SignInDelayed | SignInClosed | PasswordChecksBusy} without a comparison.
   */
  async ofSignedIn(
    { id, email }: User,
    password: Secret,
  ): Promise<Omit<CheckedPassword, 'isKnownDevice'> | null> {
    const found = await this.#deps.storedPasswords.find(email)
    const counter = `user ${id}` as const
    const matches = await this.#compare(counter, password, found)
    return found && matches ? { ...found, counter } : null
  }

  async #compare(
    counter: FailureCounter,
    password: Secret,
    found: { readonly user: User; readonly passwordHash: Secret | null } | null,
  ): Promise<boolean> {
    const { passwords, timeline, emails, unitOfWork, clock } = this.#deps
    const count = await this.#change(counter, stored => countTry(stored, clock.now()))
    const matches = await passwords.matches(password, found?.passwordHash ?? null).catch(async error => {
      await this.#change(counter, withdrawTry)
      throw error
    })
    if (!matches && found && isTurningPoint(count)) {
      const { failures } = count
      const event = { kind: 'sign_in_delayed', by: sourceOf(counter), failures } as const
      await unitOfWork.transaction(async () => {
        await timeline.append(entry(clock.now(), { userId: found.user.id }, event))
        await emails.sendNotice(found.user, { event: 'sign_in_delayed' })
      })
    }
    return matches
  }

  #change(counter: FailureCounter, change: (count: FailureCount) => FailureCount): Promise<FailureCount> {
    const { signInFailures, unitOfWork } = this.#deps
    return unitOfWork.transaction(async () => {
      const count = change(await signInFailures.lock(counter))
      await signInFailures.save(counter, count)
      return count
    })
  }
}

/**
 * Joins the transaction.
 * @returns the token for the browser's cookie: the given one if it belongs to the user, otherwise a new one.
 */
export async function rememberDevice(
  knownDevices: KnownDevices,
  { userId, token, now }: { readonly userId: UserId; readonly token: Secret | null; readonly now: Date },
): Promise<{ readonly isKnownDevice: boolean; readonly deviceToken: Secret }> {
  const knownId = token && (await knownDevices.find(token, userId))
  if (token && knownId) {
    await knownDevices.touch(knownId, now)
    return { isKnownDevice: true, deviceToken: token }
  }
  const deviceToken = new Secret(randomBytes(32).toString('base64url'))
  const id = randomUUID() as string as KnownDeviceId
  await knownDevices.add({ id, userId, createdAt: now }, deviceToken)
  return { isKnownDevice: false, deviceToken }
}

const sourceOf = (counter: FailureCounter) =>
  counter.startsWith('device') ? 'known_device' : counter.startsWith('user') ? 'settings' : 'unknown_device'
