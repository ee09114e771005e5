import type { PersonId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { People } from './ports.ts'

/**
 * A password takes a while to compare. One that was changed meanwhile opens nothing: its change has ended every session,
 * and would miss the one that is about to begin. Holds the person until the unit of work ends.
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
