import { AmazonAdvertisingReports } from '../../src/adapters/amazon/advertising-reports.ts'
import type { AmazonReportStatus, ReportLocation } from '../../src/application/ingestion/report-ports.ts'
import type { FileRow } from '../../src/domain/ingestion/fact-row.ts'

type Reports = AmazonAdvertisingReports

export class CountedReports extends AmazonAdvertisingReports {
  readonly calls = { requests: 0, polls: 0, downloads: 0 }

  override requestReport(
    ...args: Parameters<Reports['requestReport']>
  ): ReturnType<Reports['requestReport']> {
    this.calls.requests += 1
    return super.requestReport(...args)
  }

  override getStatus(...args: Parameters<Reports['getStatus']>): Promise<AmazonReportStatus> {
    this.calls.polls += 1
    return super.getStatus(...args)
  }

  override download(location: ReportLocation, leaseLost: AbortSignal): AsyncIterable<readonly FileRow[]> {
    this.calls.downloads += 1
    return super.download(location, leaseLost)
  }
}
