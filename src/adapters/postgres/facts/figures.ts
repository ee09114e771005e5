import {
  type CampaignTotals,
  Figures,
  type Mover,
  type Movers,
  type ProductDayTotals,
} from '../../../application/performance/ports.ts'
import type { Day, DayRange } from '../../../domain/calendar.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { AdProduct } from '../../../domain/ingestion/catalogue.ts'
import type { LoadedRange } from '../../../domain/ingestion/sync-window.ts'
import type { Counting } from '../../../domain/performance/counting.ts'
import type { Totals } from '../../../domain/performance/figures.ts'
import { raw, type Sql, type Statement, sql } from '../engine/sql.ts'
import { findLoadedRanges } from '../ingestion/sync-runs.ts'
import { campaignDays, productDays, storedLevel } from './counted.ts'

/** Exact decimals as text. */
interface Sums {
  readonly impressions: string | null
  readonly clicks: string | null
  readonly orders: string | null
  readonly cost: string | null
  readonly sales: string | null
}

const sums = raw(
  'sum(impressions) as impressions, sum(clicks) as clicks, sum(orders) as orders, sum(cost) as cost, sum(sales) as sales',
)

const campaignReports = ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'] as const

export class PostgresFigures extends Figures {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  loadedRanges(connectionId: ConnectionId): Promise<LoadedRange[]> {
    return findLoadedRanges(this.#sql, connectionId, { types: campaignReports })
  }

  async loadedDays(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, DayRange>> {
    const rows = await this.#sql.query<DayRange & { id: ConnectionId }>(
      sql`select connection_id as id, min(day_from) as from, max(day_to) as to
        from report where connection_id = any(${ids}) and status = 'loaded' and type = any(${campaignReports})
        group by connection_id`,
    )
    return new Map(rows.map(({ id, ...days }) => [id, days]))
  }

  async totals(
    ranges: ReadonlyMap<ConnectionId, DayRange>,
    counting: Counting,
  ): Promise<Map<ConnectionId, Totals>> {
    const days = [...ranges].map(([id, { from, to }]) => ({ id, from, to }))
    const rows = await this.#sql.query<Sums & { id: ConnectionId }>(
      sql`select asked.id, ${sums}
        from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as asked(id uuid, "from" date, "to" date)
          left join ${productDays(counting)} as ad_product_day on connection_id = asked.id and day between asked."from" and asked."to"
        group by asked.id`,
    )
    return new Map(rows.map(row => [row.id, toTotals(row)]))
  }

  async daily(
    connectionId: ConnectionId,
    { from, to }: DayRange,
    counting: Counting,
  ): Promise<ProductDayTotals[]> {
    const rows = await this.#sql.query<ProductDay>(
      sql`select day, ad_product as product, impressions, clicks, orders, cost, sales
        from ${productDays(counting)} as ad_product_day
        where connection_id = ${connectionId} and day between ${from} and ${to} order by day, ad_product`,
      { preparedAs: `product days by ${counting}` },
    )
    return rows.map(row => ({ day: row.day, adProduct: row.product, ...toTotals(row) }))
  }

  async campaigns(
    connectionId: ConnectionId,
    periods: { readonly days: DayRange; readonly before: DayRange | null },
    counting: Counting,
    limits: { readonly campaigns: number; readonly movers: number },
  ): Promise<{ count: number; campaigns: CampaignTotals[]; movers: Movers }> {
    const fragments = [requestedPeriods(connectionId, periods), rankedWithin(limits)] as const
    let rows = await this.#sql.query<RankedCampaign | Unranked>(rankedFromRollUps(counting, ...fragments), {
      preparedAs: `campaigns ranked from roll-ups by ${counting}`,
    })
    if (rows.length === 0)
      rows = await this.#sql.query<RankedCampaign>(rankedFromFacts(counting, ...fragments), {
        preparedAs: `campaigns ranked from facts by ${counting}`,
      })
    return toRanking(rows.filter(isRanked), limits)
  }
}

interface ProductDay extends Sums {
  readonly day: Day
  readonly product: AdProduct
}

interface RankedCampaign extends Sums {
  readonly count: string
  readonly id: string
  readonly name: string | null
  readonly status: string | null
  readonly product: AdProduct
  readonly cost_before: string
  readonly sales_before: string
  /** Rank by spend, sales gained and sales lost; null when unranked. */
  readonly place: string | null
  readonly rise: string | null
  readonly fall: string | null
}

/** Row of a roll-up without campaigns. */
interface Unranked {
  readonly id: null
}
const isRanked = (row: RankedCampaign | Unranked): row is RankedCampaign => row.id !== null

/** Without an earlier period there are no movers. */
const requestedPeriods = (
  connectionId: ConnectionId,
  { days, before }: { readonly days: DayRange; readonly before: DayRange | null },
): Statement => sql`
  asked as (
    select ${connectionId}::uuid as connection, ${days.from}::date as first, ${days.to}::date as last,
      ${before?.from}::date as first_before, ${before?.to}::date as last_before)`

