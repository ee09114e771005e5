import { DomainError } from '../domain-error.ts'
import type { Secret } from '../secret.ts'

/** NIST SP 800-63B §5.1.1.2: length and common passwords, no character rules. */
export const minPasswordLength = 12
export const maxPasswordLength = 1024

export type PasswordProblem = 'too_short' | 'too_long' | 'own_address' | 'too_common'

export function passwordProblem(password: Secret, email: string): PasswordProblem | null {
  const text = password.reveal()
  const characters = [...text]
  if (characters.length < minPasswordLength) return 'too_short'
  if (characters.length > maxPasswordLength) return 'too_long'
  const plain = text.toLowerCase().trim()
  if (plain === email.toLowerCase()) return 'own_address'
  // `121212121212` is on no list, but is guessed early.
  if (new Set(characters).size < 4 || commonPasswords.has(plain)) return 'too_common'
  return null
}

/** @throws {PasswordNotAllowed} */
export function assertPasswordAllowed(password: Secret, email: string): void {
  const problem = passwordProblem(password, email)
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

/** Leaked passwords of 12 or more characters, and our own name. */
const commonPasswords: ReadonlySet<string> = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123',
  '123456789abc',
  '1234567891011',
  '0123456789ab',
  '012345678910',
  '098765432109',
  '123123123123',
  '123412341234',
  '123qweasdzxc',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6y7u',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcd12345678',
  'adminadmin123',
  'administrator',
  'asdfghjkl123',
  'asdfghjkl;123',
  'changeme1234',
  'changemenow1',
  'correcthorsebatterystaple',
  'football1234',
  'iloveyou1234',
  'iloveyousomuch',
  'letmein12345',
  'mypassword123',
  'password1234',
  'password12345',
  'password123456',
  'password12345678',
  'passwordpassword',
  'p@ssw0rd1234',
  'qazwsxedcrfv',
  'qwerty123456',
  'qwerty12345678',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopas',
  'qwertyuiopasdfghjklzxcvbnm',
  'thisisapassword',
  'trustno11234',
  'welcome12345',
  'welcome123456',
  'zaq12wsxcde3',
  '1smartlink123',
  '1smart.link1',
  '1smart.link123',
])
