import type { Users } from '../../application/access/ports.ts'
import type { SupportRequests } from '../../application/help/ports.ts'
import { type SupportRequest, SupportRequestNotFound } from '../../domain/help/support-request.ts'
import type { SupportRequestId } from '../../domain/identifiers.ts'

interface Dependencies {
  readonly users: Pick<Users, 'lock'>
  readonly supportRequests: Pick<SupportRequests, 'byId'>
}

/**
 * Locks the user, then reads again: the request may have been erased.
 * @throws {SupportRequestNotFound}
 */
export async function lockUserOfRequest(
  { users, supportRequests }: Dependencies,
  id: SupportRequestId,
): Promise<SupportRequest> {
  const request = await supportRequests.byId(id)
  if (!request) throw new SupportRequestNotFound()
  await users.lock(request.userId)
  const locked = await supportRequests.byId(id)
  if (!locked) throw new SupportRequestNotFound()
  return locked
}
