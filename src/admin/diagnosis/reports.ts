import {
  type AdProduct,
  adProducts,
  definitionOf,
  type ReportType,
} from '../../domain/ingestion/catalogue.ts'
import { defaultDuration } from '../../domain/ingestion/progress.ts'
import type { FailedReport, OpenReport } from '../../domain/ingestion/report.ts'
import type { Region } from '../../domain/profile/region.ts'
import { causeOfDeferral, causeOfError } from './cause-mapping.ts'
import type { Cause } from './causes.ts'
import type { DiagnosisInput, StoredTimelineEntry } from './diagnosis-input.ts'
import {
  createFinding,
  type Evidence,
  evidenceFromEntry,
  evidenceFromFact,
  type Finding,
  findingFromEntry,
} from './finding.ts'

const maxEvidence = 5

type SyncProgress = NonNullable<DiagnosisInput['sync']>

export function diagnoseReports(input: DiagnosisInput, now: Date): Finding[] {
  const { connection, sync } = input
  if (connection?.status !== 'active' || !sync) return []
  const region = connection.profile.region
  return [
    ...diagnoseErrors(sync, region, input.timeline),
    ...diagnoseSlowness(input, sync, region, now),
    ...diagnoseMismatches(sync, input.timeline),
    ...diagnoseEmptyFiles(sync),
    ...diagnoseAdoption(sync, input.timeline),
  ]
}

interface ErrorGroup {
  readonly failed: Set<ReportType>
  readonly tried: Set<ReportType>
  readonly evidence: Evidence[]
  since: Date
  dueAt: Date | null
  detail: string | null
  skewSeconds: number | null
}

function diagnoseErrors(
  sync: SyncProgress,
  region: Region,
  timeline: readonly StoredTimelineEntry[],
): Finding[] {
  const groups = new Map<Cause, ErrorGroup>()
  const groupOf = (cause: Cause, since: Date): ErrorGroup => {
    const group = groups.get(cause) ?? {
      failed: new Set(),
      tried: new Set(),
      evidence: [],
      since,
      dueAt: null,
      detail: null,
      skewSeconds: null,
    }
    if (since < group.since) group.since = since
    groups.set(cause, group)
    return group
  }

  for (const report of sync.open) {
    const currentError = currentErrorOf(report)
    if (!currentError) continue
    const group = groupOf(currentError.cause, currentError.since ?? report.dueAt)
    group.tried.add(report.type)
    group.detail ??= currentError.detail
    group.skewSeconds ??= currentError.skewSeconds
    if (!group.dueAt || report.dueAt < group.dueAt) group.dueAt = report.dueAt
    group.evidence.push(...evidenceOf(report, timeline))
  }
  for (const report of sync.finished) {
    if (report.status !== 'failed') continue
    const cause = causeOfError(report.reason)
    if (!cause) continue
    const since = sync.failingSince.get(report.type) ?? report.failedAt
    const group = groupOf(cause, since)
    group.failed.add(report.type)
    group.detail ??= report.reason.detail
    group.skewSeconds ??= report.reason.skewSeconds ?? null
    group.evidence.push(...evidenceOf(report, timeline))
  }

  return [...groups].map(([cause, { failed, tried, evidence, since, dueAt, detail, skewSeconds }]) =>
    createFinding(cause, since, mostRecent(evidence), {
      confidence: cause === 'clock_skewed' ? 'likely' : 'certain',
      regions: [region],
      failed: [...failed],
      tried: [...tried],
      ...(dueAt && { dueAt }),
      ...(detail && { detail }),
      ...(skewSeconds !== null && { skewSeconds }),
    }),
  )
}

interface CurrentError {
  readonly cause: Cause
  readonly since: Date | null
  readonly detail: string | null
  readonly skewSeconds: number | null
}

/** Null if the report only waits. */
function currentErrorOf(report: OpenReport): CurrentError | null {
  const { deferralReason, deferredSince, lastError, failingSince } = report
  if (deferralReason)
    return { cause: causeOfDeferral[deferralReason], since: deferredSince, detail: null, skewSeconds: null }
  const cause = lastError && causeOfError(lastError)
  if (!cause) return report.unconfirmedFile ? waitingForSecondFile(report) : null
  const detail = 'detail' in lastError ? lastError.detail : null
  return { cause, since: failingSince, detail, skewSeconds: lastError.skewSeconds ?? null }
}

/** Its error ended when Amazon accepted the second request. */
const waitingForSecondFile = (report: OpenReport): CurrentError => ({
  cause: 'file_unconfirmed',
  since: report.status === 'requested' ? null : report.acceptedAt,
  detail: null,
  skewSeconds: null,
})

