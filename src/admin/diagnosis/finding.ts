import type { Lack } from '../../domain/access/subscription.ts'
import type { AdProduct, ReportType } from '../../domain/ingestion/catalogue.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause, Confidence } from './causes.ts'
import type { EntryId, StoryEntry } from './facts.ts'

export interface Evidence {
  readonly at: Date
  /** Null for a fact without an entry. */
  readonly entry: StoryEntry | null
  /** Set only without an entry. */
  readonly sentence: string | null
}

export interface Concern {
  readonly regions?: readonly Region[]
  /** Failed reports, and those being retried. */
  readonly failed?: readonly ReportType[]
  readonly tried?: readonly ReportType[]
  readonly nextTryAt?: Date
  readonly said?: string
  readonly lack?: Lack
  readonly products?: readonly AdProduct[]
  readonly until?: Date
  /** Due time of a daily sync that its region defers. */
  readonly syncDueSince?: Date
  readonly count?: number
  /** Positive when Amazon's clock is ahead of ours. */
  readonly skewSeconds?: number
}

export interface Finding {
  readonly cause: Cause
  readonly confidence: Confidence
  /** Null if not known. */
  readonly since: Date | null
  readonly evidence: readonly Evidence[]
  readonly about: Concern
}

export const told = (entry: StoryEntry): Evidence => ({ at: entry.at, entry, sentence: null })
export const known = (at: Date, sentence: string): Evidence => ({ at, entry: null, sentence })

export const foundIn = (
  entry: StoryEntry,
  cause: Cause,
  { confidence = 'certain', ...about }: Concern & { readonly confidence?: Confidence } = {},
): Finding => ({ cause, confidence, since: entry.at, evidence: [told(entry)], about })

export const found = (
  cause: Cause,
  since: Date | null,
  evidence: readonly Evidence[],
  { confidence = 'certain', ...about }: Concern & { readonly confidence?: Confidence } = {},
): Finding => ({ cause, confidence, since, evidence, about })

export type { EntryId }
