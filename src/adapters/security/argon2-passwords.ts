import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'
import { Passwords } from '../../application/access/ports.ts'
import { Secret } from '../../domain/secret.ts'

/** The library's Argon2id defaults follow OWASP. */
export class Argon2Passwords extends Passwords {
  /** For unknown users, so that the response takes the same time. */
  #unknownUserHash: Promise<string> | null = null
  readonly #limit = pLimit(2)

  async matches(password: Secret, passwordHash: Secret | null): Promise<boolean> {
    this.#unknownUserHash ??= hash('no user has this password')
    const expectedHash = passwordHash?.reveal() ?? (await this.#unknownUserHash)
    const matches = await this.#limit(() => verify(expectedHash, normalise(password)))
    return matches && passwordHash !== null
  }

  hash(password: Secret): Promise<Secret> {
    return this.#limit(() => hashPassword(password))
  }
}

/** An `é` has several encodings (NIST SP 800-63B §5.1.1.2). */
const normalise = (password: Secret): string => password.reveal().normalize('NFKC')

export const hashPassword = async (password: Secret): Promise<Secret> =>
  new Secret(await hash(normalise(password)))