function evidenceOf(report: OpenReport | FailedReport, timeline: readonly StoredTimelineEntry[]): Evidence[] {
  const entry = timeline.find(
    ({ reportId, event }) =>
      reportId === report.id && ['report_error', 'report_deferred', 'report_failed'].includes(event.kind),
  )
  return entry ? [evidenceFromEntry(entry)] : []
}

const mostRecent = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.toSorted((one, other) => other.at.getTime() - one.at.getTime()).slice(0, maxEvidence)

/** Slow: accepted more than twice the type's `highSeconds` in the region ago. */
function diagnoseSlowness(
  { typicalDurations, timeline }: DiagnosisInput,
  sync: SyncProgress,
  region: Region,
  now: Date,
): Finding[] {
  const slow = sync.open.flatMap(report => {
    if (report.status !== 'generating' || currentErrorOf(report)) return []
    const { highSeconds } = typicalDurations.get(report.type) ?? defaultDuration
    const seconds = (now.getTime() - report.acceptedAt.getTime()) / 1000
    return seconds > 2 * highSeconds ? [{ report, highSeconds }] : []
  })
  const [first] = slow.toSorted(
    (one, other) => one.report.acceptedAt.getTime() - other.report.acceptedAt.getTime(),
  )
  if (!first) return []
  const evidence = slow.map(({ report, highSeconds }) => {
    const entry = timeline.find(
      ({ reportId, event }) =>
        reportId === report.id && ['report_accepted', 'report_duplicate_adopted'].includes(event.kind),
    )
    const usualText = `Usually up to ${Math.ceil(highSeconds / 60)} minutes.`
    return entry
      ? evidenceFromEntry(entry)
      : evidenceFromFact(report.acceptedAt, `Amazon accepted the report request. ${usualText}`)
  })
  return [
    createFinding('amazon_slow', first.report.acceptedAt, mostRecent(evidence), {
      regions: [region],
      tried: [...new Set(slow.map(({ report }) => report.type))],
      dueAt: first.report.dueAt,
      count: Math.ceil(first.highSeconds / 60),
    }),
  ]
}

function diagnoseMismatches(
  { mismatches: count }: SyncProgress,
  timeline: readonly StoredTimelineEntry[],
): Finding[] {
  if (count === 0) return []
  const entry = timeline.find(({ event }) => event.kind === 'figures_mismatch')
  return [
    createFinding('figures_mismatch', entry?.at ?? null, entry ? [evidenceFromEntry(entry)] : [], { count }),
  ]
}

/**
 * Explains empty files: no ad activity, or ad products the account can't use. Waits until every file that could
 * disprove it has finished.
 */
function diagnoseEmptyFiles({ finished, open }: SyncProgress): Finding[] {
  const finishedTypes = new Set(finished.map(({ type }) => type))
  const unfinishedTypes = open.map(({ type }) => type).filter(type => !finishedTypes.has(type))
  const loaded = finished.filter(report => report.status === 'loaded')
  if (loaded.length === 0) return []
  const latest = new Date(Math.max(...loaded.map(({ loadedAt }) => loadedAt.getTime())))
  if (loaded.every(({ rows }) => rows === 0)) {
    const evidence = [evidenceFromFact(latest, `The latest ${loaded.length} Amazon files have no rows.`)]
    const isComplete = loaded.length === finished.length && unfinishedTypes.length === 0
    return isComplete ? [createFinding('no_ad_activity', null, evidence)] : []
  }
  const products = (Object.keys(adProducts) as AdProduct[]).filter(product => {
    const productReports = loaded.filter(({ type }) => definitionOf(type).adProduct === product)
    return (
      adProducts[product].needsBrandRegistry &&
      productReports.length > 0 &&
      productReports.every(({ rows }) => rows === 0) &&
      !unfinishedTypes.some(type => definitionOf(type).adProduct === product)
    )
  })
  if (products.length === 0) return []
  const evidence = [evidenceFromFact(latest, 'These files have no rows, others do.')]
  return [createFinding('brand_ads_empty', null, evidence, { confidence: 'likely', products })]
}

/** Amazon was already generating the same report; its result serves both. */
function diagnoseAdoption(
  { interactiveSync, open }: SyncProgress,
  timeline: readonly StoredTimelineEntry[],
): Finding[] {
  const current = new Set([...interactiveSync.reports, ...open].map(({ id }) => id))
  const entries = timeline.filter(
    ({ event, reportId }) =>
      event.kind === 'report_duplicate_adopted' && reportId !== null && current.has(reportId),
  )
  const [latest] = entries
  if (!latest) return []
  const { evidence, ...finding } = findingFromEntry(latest, 'duplicate_adopted', { count: entries.length })
  return [{ ...finding, evidence: entries.slice(0, maxEvidence).map(evidenceFromEntry) }]
}
