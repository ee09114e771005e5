export { AdvanceReport } from './advance-report.ts'
export { ControlSync } from './control-sync.ts'
export { FindDueReports } from './find-due-reports.ts'
export { GetSyncProgress, type SyncProgress } from './get-sync-progress.ts'
export { ListReports } from './list-reports.ts'
export { PollSyncProgress, type ProgressPollResult, type ProgressSnapshot } from './poll-sync-progress.ts'
export {
  AdvertisingReports,
  type DueReport,
  SyncHistories,
  type SyncHistory,
  SyncRuns,
} from './ports.ts'
export { FiguresMismatch, ReconcileFigures } from './reconcile-figures.ts'
export { RequestSync } from './request-sync.ts'
export { ResumeSyncs } from './resume-syncs.ts'
export { typicalDurationsFor } from './typical-durations.ts'
