import { type DayRange, lastWholeDays, lengthOf, overlapOf } from '../calendar.ts'
import type { ConnectionId, PersonId, ReportId, RunId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { Refusal } from '../refusal.ts'
import { definitionOf, type ReportDefinition, reportCatalogue } from './catalogue.ts'
import { orderReport, type Report, type RequestedReport } from './report.ts'
import { daysKept, daysToSync, type LoadedStretch } from './sync.ts'

/** S-20: the most that one request of any type may span. */
export const firstLoadingDays = 30

export type RunKind = 'first' | 'renewal' | 'daily' | 'retry' | 'again'

export interface LoadedConnection {
  readonly id: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
}

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

/** Returns what to save in the transaction of the choice (S-20). @param newReportId called once per report. */
export function requestFirstRun(order: RunOrder, newReportId: () => ReportId, now: Date): RequestedRun {
  const days = lastWholeDays(firstLoadingDays, order.timezone, now)
  const parts = reportCatalogue.map(definition => ({ definition, days }))
  return runOf({ ...order, kind: 'first' }, parts, newReportId, now)
}

/**
 * Requests the initial sync's days, then those missed before, as far back as Amazon keeps them (S-26).
 * @param fresh ranges loaded recently.
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

/** Requests new days first, in the catalogue's order, then older ones (S-23). @param fresh ranges loaded recently. */
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

/** Requests each failed report again for its own days (S-43). */
export function requestRetryRun(
  order: RunOrder,
  failed: readonly Pick<Report, 'type' | 'days'>[],
  newReportId: () => ReportId,
  now: Date,
): RequestedRun {
  const parts = failed.map(({ type, days }) => ({ definition: definitionOf(type), days }))
  return runOf({ ...order, kind: 'retry' }, parts, newReportId, now)
}

/** Requests all types, regardless of what is loaded (S-43). @throws {InvalidDateRange} */
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
