import type { PersonId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { People } from './ports.ts'

/**
 * True when the compared password is still current. A change during the comparison has ended every session, and a
 * session opened now would escape that. Locks the user until the transaction ends.
 */
export async function isUnchanged(
  people: People,
  { id, email }: { readonly id: PersonId; readonly email: string },
  compared: Secret | null,
): Promise<boolean> {
  await people.lock(id)
  const known = await people.byEmail(email)
  return known?.passwordHash?.reveal() === compared?.reveal()
}
