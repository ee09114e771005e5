export { AdvanceReport } from './advance-report.ts'
export { GetSyncProgress, type SyncProgress } from './check-progress.ts'
export { ListReports } from './list-reports.ts'
export { PollSyncProgress, type ProgressPollResult, type ProgressSnapshot } from './poll-progress.ts'
export {
  AdvertisingReports,
  type DueReport,
  SyncHistories,
  type SyncHistory,
  SyncRuns,
} from './ports.ts'
export { FiguresMismatch, ReconcileFigures } from './reconcile-figures.ts'
export { RequestSync } from './request-ingestion.ts'
export { ResumeSyncs } from './resume-syncs.ts'
export { ControlSync } from './steer-ingestion.ts'
export { FindDueReports } from './sweep-reports.ts'
export { typicalDurationsFor } from './usual-durations.ts'
