import type { DayRange } from '../calendar.ts'
import { type ReportDefinition, requestedColumns } from './catalogue.ts'

export interface ReportConfiguration {
  readonly reportTypeId: string
  readonly timeUnit: string
  readonly columns: readonly string[]
  readonly groupBy: readonly string[]
  readonly startDate: string
  readonly endDate: string
}

/** A 425 may name a report with another time unit, whose rows would be wrong. */
export function isSameReport(
  definition: ReportDefinition,
  days: DayRange,
  echoed: ReportConfiguration,
): boolean {
  const echoedColumns = new Set(echoed.columns)
  return (
    echoed.reportTypeId === definition.reportTypeId &&
    echoed.timeUnit === 'DAILY' &&
    echoed.startDate === days.from &&
    echoed.endDate === days.to &&
    echoed.groupBy.length === definition.groupBy.length &&
    definition.groupBy.every(group => echoed.groupBy.includes(group)) &&
    requestedColumns(definition).every(column => echoedColumns.has(column))
  )
}
