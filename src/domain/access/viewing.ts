import { after, minutes } from '../calendar.ts'
import type { PersonId, SessionId, ViewingId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { isStaff, type Person, usesDashboard } from './person.ts'

/** A staff member's read-only view of a seller's pages (S-44). */
export interface Viewing {
  readonly id: ViewingId
  readonly personId: PersonId
  readonly viewerId: PersonId
  /** Valid in this session only. */
  readonly staffSessionId: SessionId
  readonly reason: string
  readonly begunAt: Date
  readonly endsAt: Date
}

export const viewingLasts = minutes(10)

export const beginViewing = (its: Omit<Viewing, 'begunAt' | 'endsAt'>, now: Date): Viewing => ({
  ...its,
  begunAt: now,
  endsAt: after(now, viewingLasts),
})

export interface ViewingGrounds {
  readonly viewing: Pick<Viewing, 'endsAt'>
  readonly viewer: Pick<Person, 'role'>
  readonly person: Pick<Person, 'role'>
  /** Of the viewer's session, unless it is used again. */
  readonly signInEndsAt: Date
}

/** `role_changed`: the viewer's or the seller's role. */
export type ViewingEnd = 'stopped' | 'replaced' | 'signed_out' | 'role_changed' | 'ran_out'

/** @returns null while it lasts; it has ended at `endsAt`. */
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

export const isViewable = (viewer: Pick<Person, 'id'>, person: Pick<Person, 'id' | 'role'>): boolean =>
  viewer.id !== person.id && usesDashboard(person.role)

/** Users with a dashboard sign in to their own. @throws {CannotViewAs} */
export function demandViewable(viewer: Pick<Person, 'id'>, person: Pick<Person, 'id' | 'role'>): void {
  if (viewer.id === person.id) throw new NotToBeViewed('oneself')
  if (!usesDashboard(person.role)) throw new NotToBeViewed('no_dashboard')
}

/** Forms and Amazon's callback are rejected: staff never act in the seller's name. */
export class ViewingChangesNothing extends Refusal {
  readonly code = 'viewing_changes_nothing'
}

/** Exports are rejected: no figures leave in the seller's name. */
export class ViewingTakesNoFiles extends Refusal {
  readonly code = 'viewing_takes_no_files'
}

/** It has ended, or belongs to another browser. */
export class ViewingOver extends Refusal {
  readonly code = 'viewing_over'
}
