import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { TestProduct } from '../../support/product/test-product.ts'

interface RecordQuery {
  readonly name: string
  /** Returns one text for each fact to count; `$1` is the connection. */
  readonly sql: string
}

export const loadedTables = [
  ...new Set(reportCatalogue.map(({ table }) => table)),
  'campaign_day',
  'ad_product_day',
]

/**
 * Compared between a disturbed and an undisturbed sync: everything exactly, without ids and times. Add an entry here
 * for anything new that a sync writes.
 */
export const comparedQueries: readonly RecordQuery[] = [
  ...loadedTables.map(table => ({
    name: table,
    sql: `select (to_jsonb(fact) - 'connection_id')::text as text from ${table} fact where connection_id = $1`,
  })),
  {
    name: 'connection',
    sql: `select concat_ws(' ', status, profile_id, authorisation_loss_reason, close_reason) as text from connection where id = $1`,
  },
  {
    name: 'run',
    sql: `select concat_ws(' ', kind, day_from, day_to, case when finished_at is null then 'open' else 'finished' end)
            as text from sync_run where connection_id = $1`,
  },
  {
    name: 'report',
    sql: `select concat_ws(' ', kind, type, report.day_from, report.day_to, status, row_count, request_count, failure - 'requestId')
            as text from report join sync_run on sync_run.id = sync_run_id where report.connection_id = $1`,
  },
  {
    name: 'sync',
    sql: `select 'planned' as text from sync_schedule where connection_id = $1`,
  },
  {
    // A report request whose reply was lost with the process is found at Amazon and adopted; either event counts once.
    // Amazon's ids, times and durations differ between syncs.
    name: 'timeline',
    sql: `select case when kind in ('report_accepted', 'report_duplicate_adopted')
                 then 'report requested ' || (event ->> 'report')
                 else (event - 'amazonReportId' - 'milliseconds' - 'pendingId' - 'requestId' #- '{reason,requestId}')::text end as text
          from timeline_entry where connection_id = $1 and kind not in ('report_error', 'email_sent')`,
  },
  {
    // Only search fields, which no error during the sync may change.
    name: 'case summary',
    sql: `select concat_ws(' ', stage, plan, region, country, profile_id) as text
            from case_summary where connection_id = $1`,
  },
  {
    // The email must be written once, with its cause; when it is sent is tested elsewhere (docs/email.md).
    name: 'email',
    sql: `select concat_ws(' ', kind, content ->> 'account', content ->> 'why', content ->> 'reminder', failed_at)
            as text from email_message where connection_id = $1`,
  },
]

/** Errors come from Amazon. Without faults there must be none; with faults, a kill changes their number. */
export const reportErrors: RecordQuery = {
  name: 'report error',
  sql: `select event::text as text from timeline_entry where connection_id = $1 and kind = 'report_error'`,
}

export type Records = ReadonlyMap<string, number>

export async function recordsOf(
  product: Pick<TestProduct, 'query'>,
  connectionId: string,
  queries: readonly RecordQuery[],
): Promise<Records> {
  const records = new Map<string, number>()
  for (const { name, sql } of queries) {
    for (const { text } of await product.query<{ text: string }>(sql, [connectionId])) {
      const line = `${name}: ${text}`
      records.set(line, (records.get(line) ?? 0) + 1)
    }
  }
  return records
}

export interface Mismatch {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

/** Returns the texts found too rarely and too often; a changed text counts as one of each. */
export function differenceOf(actual: Records, expected: Records): Mismatch {
  const inExcess = (records: Records, other: Records): string[] =>
    [...records].flatMap(([line, count]) => (count > (other.get(line) ?? 0) ? [line] : []))
  return { lost: inExcess(expected, actual), doubled: inExcess(actual, expected) }
}
