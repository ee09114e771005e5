import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { StoredPasswords, Users } from './ports.ts'

/**
 * Locks the user until the transaction ends. Without this check, a concurrent sign-in could open a session
 * after a password change has ended all sessions.
 */
export async function isPasswordUnchanged(
  {
    users,
    storedPasswords,
  }: { readonly users: Pick<Users, 'lock'>; readonly storedPasswords: Pick<StoredPasswords, 'find'> },
  { id, email }: { readonly id: UserId; readonly email: string },
  comparedHash: Secret | null,
): Promise<boolean> {
  await users.lock(id)
  const known = await storedPasswords.find(email)
  return known?.passwordHash?.reveal() === comparedHash?.reveal()
}
