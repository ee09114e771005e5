import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpRemark } from '../../domain/help/remark.ts'
import type { HelpStanding, HelpState } from '../../domain/help/standing.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'

/** S-30 */
export abstract class HelpRequests {
  /** Null the first time. */
  abstract sentWith(personId: PersonId, form: HelpFormId): Promise<HelpRequestId | null>
  /** Call it under the requesting user's lock, so that a repeated form finds the first. */
  abstract keep(request: HelpRequest, form: HelpFormId): Promise<void>
  abstract countSince(personId: PersonId, since: Date): Promise<number>
  /** Newest first. */
  abstract latestOf(personId: PersonId, limit: number): Promise<readonly HelpRequest[]>
  abstract byId(id: HelpRequestId): Promise<HelpRequest | null>
  /** Call it under the requesting user's lock. */
  abstract put(id: HelpRequestId, standing: HelpStanding): Promise<void>
}

/** Erased with their request. */
export abstract class HelpRemarks {
  /** Null the first time. */
  abstract sentWith(requestId: HelpRequestId, form: HelpFormId): Promise<HelpRemarkId | null>
  /** Call it under the requesting user's lock, so that a repeated form finds the first. */
  abstract keep(remark: HelpRemark, form: HelpFormId): Promise<void>
  /** In the order of writing. */
  abstract on(requestId: HelpRequestId): Promise<readonly HelpRemark[]>
  /** Replies only, in the order of writing. */
  abstract answersTo(requestIds: readonly HelpRequestId[]): Promise<readonly HelpRemark[]>
}

/** By the last status change. */
export const inboxOrders = ['oldest', 'newest'] as const
export type InboxOrder = (typeof inboxOrders)[number]

export interface InboxPlace {
  readonly since: Date
  readonly id: HelpRequestId
}

export interface InboxLine {
  readonly request: HelpRequest
  readonly name: string
}

export abstract class HelpInbox {
  /** Starts after the cursor. */
  abstract list(
    which: { readonly state: HelpState; readonly order: InboxOrder; readonly after: InboxPlace | null },
    limit: number,
  ): Promise<readonly InboxLine[]>
  /** Counts per status, up to `most` each. */
  abstract counts(most: number): Promise<Readonly<Record<HelpState, number>>>
}
