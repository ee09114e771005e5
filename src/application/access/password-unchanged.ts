import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Users } from './ports.ts'

/**
 * True when the compared password is still current. A change during the comparison has ended every session, and a
 * session opened now would escape that. Locks the user until the transaction ends.
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
