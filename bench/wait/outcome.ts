import pLimit from 'p-limit'
import { AdsApiAccess } from '../../src/application/ingestion/report-ports.ts'
import type { ConnectionId } from '../../src/domain/identifiers.ts'
import type { Region } from '../../src/domain/profile/region.ts'
import type { LocalAmazon } from '../amazon/local-amazon.ts'
import type { BenchProduct } from '../product.ts'

/** Times of one report, in seconds of the simulated clock. */
export interface ReportOutcome {
  /** From Amazon's acceptance to COMPLETED there. */
  readonly generation: number
  /** From COMPLETED at Amazon to our noticing it. */
  readonly lag: number
  /** From noticing it to committed rows. */
  readonly work: number
  readonly rows: number
}

interface LoadedRow {
  readonly connection_id: ConnectionId
  readonly profile_id: string
  readonly region: Region
  readonly amazon_report_id: string
  readonly noticed_at: Date
  readonly loaded_at: Date
  readonly row_count: string
}

export async function reportOutcomes(product: BenchProduct, amazon: LocalAmazon): Promise<ReportOutcome[]> {
  const { rows } = await product.database.pool.query<LoadedRow>(
    `select connection_id, profile_id, region, amazon_report_id, report.loaded_at, row_count,
       (select max(at) from timeline_entry
        where report_id = report.id and kind = 'report_completed') as noticed_at
     from report join connection on connection.id = connection_id where report.status = 'loaded'`,
  )
  const limit = pLimit(10)
  return Promise.all(
    rows.map(row =>
      limit(async () => {
        const { createdAt, generatedAt } = await reportAtAmazon(product, amazon, row)
        return {
          generation: (generatedAt - createdAt) / 1000,
          lag: (row.noticed_at.getTime() - generatedAt) / 1000,
          work: (row.loaded_at.getTime() - row.noticed_at.getTime()) / 1000,
          rows: Number(row.row_count),
        }
      }),
    ),
  )
}

async function reportAtAmazon(
  { container }: BenchProduct,
  { settings }: LocalAmazon,
  { connection_id, profile_id, region, amazon_report_id }: LoadedRow,
): Promise<{ createdAt: number; generatedAt: number }> {
  const token = await container.get(AdsApiAccess).accessToken(connection_id, null)
  const response = await fetch(`${settings.adsUrls[region]}/reporting/reports/${amazon_report_id}`, {
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      'Amazon-Advertising-API-ClientId': settings.clientId,
      'Amazon-Advertising-API-Scope': profile_id,
    },
  })
  const { createdAt, generatedAt } = (await response.json()) as Record<'createdAt' | 'generatedAt', string>
  return { createdAt: Date.parse(createdAt), generatedAt: Date.parse(generatedAt) }
}

/** Seconds from noticing each connection's last COMPLETED report to Ready. */
export async function readyOutcomes({ database }: BenchProduct): Promise<number[]> {
  const { rows } = await database.pool.query<{ seconds: number }>(
    `select extract(epoch from finished_at -
       (select max(at) from timeline_entry
        where sync_run_id = sync_run.id and kind = 'report_completed'))::float8 as seconds
     from sync_run`,
  )
  return rows.map(({ seconds }) => seconds)
}
