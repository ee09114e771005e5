import type { PersonId } from '../identifiers.ts'

/** S-30 */
export const helpStates = ['open', 'waiting', 'solved'] as const
export type HelpState = (typeof helpStates)[number]

export interface HelpStanding {
  readonly state: HelpState
  readonly since: Date
  /** Null since the submission. */
  readonly by: PersonId | null
}

export const asAsked = (askedAt: Date): HelpStanding => ({ state: 'open', since: askedAt, by: null })

/** Allows any change; solved requests can be reopened. @returns null without a change. */
export function putInto(
  standing: HelpStanding,
  state: HelpState,
  by: PersonId,
  now: Date,
): HelpStanding | null {
  return standing.state === state ? null : { state, since: now, by }
}

export const asAnswered = (by: PersonId, now: Date): HelpStanding => ({ state: 'waiting', since: now, by })
