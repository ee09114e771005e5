import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'
import { Passwords } from '../../application/access/ports.ts'
import { PasswordChecksBusy } from '../../domain/access/password.ts'
import { Secret } from '../../domain/secret.ts'

const maxRunning = 2
/** About a third of a second of work; more would make every sign-in wait for an attacker's. */
export const maxWaiting = 20

/** The library's Argon2id defaults follow OWASP. */
export class Argon2Passwords extends Passwords {
  /** For unknown users, so that the response takes the same time. */
  #unknownUserHash: Promise<string> | null = null
  readonly #limit = pLimit(maxRunning)

  async matches(password: Secret, passwordHash: Secret | null): Promise<boolean> {
    this.#unknownUserHash ??= hash('no user has this password')
    const expectedHash = passwordHash?.reveal() ?? (await this.#unknownUserHash)
    const matches = await this.#enqueue(() => verify(expectedHash, normalise(password)))
    return matches && passwordHash !== null
  }

  async hash(password: Secret): Promise<Secret> {
    return this.#enqueue(() => hashPassword(password))
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    // The limit starts its work later, so work that is about to run counts as pending.
    const { activeCount, pendingCount } = this.#limit
    if (activeCount + pendingCount >= maxRunning + maxWaiting) throw new PasswordChecksBusy()
    return this.#limit(work)
  }
}

/** An `é` has several encodings (NIST SP 800-63B §5.1.1.2). */
const normalise = (password: Secret): string => password.reveal().normalize('NFKC')

export const hashPassword = async (password: Secret): Promise<Secret> =>
  new Secret(await hash(normalise(password)))
