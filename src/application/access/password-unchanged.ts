import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Users } from './ports.ts'

/**
 * Locks the user until the transaction ends. A change during the comparison has ended all sessions; a session
 * opened now would escape that.
 */
export async function isPasswordUnchanged(
  users: Users,
  { id, email }: { readonly id: UserId; readonly email: string },
  compared: Secret | null,
): Promise<boolean> {
  await users.lock(id)
  const known = await users.byEmail(email)
  return known?.passwordHash?.reveal() === compared?.reveal()
}
