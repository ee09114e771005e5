import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Users } from './ports.ts'

/**
 * Locks the user until the transaction ends. Without this check, a concurrent sign-in could open a session
 * after a password change has ended all sessions.
 */
export async function isPasswordUnchanged(
  users: Users,
  { id, email }: { readonly id: UserId; readonly email: string },
  comparedHash: Secret | null,
): Promise<boolean> {
  await users.lock(id)
  const known = await users.byEmail(email)
  return known?.passwordHash?.reveal() === comparedHash?.reveal()
}
