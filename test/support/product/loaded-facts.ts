import {
  allReports,
  definitionOf,
  legacyCampaigns,
  type ReportType,
} from '../../../src/domain/ingestion/catalogue.ts'
import type { TestProduct } from './test-product.ts'

type Sums = Readonly<
  Record<'rows' | 'impressions' | 'clicks' | 'orders' | 'cost' | 'sales' | 'orders_14d' | 'sales_14d', number>
>

/** Exact sums by PostgreSQL, money in the smallest unit. */
async function factsOf(
  product: TestProduct,
  connectionId: string,
  type: ReportType,
  minorUnits: number,
): Promise<Sums> {
  const { table, adProduct, columns } = definitionOf(type)
  const sum = (name: string) =>
    columns.some(column => column.name === name) ? `coalesce(sum(${name}), 0)` : '0'
  const [row] = await product.query<Record<keyof Sums, string>>(
    `select count(*) as rows, ${sum('impressions')} as impressions, ${sum('clicks')} as clicks,
       ${sum('orders')} as orders, ${sum('cost')} * $3 as cost, ${sum('sales')} * $3 as sales,
       ${sum('orders_14d')} as orders_14d, ${sum('sales_14d')} * $3 as sales_14d
     from ${table} where connection_id = $1 and ad_product = $2
       ${table === 'campaign_fact' ? `and is_legacy = ${type === legacyCampaigns.type}` : ''}`,
    [connectionId, adProduct, minorUnits],
  )
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)])) as Sums
}

/** Describes where rows, counts or cents of a loaded report differ from the sandbox's; empty if nowhere. */
export async function factDifferences(product: TestProduct, connectionId: string): Promise<string[]> {
  const requestedReports = await product.query<{
    type: ReportType
    profile_id: string
    account_type: string
    from: string
    to: string
  }>(
    `select type, profile_id, account_type, min(day_from)::text as from, max(day_to)::text as to
     from report join connection on connection.id = connection_id where connection_id = $1
     group by type, profile_id, account_type`,
    [connectionId],
  )

  const found: string[] = []
  for (const { type, reportTypeId, adProduct, groupBy, columns } of allReports) {
    const requested = requestedReports.find(report => report.type === type)
    if (!requested && type === legacyCampaigns.type) continue
    if (!requested) throw new Error(`connection ${connectionId} never requested ${type}`)
    const { profile_id: profileId, account_type: accountType, from, to } = requested
    const expected = product.sandbox.controls.truth({ profileId, reportType: reportTypeId, from, to })
    if (!expected) throw new Error(`the sandbox has no totals for ${reportTypeId}`)
    const { total, minorUnits } = expected
    const window = accountType === 'vendor' ? '14d' : '7d'
    const [shown, byClick] = adProduct === 'SP' ? [window, '14d'] : ['', 'Clicks']
    const wanted: Sums = {
      rows: total['rows'] ?? 0,
      impressions: total['impressions'] ?? 0,
      clicks: total['clicks'] ?? 0,
      orders: total[`purchases${shown}`] ?? 0,
      cost: total['cost'] ?? 0,
      sales: total[`sales${shown}`] ?? 0,
      orders_14d: total[`purchases${byClick}`] ?? 0,
      sales_14d: total[`sales${byClick}`] ?? 0,
    }
    const loaded = await factsOf(product, connectionId, type, minorUnits)
    const names = ['orders', 'sales', 'orders_14d', 'sales_14d'] as (keyof Sums)[]
    if (columns.some(({ name }) => name === 'cost')) names.push('impressions', 'clicks', 'cost')
    // A finer grouping has the same totals in more rows.
    if (groupBy.length < 2) names.push('rows')
    for (const name of names) {
      if (loaded[name] !== wanted[name])
        found.push(`${type}: ${loaded[name]} ${name} loaded, not ${wanted[name]}`)
    }
  }
  return found
}
