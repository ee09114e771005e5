import { dayOf, dayText, todayIn } from '../figures/days.ts'
import type { Account } from '../users/account.ts'
import { allowedColumns, type ReportType } from './columns/report-type.ts'
import { reportTypes } from './columns/report-types.ts'
import { BadReport } from './parse-request.ts'
import type { ReportConfiguration, ReportRequest } from './report.ts'

/**
 * Rejects what Amazon rejects, with its texts where known. Counts both days of a range, the stricter of two readings.
 * Accepts today in UTC, which may not have begun in the profile's time zone, and rejects later days.
 * @throws {BadReport}
 */
export function checkRequest(request: ReportRequest, account: Account, now: number): void {
  const { configuration } = request
  const type = reportTypes[configuration.reportTypeId]
  if (!type) throw new BadReport('configuration reportTypeId is unknown or invalid')
  if (type.adProduct !== configuration.adProduct) {
    throw new BadReport('configuration adProduct is not supported for this report type')
  }
  rejectOthers('format includes invalid', [configuration.format], ['GZIP_JSON'])
  rejectOthers('invalid groupBy', configuration.groupBy, Object.keys(type.groupBys))
  rejectOtherDates(configuration)
  const allowed = allowedColumns(type, configuration.groupBy, configuration.timeUnit)
  rejectOthers('columns includes invalid', configuration.columns, allowed)
  checkFilters(configuration, type)
  checkDates(request, type, account, now)
}

/** @param what - As in Amazon's texts, which differ in the order of their words. */
function rejectOthers(what: string, values: readonly string[], allowed: readonly string[]): void {
  const wrong = values.filter(value => !allowed.includes(value))
  if (wrong.length === 0) return
  throw new BadReport(
    `configuration ${what} values: (${wrong.join(', ')}). Allowed values: (${allowed.join(', ')})`,
  )
}

function rejectOtherDates({ columns, timeUnit }: ReportConfiguration): void {
  if (timeUnit === 'SUMMARY' && columns.includes('date'))
    throw new BadReport(
      'configuration date is not a supported column for SUMMARY time unit. Please use startDate and/or endDate instead.',
    )
  if (timeUnit === 'DAILY' && (columns.includes('startDate') || columns.includes('endDate')))
    throw new BadReport(
      'configuration startDate and endDate are not supported columns for DAILY time unit. Please use date instead.',
    )
}

function checkFilters({ filters, groupBy }: ReportConfiguration, type: ReportType): void {
  for (const name of groupBy) {
    const known = type.groupBys[name]?.filters ?? {}
    const wrong = (filters ?? []).filter(
      ({ field, values }) => !values.every(value => known[field]?.includes(value)),
    )
    if (wrong.length === 0) continue
    const fields = wrong.map(filter => filter.field).join(', ')
    const allowed = Object.entries(known).map(
      ([field, values]) => `(field: ${field}, values: ${values.join(', ')})`,
    )
    throw new BadReport(
      `configuration filters includes fields: (${fields}) which are invalid for groupBys: ${name}. Allowed filters for groupBy ${name}: ${allowed.join(', ') || '()'}`,
    )
  }
}

export function checkDates(
  { startDate, endDate }: ReportRequest,
  type: ReportType,
  account: Account,
  now: number,
): void {
  const start = dayOf(startDate)
  const end = dayOf(endDate)
  if (start === undefined)
    throw new BadReport(`startDate (${startDate}) must be a date of the form YYYY-MM-DD`)
  if (end === undefined) throw new BadReport(`endDate (${endDate}) must be a date of the form YYYY-MM-DD`)
  if (start > end)
    throw new BadReport(`startDate (${startDate}) must be equal to or before endDate (${endDate})`)
  const days = end - start + 1
  if (days > type.maxRangeDays) {
    throw new BadReport(
      `startDate to endDate range (${days} days) must not exceed maximum range (${type.maxRangeDays} days)`,
    )
  }
  const today = todayIn(account.timezone, now)
  const oldest = today - type.retentionDays
  if (start < oldest) {
    throw new BadReport(
      `startDate (${startDate}) must be equal to or after report type data retention start date (${dayText(oldest)})`,
    )
  }
  const latest = Math.max(today, todayIn('UTC', now))
  if (end > latest)
    throw new BadReport(`endDate (${endDate}) must be equal to or before today (${dayText(latest)})`)
}
