import { type ClosedConnection, consentOf, type HeldConnection } from '../connection/connection.ts'
import type { HelpRequest } from './help-request.ts'
import type { HelpRemark } from './remark.ts'

/** Shorter names are part of too many words. */
const shortest = 3

/** Returns Amazon's ids and names and the Amazon user's, in lower case. */
export function namesOf(connection: HeldConnection | ClosedConnection): string[] {
  const { id, accountId, accountName } = connection.profile
  const { userId, name, email } = consentOf(connection).amazonUser ?? {}
  return [id, accountId, accountName, userId, name, email].flatMap(one =>
    one && one.length >= shortest ? [one.toLowerCase()] : [],
  )
}

/**
 * S-27: true for a request about the connection, from its page, or about none but naming it in its text or comments.
 */
export function isErasedWith(
  { connectionId, page, words }: HelpRequest,
  remarks: readonly Pick<HelpRemark, 'words'>[],
  { id }: ClosedConnection,
  names: readonly string[],
): boolean {
  if (connectionId === id || page?.includes(id)) return true
  if (connectionId) return false
  const said = [`${words.amazonEmail} ${words.message}`, ...remarks.map(remark => remark.words)]
  return said.some(one => names.some(name => one.toLowerCase().includes(name)))
}
