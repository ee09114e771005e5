export { AdvanceReport } from './advance-report.ts'
export { CheckProgress, type Loading } from './check-progress.ts'
export { ListReports } from './list-reports.ts'
export { type Polled, type PolledProgress, PollProgress } from './poll-progress.ts'
export {
  AdvertisingReports,
  type DueReport,
  Ingestions,
  type LoadingRecord,
  LoadingRecords,
} from './ports.ts'
export { FiguresDiffer, ReconcileFigures } from './reconcile-figures.ts'
export { RequestIngestion } from './request-ingestion.ts'
export { ResumeSyncs } from './resume-syncs.ts'
export { SteerIngestion } from './steer-ingestion.ts'
export { SweepReports } from './sweep-reports.ts'
export { usualDurationsOf } from './usual-durations.ts'
