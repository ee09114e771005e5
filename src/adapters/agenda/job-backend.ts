import type { AgendaBackend } from 'agenda'
import type { ReportId } from '../../domain/identifiers.ts'

export const advanceReportJobName = 'advance report'

export interface AdvanceReportJob {
  readonly reportId: ReportId
  /** Absent in an earlier version's jobs. */
  readonly isInteractive?: boolean
}

export type OnError = (error: Error) => void

export interface JobBackend {
  readonly backend: AgendaBackend
  readonly channel?: NonNullable<AgendaBackend['notificationChannel']>
  removeCompletedJobs(): Promise<void>
  close(): Promise<void>
}
