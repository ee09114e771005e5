import { type DayRange, lastWholeDays } from '../calendar.ts'
import type { ConnectionId, PersonId, ReportId, RunId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { reportCatalogue } from './catalogue.ts'
import { orderReport, type RequestedReport } from './report.ts'

/** S-20: the last 30 days; the most that one request of every report type may span. */
export const firstLoadingDays = 30

/** Why a run was started. */
export type RunKind = 'first' | 'renewal'

/** As much of a connection as loading needs to know. */
export interface LoadedConnection {
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
}

/** One loading of one connection: what is asked for, and for which days. */
export interface Run {
  readonly id: RunId
  readonly connectionId: ConnectionId
  readonly kind: RunKind
  readonly days: DayRange
  readonly requestedAt: Date
}

/**
 * S-20: the run and its reports, to be written in the commit of the choice.
 * @param newReportId asked once for each report.
 */
export function requestRun(
  order: Pick<Run, 'id' | 'connectionId' | 'kind'> & { readonly timezone: string },
  newReportId: () => ReportId,
  now: Date,
): { readonly run: Run; readonly reports: readonly RequestedReport[] } {
  const { id, connectionId, kind, timezone } = order
  const days = lastWholeDays(firstLoadingDays, timezone, now)
  const reports = reportCatalogue.map(({ type }) =>
    orderReport({ id: newReportId(), runId: id, connectionId, type, days }, now),
  )
  return { run: { id, connectionId, kind, days, requestedAt: now }, reports }
}
