import { hash, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'
import { Passwords } from '../../application/access/ports.ts'
import { Secret } from '../../domain/secret.ts'

/** Argon2id with the library's defaults, which follow OWASP's password storage cheat sheet. */
export class Argon2Passwords extends Passwords {
  /** Compared when there is nobody, so that the answer takes the same time. */
  #nobody: Promise<string> | null = null
  /** A flood of sign-ins waits its turn, and pages are served meanwhile. */
  readonly #turns = pLimit(2)

  async matches(password: Secret, passwordHash: Secret | null): Promise<boolean> {
    this.#nobody ??= hash('nobody has this password')
    const known = passwordHash?.reveal() ?? (await this.#nobody)
    const matches = await this.#turns(() => verify(known, textOf(password)))
    return matches && passwordHash !== null
  }

  hash(password: Secret): Promise<Secret> {
    return this.#turns(() => hashPassword(password))
  }
}

/** An `é` is the same key on every keyboard, and not the same bytes (NIST SP 800-63B §5.1.1.2). */
const textOf = (password: Secret): string => password.reveal().normalize('NFKC')

export const hashPassword = async (password: Secret): Promise<Secret> =>
  new Secret(await hash(textOf(password)))
