import { type DayRange, dayCount, daysOf, intersectionOf, lastWholeDays } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { ConnectionId, ReportId, SyncRunId, UserId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { definitionOf, legacyCampaigns, type ReportDefinition, reportCatalogue } from './catalogue.ts'
import { newReport, type Report, type RequestedReport } from './report.ts'
import { availableDays, type LoadedRange, rangesToSync } from './sync-window.ts'

/** S-20: the longest range that every report type accepts. */
export const initialSyncDays = 30

export type SyncRunKind = 'initial' | 'reauthorisation' | 'daily' | 'retry' | 'backfill'

export interface SyncTarget {
  readonly id: ConnectionId
  readonly userId: UserId
  readonly profile: AdvertisingProfile
}

export interface SyncRun {
  readonly id: SyncRunId
  readonly connectionId: ConnectionId
  readonly kind: SyncRunKind
  readonly days: DayRange
  readonly requestedAt: Date
}

interface RequestedSyncRun {
  readonly syncRun: SyncRun
  readonly reports: readonly RequestedReport[]
}

type SyncRunRequest = Pick<SyncRun, 'id' | 'connectionId'> & { readonly timezone: string }

/** The first report of campaigns counts the legacy ones. */
interface KnownAccount {
  readonly hasLegacyCampaigns: boolean
}

const reportsOf = ({ hasLegacyCampaigns }: KnownAccount): readonly ReportDefinition[] =>
  hasLegacyCampaigns ? [...reportCatalogue, legacyCampaigns] : reportCatalogue

/** S-20: save the result in the profile choice's transaction. */
export function requestInitialSync(
  request: SyncRunRequest,
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const days = lastWholeDays(initialSyncDays, request.timezone, now)
  const parts = reportCatalogue.map(definition => ({ definition, days }))
  return syncRunOf({ ...request, kind: 'initial' }, parts, newReportId, now)
}

/** S-26: the initial days, then missed days as far back as Amazon keeps them. */
export function requestReauthorisationSync(
  request: SyncRunRequest,
  fresh: readonly LoadedRange[],
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const { timezone } = request
  const days = lastWholeDays(initialSyncDays, timezone, now)
  const recent = reportCatalogue.map(definition => ({ definition, days }))
  const missed = reportCatalogue.flatMap(definition =>
    rangesToSync(definition, fresh, { timezone, now })
      .filter(({ to }) => to < days.from)
      .map(older => ({ definition, days: older })),
  )
  return syncRunOf({ ...request, kind: 'reauthorisation' }, [...recent, ...missed], newReportId, now)
}

/** S-23: new days first, in catalogue order. */
export function requestDailySync(
  request: SyncRunRequest & KnownAccount & Pick<Report, 'isInteractive'>,
  fresh: readonly LoadedRange[],
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const { timezone } = request
  const wanted = reportsOf(request).map(definition => {
    const [recent, ...older] = rangesToSync(definition, fresh, { timezone, now })
    return { definition, recent: recent ? [recent] : [], older }
  })
  const parts = (['recent', 'older'] as const).flatMap(part =>
    wanted.flatMap(one => one[part].map(days => ({ definition: one.definition, days }))),
  )
  return syncRunOf({ ...request, kind: 'daily' }, parts, newReportId, now)
}

/** S-43 */
export function requestRetrySync(
  request: SyncRunRequest,
  failed: readonly Pick<Report, 'type' | 'days'>[],
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const parts = failed.map(({ type, days }) => ({ definition: definitionOf(type), days }))
  return syncRunOf({ ...request, kind: 'retry' }, parts, newReportId, now)
}

/**
 * Requests loaded days too (S-43).
 * @throws {InvalidDateRange}
 */
export function requestBackfill(
  request: SyncRunRequest & KnownAccount,
  days: DayRange,
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const { timezone } = request
  const yesterday = lastWholeDays(1, timezone, now).to
  if (days.to < days.from) throw new InvalidDateRange('reversed')
  if (days.to > yesterday) throw new InvalidDateRange('not_ended')
  if (dayCount(days) > initialSyncDays) throw new InvalidDateRange('too_many')
  const parts = reportsOf(request).flatMap(definition => {
    const availablePart = intersectionOf(days, availableDays(definition, timezone, now))
    if (!availablePart) return []
    const ranges = definition.isSingleDay
      ? daysOf(availablePart).map(day => ({ from: day, to: day }))
      : [availablePart]
    return ranges.map(range => ({ definition, days: range }))
  })
  if (parts.length === 0) throw new InvalidDateRange('too_old')
  return syncRunOf({ ...request, kind: 'backfill' }, parts, newReportId, now)
}

export type DateRangeProblem = 'no_such_day' | 'reversed' | 'not_ended' | 'too_many' | 'too_old'

export class InvalidDateRange extends DomainError {
  readonly code = 'invalid_date_range'
  readonly problem: DateRangeProblem

  constructor(problem: DateRangeProblem) {
    super(`invalid date range: ${problem}`)
    this.problem = problem
  }
}

function syncRunOf(
  {
    id,
    connectionId,
    kind,
    timezone,
    isInteractive = true,
  }: SyncRunRequest & Pick<SyncRun, 'kind'> & Partial<Pick<Report, 'isInteractive'>>,
  parts: readonly { readonly definition: ReportDefinition; readonly days: DayRange }[],
  newReportId: () => ReportId,
  now: Date,
): RequestedSyncRun {
  const yesterday = lastWholeDays(1, timezone, now)
  const from = parts.map(({ days }) => days.from).sort()[0] ?? yesterday.from
  const days = { from, to: yesterday.to }
  const reports = parts.map(({ definition: { type }, days }) =>
    newReport({ id: newReportId(), syncRunId: id, connectionId, type, days, isInteractive }, now),
  )
  return { syncRun: { id, connectionId, kind, days, requestedAt: now }, reports }
}
