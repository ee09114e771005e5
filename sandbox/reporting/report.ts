import type { Region } from '../users/marketplaces.ts'

export interface ReportFilter {
  readonly field: string
  readonly values: readonly string[]
}

export interface ReportConfiguration {
  readonly adProduct: string
  readonly columns: readonly string[]
  readonly filters: readonly ReportFilter[] | null
  readonly format: string
  readonly groupBy: readonly string[]
  readonly reportTypeId: string
  readonly timeUnit: 'DAILY' | 'SUMMARY'
}

export interface ReportRequest {
  readonly name: string | null
  readonly startDate: string
  readonly endDate: string
  readonly configuration: ReportConfiguration
}

/** Outcome and figures are fixed at creation. */
export interface Report extends ReportRequest {
  readonly reportId: string
  readonly region: Region
  readonly profileId: string
  readonly createdAt: number
  readonly readyAt: number
  readonly fate: 'completes' | 'fails' | 'never'
  readonly restatement: number
  readonly extraCentOn: string | null
}

export type ReportStatus = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED'

/** The first quarter of the generation time is PENDING. */
export function statusOf(report: Report, now: number): ReportStatus {
  if (now < startedAt(report)) return 'PENDING'
  if (report.fate === 'never' || now < report.readyAt) return 'PROCESSING'
  return report.fate === 'fails' ? 'FAILED' : 'COMPLETED'
}

export function startedAt(report: Report): number {
  return report.createdAt + Math.floor((report.readyAt - report.createdAt) / 4)
}

/**
 * Amazon rejects a request identical to a running one, even under another name (docs/product/amazon.md, "Reporting v3:
 * requests").
 */
export function sameRequest(report: Report, profileId: string, request: ReportRequest): boolean {
  return report.profileId === profileId && comparableText(report) === comparableText(request)
}

function comparableText({ startDate, endDate, configuration }: ReportRequest): string {
  return JSON.stringify([startDate, endDate, configuration])
}
