import { setTimeout as sleep } from 'node:timers/promises'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import type { TestProduct } from '../../support/product/test-product.ts'

export async function findMismatches(
  product: TestProduct,
  connectionIds: readonly string[],
): Promise<string[]> {
  const mismatches: string[] = []
  for (const id of connectionIds) {
    let differences = await factDifferences(product, id)
    // A daily sync may be in progress with days that aren't loaded yet. Real losses are still there later.
    for (let tries = 0; differences.length > 0 && tries < 6; tries += 1) {
      await sleep(5000)
      differences = await factDifferences(product, id)
    }
    if (differences.length > 0) mismatches.push(await describeReports(product, id), ...differences)
  }
  const reports = await product.query<{ id: string; times: number; loaded: boolean }>(
    `select report.id, report.status = 'loaded' as loaded, count(entry.id)::int as times
     from report left join timeline_entry entry on entry.report_id = report.id and entry.kind = 'report_loaded'
     where report.connection_id = any($1) group by report.id`,
    [connectionIds],
  )
  if (reports.length === 0) mismatches.push('no report was requested')
  for (const { id, times, loaded } of reports)
    if (!loaded || times !== 1) mismatches.push(`report ${id}: loaded ${loaded}, recorded ${times} times`)
  return mismatches
}

async function describeReports(product: TestProduct, connectionId: string): Promise<string> {
  const reports = await product.query<{ summary: string }>(
    `select concat_ws(' ', run.kind, run.id, report.day_from, report.day_to, report.status, count(*)) as summary
     from report join sync_run run on run.id = report.sync_run_id where report.connection_id = $1
     group by run.kind, run.id, report.day_from, report.day_to, report.status order by min(report.position)`,
    [connectionId],
  )
  return `connection ${connectionId}: ${reports.map(({ summary }) => summary).join('; ')}`
}
