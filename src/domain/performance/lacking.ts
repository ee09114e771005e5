import { definitionOf, type ReportType } from '../ingestion/catalogue.ts'
import type { FailedReport, LoadedReport, OpenReport } from '../ingestion/report.ts'
import type { Level } from './level.ts'
import { factTableOf } from './roll-up.ts'

/** What a table lacks; its rows may still grow. */
export interface Lacking {
  /** Never loaded yet, and on their way. */
  readonly arriving: readonly ReportType[]
  /** Whose last loading failed for good. */
  readonly failed: readonly FailedReport[]
}

/** A report that was loaded once and is asked for again is no lack: what it brings are corrections. */
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
