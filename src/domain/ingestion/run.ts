import { type DayRange, lastWholeDays, lengthOf, overlapOf } from '../calendar.ts'
import type { ConnectionId, PersonId, ReportId, RunId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { Refusal } from '../refusal.ts'
import { definitionOf, type ReportDefinition, reportCatalogue } from './catalogue.ts'
import { orderReport, type Report, type RequestedReport } from './report.ts'
import { daysKept, daysToSync, type LoadedStretch } from './sync.ts'

/** S-20: the last 30 days; the most that one request of every report type may span. */
export const firstLoadingDays = 30

/** Why a run was started. */
export type RunKind = 'first' | 'renewal' | 'daily' | 'retry' | 'again'

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
export function requestFirstRun(order: RunOrder, newReportId: () => ReportId, now: Date): RequestedRun {
  const days = lastWholeDays(firstLoadingDays, order.timezone, now)
  const parts = reportCatalogue.map(definition => ({ definition, days }))
  return runOf({ ...order, kind: 'first' }, parts, newReportId, now)
}

/**
 * S-26: what a first loading asks for, and then what was missed before that, as far as Amazon still has it.
 * @param fresh what was loaded of the connection lately.
 */
export function requestRenewalRun(
  order: RunOrder,
  fresh: readonly LoadedStretch[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const { timezone } = order
  const days = lastWholeDays(firstLoadingDays, timezone, now)
  const recent = reportCatalogue.map(definition => ({ definition, days }))
  const missed = reportCatalogue.flatMap(definition =>
    daysToSync(definition, fresh, { timezone, now })
      .filter(({ to }) => to < days.from)
      .map(older => ({ definition, days: older })),
  )
  return runOf({ ...order, kind: 'renewal' }, [...recent, ...missed], newReportId, now)
}

/**
 * S-23: the day's sync; what is new first, in the catalogue's order, and then what lies further back.
 * @param order awaited where somebody asked for it by day.
 * @param fresh what was loaded of the connection lately.
 */
export function requestDailyRun(
  order: RunOrder & Pick<Report, 'isAwaited'>,
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
  return runOf({ ...order, kind: 'daily' }, parts, newReportId, now)
}

/** S-43: what failed last is asked for again, each report for its own days. */
export function requestRetryRun(
  order: RunOrder,
  failed: readonly Pick<Report, 'type' | 'days'>[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const parts = failed.map(({ type, days }) => ({ definition: definitionOf(type), days }))
  return runOf({ ...order, kind: 'retry' }, parts, newReportId, now)
}

/**
 * S-43: days are loaded again, whatever was loaded of them, of every type as far back as Amazon keeps it.
 * @throws {DaysRefused}
 */
export function requestAgainRun(
  order: RunOrder,
  days: DayRange,
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const { timezone } = order
  const yesterday = lastWholeDays(1, timezone, now).to
  if (days.to < days.from) throw new DaysRefused('backwards')
  if (days.to > yesterday) throw new DaysRefused('not_over')
  if (lengthOf(days) > firstLoadingDays) throw new DaysRefused('too_many')
  const parts = reportCatalogue.flatMap(definition => {
    const own = overlapOf(days, daysKept(definition, timezone, now))
    return own ? [{ definition, days: own }] : []
  })
  if (parts.length === 0) throw new DaysRefused('too_old')
  return runOf({ ...order, kind: 'again' }, parts, newReportId, now)
}

export type DaysFault = 'none_such' | 'backwards' | 'not_over' | 'too_many' | 'too_old'

/** Such days cannot be loaded. */
export class DaysRefused extends Refusal {
  readonly code = 'days_refused'
  readonly fault: DaysFault

  constructor(fault: DaysFault) {
    super(`the days are ${fault}`)
    this.fault = fault
  }
}

function runOf(
  {
    id,
    connectionId,
    kind,
    timezone,
    isAwaited = true,
  }: RunOrder & Pick<Run, 'kind'> & Partial<Pick<Report, 'isAwaited'>>,
  parts: readonly { readonly definition: ReportDefinition; readonly days: DayRange }[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const yesterday = lastWholeDays(1, timezone, now)
  const from = parts.map(({ days }) => days.from).sort()[0] ?? yesterday.from
  const days = { from, to: yesterday.to }
  const reports = parts.map(({ definition: { type }, days }) =>
    orderReport({ id: newReportId(), runId: id, connectionId, type, days, isAwaited }, now),
  )
  return { run: { id, connectionId, kind, days, requestedAt: now }, reports }
}
