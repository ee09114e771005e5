import { factDifferences } from '../../support/loaded-facts.ts'
import type { TestProduct } from '../../support/test-product.ts'

/** What is lost, doubled or wrong in what these connections loaded, in words. */
export async function faultsIn(product: TestProduct, connected: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const id of connected) found.push(...(await factDifferences(product, id)))
  const counted = await product.query<{ about: string; times: number; loaded: boolean }>(
    `select report.id as about, report.status = 'loaded' as loaded, count(entry.id)::int as times
     from report left join timeline_entry entry on entry.report_id = report.id and entry.kind = 'report_loaded'
     where report.connection_id = any($1) group by report.id`,
    [connected],
  )
  if (counted.length === 0) found.push('no report was asked for')
  for (const { about, times, loaded } of counted)
    if (!loaded || times !== 1) found.push(`report ${about}: loaded ${loaded}, told ${times} times`)
  return found
}
