import { DomainError } from '../domain-error.ts'
import type { UserId } from '../identifiers.ts'

/** A WebAuthn credential (W3C Web Authentication, level 3). */
export interface Passkey {
  /** The credential id, in base64url. */
  readonly id: string
  readonly userId: UserId
  /** COSE. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** 0 for authenticators that don't count. */
  readonly signCount: number
  readonly transports: readonly string[]
  /** Where it was added: `Chrome on Windows`. */
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export const maxPasskeys = 10
/** In base64url, of 1,023 bytes (WebAuthn §7.1). */
export const maxPasskeyIdLength = 1364

export class PasskeyRejected extends DomainError {
  readonly code = 'passkey_rejected'
}

export class TooManyPasskeys extends DomainError {
  readonly code = 'too_many_passkeys'
}
