import type { DayRange } from '../calendar.ts'
import { type ReportDefinition, requestedColumns } from './catalogue.ts'

/** A report's configuration as Amazon echoes it. */
export interface ReportConfiguration {
  readonly reportTypeId: string
  readonly timeUnit: string
  readonly columns: readonly string[]
  readonly groupBy: readonly string[]
  readonly startDate: string
  readonly endDate: string
}

/**
 * Whether the report that a 425 points at is the one that we ask for. Connectors met duplicates of another
 * time unit: adopting those would load the wrong rows.
 */
export function isSameOrder(
  definition: ReportDefinition,
  days: DayRange,
  echoed: ReportConfiguration,
): boolean {
  const has = new Set(echoed.columns)
  return (
    echoed.reportTypeId === definition.reportTypeId &&
    echoed.timeUnit === 'DAILY' &&
    echoed.startDate === days.from &&
    echoed.endDate === days.to &&
    echoed.groupBy.length === definition.groupBy.length &&
    definition.groupBy.every(group => echoed.groupBy.includes(group)) &&
    requestedColumns(definition).every(column => has.has(column))
  )
}
