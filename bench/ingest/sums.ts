import type { Pool } from 'pg'
import type { DayRange } from '../../src/domain/calendar.ts'
import type { ConnectionId, ProfileId } from '../../src/domain/identifiers.ts'
import type { LocalAmazon } from '../amazon/local-amazon.ts'

/** The expected sums, which the sandbox computes independently of the file. */
export async function expectedSums(
  amazon: LocalAmazon,
  profileId: ProfileId,
  days: DayRange,
): Promise<string> {
  const { total, minorUnits } = await amazon.expectedTotals({ profileId, reportType: 'spCampaigns', ...days })
  const money = (name: string) => ((total[name] ?? 0) / minorUnits).toFixed(2)
  return formatSums({
    rows: String(total['rows']),
    impressions: String(total['impressions']),
    orders: String(total['purchases7d']),
    cost: money('cost'),
    sales: money('sales7d'),
  })
}

export async function sumsOf(
  pool: Pool,
  table: 'campaign_fact' | 'campaign_day',
  connectionId: ConnectionId,
): Promise<string> {
  const { rows } = await pool.query<Sums>(
    `select count(*)::text as rows, sum(impressions)::text as impressions, sum(orders)::text as orders,
       round(sum(cost), 2)::text as cost, round(sum(sales), 2)::text as sales
     from ${table} where connection_id = $1`,
    [connectionId],
  )
  return rows[0] ? formatSums(rows[0]) : 'nothing'
}

type Sums = Readonly<Record<'rows' | 'impressions' | 'orders' | 'cost' | 'sales', string>>

const formatSums = ({ rows, impressions, orders, cost, sales }: Sums): string =>
  `${rows} rows, ${impressions} impressions, ${orders} orders, ${cost} cost, ${sales} sales`