const rankedWithin = (limits: { readonly campaigns: number; readonly movers: number }): Statement => sql`
  ranked as (
    select *, count(*) filter (where is_shown) over () as count,
      case when is_shown
        then row_number() over (order by is_shown desc, cost desc, id collate "C", product) end as place,
      case when compares and sales > sales_before
        then row_number() over (order by sales - sales_before desc, id collate "C", product) end as rise,
      case when compares and sales < sales_before
        then row_number() over (order by sales - sales_before, id collate "C", product) end as fall
    from summed cross join (select first_before is not null as compares from asked) as comparison),
  chosen as (select * from ranked where place <= ${limits.campaigns} or rise <= ${limits.movers} or fall <= ${limits.movers})`

/** Returns no row unless roll-ups of both periods exist. */
const rankedFromRollUps = (counting: Counting, periods: Statement, ranked: Statement): Statement => sql`
  with ${periods},
  roll_up as (
    select id, day_from, day_to from table_roll_up join asked on connection_id = connection
    where level = '${raw(storedLevel({ level: 'campaigns', counting }))}'),
  own as (select id from roll_up join asked on day_from = first and day_to = last),
  earlier as (select id from roll_up join asked on day_from = first_before and day_to = last_before),
  standing as (
    select from own cross join asked where first_before is null or exists (select from earlier)),
  campaign as (
    select row.*, roll_up_id = own.id as is_own from own cross join asked
      join table_roll_up_row as row on row.connection_id = connection
        and roll_up_id in (own.id, (select id from earlier))
    where exists (select from standing)),
  summed as (
    select campaign_id as id, ad_product as product, bool_or(is_own) as is_shown,
      case when bool_or(is_own) then max(campaign_name) filter (where is_own) else max(campaign_name) end as name,
      case when bool_or(is_own) then max(campaign_status) filter (where is_own) else max(campaign_status) end as status,
      coalesce(sum(impressions) filter (where is_own), 0) as impressions,
      coalesce(sum(clicks) filter (where is_own), 0) as clicks,
      coalesce(sum(orders) filter (where is_own), 0) as orders,
      trim_scale(coalesce(sum(cost) filter (where is_own), 0)) as cost,
      trim_scale(coalesce(sum(sales) filter (where is_own), 0)) as sales,
      trim_scale(coalesce(sum(cost) filter (where not is_own), 0)) as cost_before,
      trim_scale(coalesce(sum(sales) filter (where not is_own), 0)) as sales_before
    from campaign group by campaign_id, ad_product),
  ${ranked}
  select chosen.* from standing left join chosen on true order by place`

const rankedFromFacts = (counting: Counting, periods: Statement, ranked: Statement): Statement => sql`
  with ${periods},
  summed as (
    select campaign_id as id, ad_product as product,
      max(day) as latest, count(*) filter (where day >= first) > 0 as is_shown,
      coalesce(sum(impressions) filter (where day >= first), 0) as impressions,
      coalesce(sum(clicks) filter (where day >= first), 0) as clicks,
      coalesce(sum(orders) filter (where day >= first), 0) as orders,
      trim_scale(coalesce(sum(cost) filter (where day >= first), 0)) as cost,
      trim_scale(coalesce(sum(sales) filter (where day >= first), 0)) as sales,
      trim_scale(coalesce(sum(cost) filter (where day < first), 0)) as cost_before,
      trim_scale(coalesce(sum(sales) filter (where day < first), 0)) as sales_before
    from asked join ${campaignDays(counting)} as campaign_day on connection_id = connection
    where day between coalesce(first_before, first) and last and (day >= first or day <= last_before)
    group by campaign_id, ad_product),
  ${ranked}
  select chosen.*, nullif(campaign_name, '') as name, campaign_status as status
  from chosen cross join asked
    join campaign_day on connection_id = connection and day = latest and ad_product = product and campaign_id = id
  order by place`

const toRanking = (
  rows: readonly RankedCampaign[],
  limits: { readonly campaigns: number; readonly movers: number },
) => ({
  count: Number(rows[0]?.count ?? 0),
  campaigns: rows
    .filter(({ place }) => place !== null && Number(place) <= limits.campaigns)
    .map(row => ({ ...toCampaign(row), status: row.status ?? '', ...toTotals(row) })),
  movers: { gained: toMovers(rows, 'rise', limits.movers), lost: toMovers(rows, 'fall', limits.movers) },
})

const toCampaign = ({ id, name, product }: RankedCampaign) => ({
  id,
  name: name ?? `Campaign ${id}`,
  adProduct: product,
})

const toMovers = (rows: readonly RankedCampaign[], by: 'rise' | 'fall', limit: number): Mover[] =>
  rows
    .filter(row => row[by] !== null && Number(row[by]) <= limit)
    .sort((one, other) => Number(one[by]) - Number(other[by]))
    .map(row => ({
      ...toCampaign(row),
      now: { cost: String(row.cost), sales: String(row.sales) },
      before: { cost: row.cost_before, sales: row.sales_before },
    }))

const toTotals = (row: Sums): Totals => ({
  impressions: Number(row.impressions ?? 0),
  clicks: Number(row.clicks ?? 0),
  orders: Number(row.orders ?? 0),
  cost: String(row.cost ?? '0'),
  sales: String(row.sales ?? '0'),
})
