import { type ClosedConnection, consentOf, type LiveConnection } from '../connection/connection.ts'
import type { SupportRequestComment } from './comment.ts'
import type { SupportRequest } from './support-request.ts'

const minTermLength = 3

/** In lower case. */
export function identifyingTerms(connection: LiveConnection | ClosedConnection): string[] {
  const { id, accountId, accountName } = connection.profile
  const { userId, name, email } = consentOf(connection).amazonUser ?? {}
  return [id, accountId, accountName, userId, name, email].flatMap(one =>
    one && one.length >= minTermLength ? [one.toLowerCase()] : [],
  )
}

/** S-27: requests about the connection or its page, and unassigned requests that name it. */
export function isErasedWithConnection(
  { connectionId, page, text }: SupportRequest,
  comments: readonly Pick<SupportRequestComment, 'text'>[],
  { id }: ClosedConnection,
  terms: readonly string[],
): boolean {
  if (connectionId === id || page?.includes(id)) return true
  if (connectionId) return false
  const texts = [`${text.amazonEmail} ${text.message}`, ...comments.map(comment => comment.text)]
  return texts.some(searchedText => terms.some(term => searchedText.toLowerCase().includes(term)))
}
