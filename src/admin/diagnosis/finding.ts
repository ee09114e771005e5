import type { Lack } from '../../domain/access/subscription.ts'
import type { AdProduct, ReportType } from '../../domain/ingestion/catalogue.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause, Confidence } from './causes.ts'
import type { EntryId, StoryEntry } from './facts.ts'

/** What speaks for a cause. */
export interface Evidence {
  readonly at: Date
  /** The entry that tells it; null for a fact that is no entry. */
  readonly entry: StoryEntry | null
  /** Where no entry tells it. */
  readonly sentence: string | null
}

/** What the words of a cause name; each cause has its own of these. */
export interface Concern {
  readonly regions?: readonly Region[]
  /** Given up for this run, and those that are tried again. */
  readonly failed?: readonly ReportType[]
  readonly tried?: readonly ReportType[]
  readonly nextTryAt?: Date
  /** Amazon's own words, or an error's name. */
  readonly said?: string
  readonly lack?: Lack
  readonly products?: readonly AdProduct[]
  readonly until?: Date
  /** Of a daily sync that waits for its region. */
  readonly syncDueSince?: Date
  readonly count?: number
  /** How far Amazon's clock is ahead of ours. */
  readonly skewSeconds?: number
}

/** One cause that fits the facts. */
export interface Finding {
  readonly cause: Cause
  readonly confidence: Confidence
  /** Since when it is so; null where that is not known. */
  readonly since: Date | null
  readonly evidence: readonly Evidence[]
  readonly about: Concern
}

export const told = (entry: StoryEntry): Evidence => ({ at: entry.at, entry, sentence: null })
export const known = (at: Date, sentence: string): Evidence => ({ at, entry: null, sentence })

/** A finding that an entry tells by itself. */
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
