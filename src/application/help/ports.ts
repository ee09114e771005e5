import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpFormId, HelpRequestId, PersonId } from '../../domain/identifiers.ts'

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
}
