import type { PlanRestriction } from '../../domain/access/subscription.ts'
import type { AdProduct, ReportType } from '../../domain/ingestion/catalogue.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause, Confidence } from './causes.ts'
import type { EntryId, StoredTimelineEntry } from './diagnosis-input.ts'

export interface Evidence {
  readonly at: Date
  /** Null for a fact without an entry. */
  readonly entry: StoredTimelineEntry | null
  /** Set only without an entry. */
  readonly sentence: string | null
}

export interface FindingDetails {
  readonly regions?: readonly Region[]
  readonly failed?: readonly ReportType[]
  readonly tried?: readonly ReportType[]
  readonly dueAt?: Date
  readonly detail?: string
  readonly planRestriction?: PlanRestriction
  readonly products?: readonly AdProduct[]
  readonly until?: Date
  readonly syncDueSince?: Date
  readonly count?: number
  /** Positive when Amazon's clock is ahead. */
  readonly skewSeconds?: number
}

export interface Finding {
  readonly cause: Cause
  readonly confidence: Confidence
  /** Null if unknown. */
  readonly since: Date | null
  readonly evidence: readonly Evidence[]
  readonly about: FindingDetails
}

export const evidenceFromEntry = (entry: StoredTimelineEntry): Evidence => ({
  at: entry.at,
  entry,
  sentence: null,
})
export const evidenceFromFact = (at: Date, sentence: string): Evidence => ({ at, entry: null, sentence })

export const findingFromEntry = (
  entry: StoredTimelineEntry,
  cause: Cause,
  { confidence = 'certain', ...about }: FindingDetails & { readonly confidence?: Confidence } = {},
): Finding => ({ cause, confidence, since: entry.at, evidence: [evidenceFromEntry(entry)], about })

export const createFinding = (
  cause: Cause,
  since: Date | null,
  evidence: readonly Evidence[],
  { confidence = 'certain', ...about }: FindingDetails & { readonly confidence?: Confidence } = {},
): Finding => ({ cause, confidence, since, evidence, about })

export type { EntryId }
