import { Refusal } from '../refusal.ts'
import type { Secret } from '../secret.ts'

/** NIST SP 800-63B §5.1.1.2: length and common passwords, no character rules. */
export const shortestPassword = 12
export const longestPassword = 1024

export type PasswordFault = 'too_short' | 'too_long' | 'own_address' | 'too_common'

export function faultOf(password: Secret, email: string): PasswordFault | null {
  const text = password.reveal()
  const characters = [...text]
  if (characters.length < shortestPassword) return 'too_short'
  if (characters.length > longestPassword) return 'too_long'
  const plain = text.toLowerCase().trim()
  if (plain === email.toLowerCase()) return 'own_address'
  // `aaaaaaaaaaaa` and `121212121212` are on no list, but guessed early.
  if (new Set(characters).size < 4 || commonest.has(plain)) return 'too_common'
  return null
}

/** @throws {PasswordNotAllowed} */
export function demandGoodPassword(password: Secret, email: string): void {
  const fault = faultOf(password, email)
  if (fault) throw new PasswordRefused(fault)
}

export class PasswordRefused extends Refusal {
  readonly code = 'password_refused'
  readonly fault: PasswordFault

  constructor(fault: PasswordFault) {
    super(`the password may not be chosen: ${fault}`)
    this.fault = fault
  }
}

/** A browser left open isn't enough to change the password. */
export class CurrentPasswordWrong extends Refusal {
  readonly code = 'current_password_wrong'
}

/** Leaked passwords of 12 characters and more, and our own name. */
const commonest: ReadonlySet<string> = new Set([
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
