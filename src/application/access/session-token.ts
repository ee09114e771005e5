import { createHash, randomBytes } from 'node:crypto'
import type { Session } from '../../domain/access/session.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'

export interface OpenedSession {
  readonly session: Session
  /** 256 random bits. Only the browser keeps it. */
  readonly token: Secret
}

export function createSessionCredentials(): { readonly id: SessionId; readonly token: Secret } {
  const token = randomBytes(32).toString('base64url')
  return { id: sessionIdOf(token), token: new Secret(token) }
}

/** Half a SHA-256 hash, in the form of a UUID: a leaked table contains no usable token. */
export function sessionIdOf(token: string): SessionId {
  const hex = createHash('sha256').update(token).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5') as SessionId
}
