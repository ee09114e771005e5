import { type HelpRequest, HelpRequestUnknown } from '../../domain/help/help-request.ts'
import type { HelpRequestId } from '../../domain/identifiers.ts'
import type { People } from '../access/index.ts'
import type { HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'lock'>
  readonly helpRequests: Pick<HelpRequests, 'byId'>
}

/**
 * Locks the requesting user until the transaction ends, then reads again: agents take one request at a time, and
 * nothing is written about erased data.
 * @throws {SupportRequestNotFound}
 */
export async function holdRequest({ people, helpRequests }: Needs, id: HelpRequestId): Promise<HelpRequest> {
  const asked = await helpRequests.byId(id)
  if (!asked) throw new HelpRequestUnknown()
  await people.lock(asked.personId)
  const held = await helpRequests.byId(id)
  if (!held) throw new HelpRequestUnknown()
  return held
}
