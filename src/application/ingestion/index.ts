export { AdvanceReport } from './advance-report.ts'
export { CheckProgress, type Loading } from './check-progress.ts'
export { RequestIngestion } from './request-ingestion.ts'
export { SweepReports } from './sweep-reports.ts'
