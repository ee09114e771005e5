import { type ClosedConnection, consentOf, type HeldConnection } from '../connection/connection.ts'
import type { HelpRequest } from './help-request.ts'
import type { HelpRemark } from './remark.ts'

/** Shorter ones are in too many words that mean something else. */
const shortest = 3

/** By what a person may call a connection: Amazon's ids and names of the account, and who said yes there. In small letters. */
export function namesOf(connection: HeldConnection | ClosedConnection): string[] {
  const { id, accountId, accountName } = connection.profile
  const { userId, name, email } = consentOf(connection).amazonUser ?? {}
  return [id, accountId, accountName, userId, name, email].flatMap(one =>
    one && one.length >= shortest ? [one.toLowerCase()] : [],
  )
}

/**
 * Whether a request goes when what a connection had is erased (S-27): one about it, one from its page, and one about no
 * account that calls it by one of these names, in its own words or in what the staff wrote about it.
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
