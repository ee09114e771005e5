import type { PersonId } from '../identifiers.ts'

/** A request waits for support, then for the person who was answered, and is done with in the end (S-30). */
export const helpStates = ['open', 'waiting', 'solved'] as const
export type HelpState = (typeof helpStates)[number]

/** Where a request stands. */
export interface HelpStanding {
  readonly state: HelpState
  readonly since: Date
  /** Who of the staff put it there; null while it stands as it was asked. */
  readonly by: PersonId | null
}

export const asAsked = (askedAt: Date): HelpStanding => ({ state: 'open', since: askedAt, by: null })

/**
 * From any state into any other: a solved request is opened again when it was not.
 * @returns null where it stands there already.
 */
export function putInto(
  standing: HelpStanding,
  state: HelpState,
  by: PersonId,
  now: Date,
): HelpStanding | null {
  return standing.state === state ? null : { state, since: now, by }
}

/** Whatever it was before: from the latest answer on we wait for the person. */
export const asAnswered = (by: PersonId, now: Date): HelpStanding => ({ state: 'waiting', since: now, by })
