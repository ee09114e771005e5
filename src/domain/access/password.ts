import { DomainError } from '../domain-error.ts'
import type { Secret } from '../secret.ts'
import { guessableParts, guessesLog10, minGuessesLog10, type RankOf } from './password-strength.ts'
import type { User } from './user.ts'

/** NIST SP 800-63B §5.1.1.2: length and common passwords, no character rules. */
export const minPasswordLength = 12
export const maxPasswordLength = 1024

export type PasswordProblem = 'too_short' | 'too_long' | 'own_address' | 'own_name' | 'too_common'

type Owner = Pick<User, 'name' | 'email'>

export function passwordProblem(password: Secret, owner: Owner, rankOf: RankOf): PasswordProblem | null {
  const text = password.reveal()
  const characters = [...text]
  if (characters.length < minPasswordLength) return 'too_short'
  if (characters.length > maxPasswordLength) return 'too_long'
  const plain = canonical(text)
  if (plain === canonical(owner.email)) return 'own_address'
  // `121212121212` is on no list, but is guessed early.
  if (new Set(characters).size < 4) return 'too_common'
  const isGuessable = (words: readonly string[]) =>
    guessesLog10(plain, new Set(words), rankOf) < minGuessesLog10
  if (isGuessable([])) return 'too_common'
  const ownNames = ['1smart.link', owner.name, owner.email].map(canonical)
  return isGuessable(ownNames.flatMap(guessableParts)) ? 'own_name' : null
}

/** Compared regardless of case, spelling variants and surrounding spaces. */
const canonical = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

/** @throws {PasswordNotAllowed} */
export function assertPasswordAllowed(password: Secret, owner: Owner, rankOf: RankOf): void {
  const problem = passwordProblem(password, owner, rankOf)
  if (problem) throw new PasswordNotAllowed(problem)
}

export class PasswordNotAllowed extends DomainError {
  readonly code = 'password_not_allowed'
  readonly problem: PasswordProblem

  constructor(problem: PasswordProblem) {
    super(`password not allowed: ${problem}`)
    this.problem = problem
  }
}

export class CurrentPasswordIncorrect extends DomainError {
  readonly code = 'current_password_incorrect'
}

/** The server compares and hashes only a few passwords at once. */
export class PasswordChecksBusy extends DomainError {
  readonly code = 'password_checks_busy'
}
