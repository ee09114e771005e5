import { after, minutes } from '../calendar.ts'
import type { PersonId, SessionId, ViewingId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { isStaff, type Person, usesDashboard } from './person.ts'

/** One of us looks at somebody's pages as they see them (S-44). It shows, and changes nothing. */
export interface Viewing {
  readonly id: ViewingId
  /** Whose pages. */
  readonly personId: PersonId
  readonly viewerId: PersonId
  /** The sign-in from which it began: beside any other it is worth nothing. */
  readonly staffSessionId: SessionId
  readonly reason: string
  readonly begunAt: Date
  readonly endsAt: Date
}

/** From its beginning, however much is looked at. */
export const viewingLasts = minutes(10)

export const beginViewing = (its: Omit<Viewing, 'begunAt' | 'endsAt'>, now: Date): Viewing => ({
  ...its,
  begunAt: now,
  endsAt: after(now, viewingLasts),
})

/** What it rests on besides the time. */
export interface ViewingGrounds {
  readonly viewing: Pick<Viewing, 'endsAt'>
  readonly viewer: Pick<Person, 'role'>
  readonly person: Pick<Person, 'role'>
  /** When the viewer's sign-in ended, or will unless it is seen again. */
  readonly signInEndsAt: Date
}

/** `replaced`: by the viewer's next one. `role_changed`: the viewer's, or that of whom they looked at. */
export type ViewingEnd = 'stopped' | 'replaced' | 'signed_out' | 'role_changed' | 'ran_out'

/** @returns how and when it ended by itself; null while it lasts. At `endsAt` it is over. */
export function endOfViewing(
  { viewing, viewer, person, signInEndsAt }: ViewingGrounds,
  now: Date,
): { readonly why: ViewingEnd; readonly at: Date } | null {
  const mayLook = isStaff(viewer.role) && usesDashboard(person.role)
  const first = signInEndsAt < viewing.endsAt ? signInEndsAt : viewing.endsAt
  const at = first <= now ? first : now
  if (!mayLook) return { why: 'role_changed', at }
  if (now < first) return null
  return { why: first === signInEndsAt ? 'signed_out' : 'ran_out', at }
}

export type NotToBeViewedWhy = 'oneself' | 'no_dashboard'

export class NotToBeViewed extends Refusal {
  readonly code = 'not_to_be_viewed'
  readonly why: NotToBeViewedWhy

  constructor(why: NotToBeViewedWhy) {
    super(`these pages cannot be looked at: ${why}`)
    this.why = why
  }
}

/** Whether there is anything to look at, for whoever would offer it. */
export const isViewable = (viewer: Pick<Person, 'id'>, person: Pick<Person, 'id' | 'role'>): boolean =>
  viewer.id !== person.id && usesDashboard(person.role)

/**
 * Whoever has the seller's pages themselves signs in to them; support agents have none to be looked at.
 * @throws {NotToBeViewed}
 */
export function demandViewable(viewer: Pick<Person, 'id'>, person: Pick<Person, 'id' | 'role'>): void {
  if (viewer.id === person.id) throw new NotToBeViewed('oneself')
  if (!usesDashboard(person.role)) throw new NotToBeViewed('no_dashboard')
}

/** A form was sent, or what Amazon sends a seller back with: whoever looks on does nothing in their name. */
export class ViewingChangesNothing extends Refusal {
  readonly code = 'viewing_changes_nothing'
}

/** Figures do not leave the house in the name of nobody. */
export class ViewingTakesNoFiles extends Refusal {
  readonly code = 'viewing_takes_no_files'
}

/** The browser still names a viewing that has ended, or that is not its own. */
export class ViewingOver extends Refusal {
  readonly code = 'viewing_over'
}
