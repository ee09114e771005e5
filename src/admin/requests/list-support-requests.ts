import type { Users } from '../../application/access/ports.ts'
import type { InboxCursor, InboxItem, InboxOrder, SupportInbox } from '../../application/help/ports.ts'
import type { SupportRequestStatus } from '../../domain/help/status.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'

export const inboxPageSize = 25
export const maxInboxCount = 1000

export interface Inbox {
  readonly requests: readonly InboxItem[]
  /** Null on the last page. */
  readonly next: InboxCursor | null
  readonly counts: Readonly<Record<SupportRequestStatus, number>>
}

/** Shows no addresses (S-30). */
export class ListSupportRequests {
  readonly #deps: { users: Pick<Users, 'byId'>; inbox: SupportInbox }

  constructor(deps: { users: Pick<Users, 'byId'>; inbox: SupportInbox }) {
    this.#deps = deps
  }

  /** @throws {StaffOnly} */
  async execute({
    by,
    ...filter
  }: {
    readonly by: UserId
    readonly state: SupportRequestStatus
    readonly order: InboxOrder
    readonly after: InboxCursor | null
  }): Promise<Inbox> {
    const { users, inbox } = this.#deps
    await requireStaff(users, by)
    const found = await inbox.list(filter, inboxPageSize + 1)
    const requests = found.slice(0, inboxPageSize)
    const last = found.length > inboxPageSize ? requests.at(-1)?.request : null
    const next = last ? { since: last.status.since, id: last.id } : null
    return { requests, next, counts: await inbox.counts(maxInboxCount) }
  }
}
