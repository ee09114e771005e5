import { type DayRange, lastWholeDays } from '../calendar.ts'
import type { ConnectionId, PersonId, ReportId, RunId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { type ReportDefinition, reportCatalogue } from './catalogue.ts'
import { orderReport, type RequestedReport } from './report.ts'
import { daysToSync, type LoadedStretch } from './sync.ts'

/** S-20: the last 30 days; the most that one request of every report type may span. */
export const firstLoadingDays = 30

/** Why a run was started. */
export type RunKind = 'first' | 'renewal' | 'daily'

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

interface RequestedRun {
  readonly run: Run
  readonly reports: readonly RequestedReport[]
}

type RunOrder = Pick<Run, 'id' | 'connectionId'> & { readonly timezone: string }

/**
 * S-20: the run and its reports, to be written in the commit of the choice.
 * @param newReportId asked once for each report.
 */
export function requestRun(
  order: RunOrder & { readonly kind: 'first' | 'renewal' },
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const days = lastWholeDays(firstLoadingDays, order.timezone, now)
  return runOf(
    order,
    days,
    reportCatalogue.map(definition => ({ definition, days })),
    newReportId,
    now,
  )
}

/**
 * S-23: the day's sync; what is new first, in the catalogue's order, and then what lies further back.
 * @param fresh what was loaded of the connection lately.
 */
export function requestDailyRun(
  order: RunOrder,
  fresh: readonly LoadedStretch[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const { timezone } = order
  const wanted = reportCatalogue.map(definition => {
    const [recent, ...older] = daysToSync(definition, fresh, { timezone, now })
    return { definition, recent: recent ? [recent] : [], older }
  })
  const parts = (['recent', 'older'] as const).flatMap(part =>
    wanted.flatMap(one => one[part].map(days => ({ definition: one.definition, days }))),
  )
  const days = parts.map(part => part.days)
  const outer = {
    from: days.map(({ from }) => from).sort()[0] ?? lastWholeDays(1, timezone, now).from,
    to: lastWholeDays(1, timezone, now).to,
  }
  return runOf({ ...order, kind: 'daily' }, outer, parts, newReportId, now)
}

function runOf(
  { id, connectionId, kind }: RunOrder & Pick<Run, 'kind'>,
  days: DayRange,
  parts: readonly { readonly definition: ReportDefinition; readonly days: DayRange }[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const reports = parts.map(({ definition: { type }, days }) =>
    orderReport({ id: newReportId(), runId: id, connectionId, type, days }, now),
  )
  return { run: { id, connectionId, kind, days, requestedAt: now }, reports }
}
