import type { Counting } from '../../../domain/performance/counting.ts'
import { type Level, levelDefinitions } from '../../../domain/performance/level.ts'
import { factTableOf, type RollUp } from '../../../domain/performance/roll-up.ts'
import { raw, type Statement } from '../engine/sql.ts'

type Conversions = 'orders' | 'sales'

/** Sponsored Products count clicks in either way; for the others, the second pair is theirs by click. */
const byClick = (name: Conversions, secondPair = `${name}_14d`): string =>
  `case ad_product when 'SP' then ${name} else ${secondPair} end`

/** Expression over facts. */
export const counted = (name: Conversions, counting: Counting): string =>
  counting === 'clicks' ? byClick(name) : name

/** The narrower tables have Amazon's figures only. */
export const sourceTable = (level: Level, counting: Counting): string =>
  counting === 'clicks' ? factTableOf(level) : levelDefinitions[level].table

const clickedCampaignDays = raw(`(
    select connection_id, day, ad_product, campaign_id, campaign_name, campaign_status, impressions, clicks, cost,
      ${byClick('orders')} as orders, ${byClick('sales')} as sales
    from campaign_fact)`)

/** For `from … as campaign_day`. */
export const campaignDays = (counting: Counting): Statement =>
  counting === 'clicks' ? clickedCampaignDays : raw('campaign_day')

type Kind = Pick<RollUp, 'level' | 'counting'>

const byClickSuffix = ' by click'

/** Value of the column `level` in the roll-ups' tables: each way of counting is a level there. */
export const storedLevel = ({ level, counting }: Kind): string =>
  counting === 'clicks' ? `${level}${byClickSuffix}` : level

export const parseStoredLevel = (stored: string): Kind =>
  stored.endsWith(byClickSuffix)
    ? { level: stored.slice(0, -byClickSuffix.length) as Level, counting: 'clicks' }
    : { level: stored as Level, counting: 'console' }

const sum = (name: string): string => `sum((sums ->> '${name}')::numeric)`

const byClickSum = (name: Conversions): string =>
  `sum((case type when 'sp_campaigns' then sums ->> '${name}' else sums ->> '${name}_14d' end)::numeric)`

/** File totals are sums of whole days, so they need no aggregation of facts. */
const clickedProductDays = raw(`(
    select connection_id, day, upper(left(type, 2)) as ad_product, ${sum('impressions')} as impressions,
      ${sum('clicks')} as clicks, ${sum('cost')} as cost, ${byClickSum('orders')} as orders,
      ${byClickSum('sales')} as sales
    from file_total
    where type in ('sp_campaigns', 'sb_campaigns', 'sb_legacy_campaigns', 'sd_campaigns') and rows > 0
    group by connection_id, day, ad_product)`)

/** For `from … as ad_product_day`. */
export const productDays = (counting: Counting): Statement =>
  counting === 'clicks' ? clickedProductDays : raw('ad_product_day')
