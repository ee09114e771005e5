import { AmazonAdvertisingReports } from '../../src/adapters/amazon/advertising-reports.ts'
import type { ReportLocation, ReportLook } from '../../src/application/ingestion/ports.ts'
import type { FileRow } from '../../src/domain/ingestion/fact-row.ts'

type Reports = AmazonAdvertisingReports

export class CountedReports extends AmazonAdvertisingReports {
  readonly calls = { orders: 0, looks: 0, downloads: 0 }

  override order(...order: Parameters<Reports['order']>): ReturnType<Reports['order']> {
    this.calls.orders += 1
    return super.order(...order)
  }

  override look(...look: Parameters<Reports['look']>): Promise<ReportLook> {
    this.calls.looks += 1
    return super.look(...look)
  }

  override download(location: ReportLocation, lost: AbortSignal): AsyncIterable<readonly FileRow[]> {
    this.calls.downloads += 1
    return super.download(location, lost)
  }
}
