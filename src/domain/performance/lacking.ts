import { definitionOf, type ReportType } from '../ingestion/catalogue.ts'
import type { FailedReport, LoadedReport, OpenReport } from '../ingestion/report.ts'
import type { Level } from './level.ts'
import { factTableOf } from './roll-up.ts'

export interface Lacking {
  /** Requested, but never loaded before. */
  readonly arriving: readonly ReportType[]
  readonly failed: readonly FailedReport[]
}

/** A loaded type isn't missing: its next report brings corrections. */
export function lackingOf(
  level: Level,
  reports: {
    readonly settled: readonly (LoadedReport | FailedReport)[]
    readonly open: readonly OpenReport[]
  },
): Lacking {
  const isOwn = ({ type }: { readonly type: ReportType }) => definitionOf(type).table === factTableOf(level)
  const settled = reports.settled.filter(isOwn)
  const isSettled = ({ type }: OpenReport) => settled.some(report => report.type === type)
  return {
    arriving: reports.open.filter(report => isOwn(report) && !isSettled(report)).map(({ type }) => type),
    failed: settled.filter(report => report.status === 'failed'),
  }
}
