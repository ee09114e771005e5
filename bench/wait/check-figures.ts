import type { LocalAmazon } from '../amazon/local-amazon.ts'
import type { BenchProduct } from '../product.ts'

const campaignReports = [
  { adProduct: 'SP', reportType: 'spCampaigns', sales: 'sales7d' },
  { adProduct: 'SB', reportType: 'sbCampaigns', sales: 'sales' },
  { adProduct: 'SD', reportType: 'sdCampaigns', sales: 'sales' },
] as const

interface SyncRun {
  readonly id: string
  readonly profile_id: string
  readonly from: string
  readonly to: string
  readonly loaded: string
}

/** @throws {Error} unless every connection has 15 reports with Amazon's figures, to the cent. */
export async function checkFigures(
  { database }: BenchProduct,
  amazon: LocalAmazon,
  connections: number,
): Promise<void> {
  const { rows: runs } = await database.pool.query<SyncRun>(
    `select connection.id, profile_id, sync_run.day_from::text as from, sync_run.day_to::text as to,
       (select count(*) from report where sync_run_id = sync_run.id and status = 'loaded') as loaded
     from sync_run join connection on connection.id = connection_id`,
  )
  if (runs.length !== connections)
    throw new Error(`${runs.length} connections were loaded, not ${connections}`)
  for (const { id, profile_id: profileId, from, to, loaded } of runs) {
    if (loaded !== '15') throw new Error(`${loaded} reports of 15 were loaded for profile ${profileId}`)
    for (const { adProduct, reportType, sales } of campaignReports) {
      const { total, minorUnits } = await amazon.expectedTotals({ profileId, reportType, from, to })
      const expected = `${total['rows']} ${total['cost']} ${total[sales]}`
      const { rows } = await database.pool.query<{ found: string }>(
        `select concat_ws(' ', count(*), round(coalesce(sum(cost), 0) * $3), round(coalesce(sum(sales), 0) * $3)) as found
         from campaign_day where connection_id = $1 and ad_product = $2`,
        [id, adProduct, minorUnits],
      )
      if (rows[0]?.found !== expected)
        throw new Error(`${reportType} of ${profileId}: ${rows[0]?.found} was loaded, not ${expected}`)
    }
  }
}
