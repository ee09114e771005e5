import { setTimeout as sleep } from 'node:timers/promises'
import { factDifferences } from '../../support/loaded-facts.ts'
import type { TestProduct } from '../../support/test-product.ts'

export async function findMismatches(product: TestProduct, connected: readonly string[]): Promise<string[]> {
  const mismatches: string[] = []
  for (const id of connected) {
    let differing = await factDifferences(product, id)
    // A daily sync may be in progress and have requested days not loaded yet; real losses remain later.
    for (let tried = 0; differing.length > 0 && tried < 6; tried += 1) {
      await sleep(5000)
      differing = await factDifferences(product, id)
    }
    if (differing.length > 0) mismatches.push(await timelineSubject(product, id), ...differing)
  }
  const counted = await product.query<{ about: string; times: number; loaded: boolean }>(
    `select report.id as about, report.status = 'loaded' as loaded, count(entry.id)::int as times
     from report left join timeline_entry entry on entry.report_id = report.id and entry.kind = 'report_loaded'
     where report.connection_id = any($1) group by report.id`,
    [connected],
  )
  if (counted.length === 0) mismatches.push('no report was requested')
  for (const { about, times, loaded } of counted)
    if (!loaded || times !== 1) mismatches.push(`report ${about}: loaded ${loaded}, recorded ${times} times`)
  return mismatches
}

async function timelineSubject(product: TestProduct, connectionId: string): Promise<string> {
  const reports = await product.query<{ summary: string }>(
    `select concat_ws(' ', run.kind, run.id, report.day_from, report.day_to, report.status, count(*)) as summary
     from report join sync_run run on run.id = report.sync_run_id where report.connection_id = $1
     group by run.kind, run.id, report.day_from, report.day_to, report.status order by min(report.position)`,
    [connectionId],
  )
  return `connection ${connectionId}: ${reports.map(({ summary }) => summary).join('; ')}`
}
