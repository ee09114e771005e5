import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import { diagnose } from '../../../src/admin/diagnosis/diagnose.ts'
import type { CaseFacts, EntryId, StoryEntry } from '../../../src/admin/diagnosis/facts.ts'
import type { Finding } from '../../../src/admin/diagnosis/finding.ts'
import type { AttemptId } from '../../../src/domain/identifiers.ts'
import type { Happening } from '../../../src/domain/timeline/entry.ts'
import { aLoadedReport, anId, aPerson, hoursLater, minutesLater, noon } from '../../support/examples.ts'

export type Loading = NonNullable<CaseFacts['loading']>

/** A user who never tried to connect. */
export const aCase = (its: Partial<CaseFacts> = {}): CaseFacts => ({
  lack: null,
  connection: null,
  pending: null,
  loading: null,
  usual: new Map(),
  story: [],
  work: { workerSeenAt: noon, lateSince: null, syncsHeldFor: null },
  ...its,
})

/** One report with rows, loaded an hour ago; next sync tomorrow. */
export const aLoading = (its: Partial<Loading> = {}): Loading => ({
  asked: { requestedAt: hoursLater(-48), reports: [] },
  open: [],
  settled: [aLoadedReport()],
  failingSince: new Map(),
  lastLoadedAt: hoursLater(-1),
  nextSyncAt: hoursLater(20),
  differences: 0,
  ...its,
})

export const anAttemptId = anId<AttemptId>()

/** Belongs to {@link anAttemptId}, a minute ago by default. */
export const happened = (happening: Happening, its: Partial<StoryEntry> = {}): StoryEntry => ({
  id: anId<EntryId>(),
  at: minutesLater(-1),
  personId: aPerson().id,
  attemptId: anAttemptId,
  connectionId: null,
  runId: null,
  reportId: null,
  happening,
  ...its,
})

/** Given oldest first and returned newest first, one second apart. */
export const storyOf = (...happenings: readonly Happening[]): StoryEntry[] =>
  happenings
    .map((happening, at) => happened(happening, { at: new Date(+minutesLater(-1) + 1000 * at) }))
    .reverse()

export const causesOf = (facts: CaseFacts, now = noon): Cause[] =>
  diagnose(facts, now).map(({ cause }) => cause)

/** @returns undefined when the input doesn't show the cause. */
export const findingOf = (cause: Cause, facts: CaseFacts, now = noon): Finding | undefined =>
  diagnose(facts, now).find(finding => finding.cause === cause)
