import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpRemark } from '../../domain/help/remark.ts'
import type { HelpStanding, HelpState } from '../../domain/help/standing.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'

/** For keeping what people ask support (S-30). */
export abstract class HelpRequests {
  /** What the person has sent with this form; null for the first time. */
  abstract sentWith(personId: PersonId, form: HelpFormId): Promise<HelpRequestId | null>
  /** Under the person's lock: of one form that comes twice, the second finds the first. */
  abstract keep(request: HelpRequest, form: HelpFormId): Promise<void>
  /** How many the person has sent later than that. */
  abstract countSince(personId: PersonId, since: Date): Promise<number>
  /** The newest first. */
  abstract latestOf(personId: PersonId, limit: number): Promise<readonly HelpRequest[]>
  /** Null for one that nobody asked, or that was erased. */
  abstract byId(id: HelpRequestId): Promise<HelpRequest | null>
  /** Under the lock of the person who asked. */
  abstract put(id: HelpRequestId, standing: HelpStanding): Promise<void>
}

/** For keeping what the staff write about requests; it goes with its request. */
export abstract class HelpRemarks {
  /** What was written about the request with this form; null for the first time. */
  abstract sentWith(requestId: HelpRequestId, form: HelpFormId): Promise<HelpRemarkId | null>
  /** Under the lock of the person who asked: of one form that comes twice, the second finds the first. */
  abstract keep(remark: HelpRemark, form: HelpFormId): Promise<void>
  /** In the order of writing. */
  abstract on(requestId: HelpRequestId): Promise<readonly HelpRemark[]>
  /** What was sent to who asked, and never a note; in the order of writing. */
  abstract answersTo(requestIds: readonly HelpRequestId[]): Promise<readonly HelpRemark[]>
}

/** By since when they stand where they do. */
export const inboxOrders = ['oldest', 'newest'] as const
export type InboxOrder = (typeof inboxOrders)[number]

/** Where a page of the inbox ended. */
export interface InboxPlace {
  readonly since: Date
  readonly id: HelpRequestId
}

export interface InboxLine {
  readonly request: HelpRequest
  /** Who asked. */
  readonly name: string
}

/** For looking over what people have asked. */
export abstract class HelpInbox {
  /** Those in one state, from behind a place on. */
  abstract list(
    which: { readonly state: HelpState; readonly order: InboxOrder; readonly after: InboxPlace | null },
    limit: number,
  ): Promise<readonly InboxLine[]>
  /** How many stand in each state; no further than to `most`, however many there are. */
  abstract counts(most: number): Promise<Readonly<Record<HelpState, number>>>
}
