import { definitionOf, type ReportType } from '../ingestion/catalogue.ts'
import type { FailedReport, LoadedReport, OpenReport } from '../ingestion/report.ts'
import type { Level } from './level.ts'
import { factTableOf } from './roll-up.ts'

export interface MissingReports {
  readonly arriving: readonly ReportType[]
  readonly failed: readonly FailedReport[]
  /** The table shows earlier figures. */
  readonly unconfirmed: readonly ReportType[]
}

/** A loaded type isn't missing: its next report brings corrections. */
export function missingReportsOf(
  level: Level,
  reports: {
    readonly finished: readonly (LoadedReport | FailedReport)[]
    readonly open: readonly OpenReport[]
  },
): MissingReports {
  const isOfLevel = ({ type }: { readonly type: ReportType }) =>
    definitionOf(type).table === factTableOf(level)
  const finished = reports.finished.filter(isOfLevel)
  const isFinished = ({ type }: OpenReport) => finished.some(report => report.type === type)
  const unconfirmed = unconfirmedTypes(reports.open.filter(isOfLevel))
  return {
    arriving: reports.open.filter(report => isOfLevel(report) && !isFinished(report)).map(({ type }) => type),
    failed: finished
      .filter(report => report.status === 'failed')
      .filter(({ type }) => !unconfirmed.includes(type)),
    unconfirmed,
  }
}

/** A sync can request two reports of one type. */
export const unconfirmedTypes = (open: readonly OpenReport[]): ReportType[] => [
  ...new Set(open.filter(({ unconfirmedFile }) => unconfirmedFile).map(({ type }) => type)),
]
