import { faceOf, openSession, type Session } from '../../../domain/access/session.ts'
import type { Secret } from '../../../domain/secret.ts'
import { rememberDevice } from '../check-password.ts'
import type { KnownDevices, Sessions } from '../ports.ts'
import { createSessionCredentials, type OpenedSession } from '../session-token.ts'

/** The browser that signs in. */
export interface SigningInDevice {
  readonly device: string
  /** The device cookie's; null without one. */
  readonly deviceToken: Secret | null
}

export interface CompletedSignIn extends OpenedSession {
  readonly isKnownDevice: boolean
  /** For the device cookie. */
  readonly deviceToken: Secret
}

/** Joins the transaction. Replaces a pending session, which prevents session fixation. */
export async function completeSignIn(
  { sessions, knownDevices }: { readonly sessions: Sessions; readonly knownDevices: KnownDevices },
  pending: Session,
  { device, deviceToken, now }: SigningInDevice & { readonly now: Date },
): Promise<CompletedSignIn> {
  const { userId } = pending
  await sessions.close(pending.id, now)
  const { id, token } = createSessionCredentials()
  const session = openSession({ id, userId, kind: faceOf(pending.kind), device }, now)
  await sessions.open(session)
  const remembered = await rememberDevice(knownDevices, { userId, token: deviceToken, now })
  return { session, token, ...remembered }
}
