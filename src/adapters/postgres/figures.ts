import type { EntityManager } from '@mikro-orm/postgresql'
import { type CampaignTotals, Figures, type ProductDayTotals } from '../../application/performance/ports.ts'
import type { Day, DayRange } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import type { LoadedStretch } from '../../domain/ingestion/sync.ts'
import type { Totals } from '../../domain/performance/figures.ts'
import { loadedStretches } from './ingestions.ts'

/** Sums leave PostgreSQL as exact decimals in text; a JavaScript number never carries money. */
interface Sums {
  readonly impressions: string | null
  readonly clicks: string | null
  readonly orders: string | null
  readonly cost: string | null
  readonly sales: string | null
}

const sums =
  'sum(impressions) as impressions, sum(clicks) as clicks, sum(orders) as orders, sum(cost) as cost, sum(sales) as sales'
const scope = 'connection_id = ? and day between ? and ?'

export class PostgresFigures extends Figures {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  loadedStretches(connectionId: ConnectionId): Promise<LoadedStretch[]> {
    return loadedStretches(this.#em, connectionId, {
      types: ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'],
    })
  }

  async daily(connectionId: ConnectionId, { from, to }: DayRange): Promise<ProductDayTotals[]> {
    const rows = await this.#em.execute<(Sums & { day: Day; product: AdProduct })[]>(
      `select day::text as day, ad_product as product, ${sums} from campaign_day where ${scope}
       group by day, ad_product order by day, ad_product`,
      [connectionId, from, to],
    )
    return rows.map(row => ({ day: row.day, adProduct: row.product, ...toTotals(row) }))
  }

  async campaigns(
    connectionId: ConnectionId,
    { from, to }: DayRange,
    limit: number,
  ): Promise<{ count: number; campaigns: CampaignTotals[] }> {
    const rows = await this.#em.execute<
      (Sums & { count: string; id: string; name: string | null; status: string | null; product: AdProduct })[]
    >(
      `select count(*) over () as count, campaign_id as id, ad_product as product,
         (array_agg(campaign_name order by day desc))[1] as name,
         (array_agg(campaign_status order by day desc))[1] as status, ${sums}
       from campaign_day where ${scope}
       group by ad_product, campaign_id order by sum(cost) desc, campaign_id limit ?`,
      [connectionId, from, to, limit],
    )
    return {
      count: Number(rows[0]?.count ?? 0),
      campaigns: rows.map(row => ({
        id: row.id,
        name: row.name ?? `Campaign ${row.id}`,
        adProduct: row.product,
        status: row.status ?? '',
        ...toTotals(row),
      })),
    }
  }
}

const toTotals = (row: Sums): Totals => ({
  impressions: Number(row.impressions ?? 0),
  clicks: Number(row.clicks ?? 0),
  orders: Number(row.orders ?? 0),
  cost: String(row.cost ?? '0'),
  sales: String(row.sales ?? '0'),
})
