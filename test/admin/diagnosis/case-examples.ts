import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import { diagnose } from '../../../src/admin/diagnosis/diagnose.ts'
import type {
  DiagnosisInput,
  EntryId,
  StoredTimelineEntry,
} from '../../../src/admin/diagnosis/diagnosis-input.ts'
import type { Finding } from '../../../src/admin/diagnosis/finding.ts'
import type { AttemptId } from '../../../src/domain/identifiers.ts'
import type { TimelineEvent } from '../../../src/domain/timeline/entry.ts'
import { aLoadedReport, anId, aUser, hoursLater, minutesLater, noon } from '../../support/examples.ts'

export type SyncProgress = NonNullable<DiagnosisInput['sync']>

/** A user who never tried to connect. */
export const aCase = (overrides: Partial<DiagnosisInput> = {}): DiagnosisInput => ({
  planRestriction: null,
  connection: null,
  pending: null,
  sync: null,
  typicalDurations: new Map(),
  timeline: [],
  workerStatus: { workerSeenAt: noon, lateSince: null, syncDeferralReason: null },
  ...overrides,
})

/** One report with rows, loaded an hour ago; next sync tomorrow. */
export const aSync = (overrides: Partial<SyncProgress> = {}): SyncProgress => ({
  interactiveSync: { requestedAt: hoursLater(-48), reports: [] },
  open: [],
  finished: [aLoadedReport()],
  failingSince: new Map(),
  lastLoadedAt: hoursLater(-1),
  nextSyncAt: hoursLater(20),
  mismatches: 0,
  ...overrides,
})

export const anAttemptId = anId<AttemptId>()

/** An entry of {@link anAttemptId}, a minute old by default. */
export const aTimelineEntry = (
  event: TimelineEvent,
  overrides: Partial<StoredTimelineEntry> = {},
): StoredTimelineEntry => ({
  id: anId<EntryId>(),
  at: minutesLater(-1),
  userId: aUser().id,
  attemptId: anAttemptId,
  connectionId: null,
  syncRunId: null,
  reportId: null,
  event,
  ...overrides,
})

/** Takes the events oldest first; returns their entries newest first, one second apart. */
export const timelineOf = (...events: readonly TimelineEvent[]): StoredTimelineEntry[] =>
  events
    .map((event, index) => aTimelineEntry(event, { at: new Date(+minutesLater(-1) + 1000 * index) }))
    .reverse()

export const causesOf = (input: DiagnosisInput, now = noon): Cause[] =>
  diagnose(input, now).map(({ cause }) => cause)

/** @returns undefined when the input doesn't show the cause. */
export const findingOf = (cause: Cause, input: DiagnosisInput, now = noon): Finding | undefined =>
  diagnose(input, now).find(finding => finding.cause === cause)
