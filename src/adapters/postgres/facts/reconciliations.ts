import { type Reconciliation, Reconciliations } from '../../../application/ingestion/ports.ts'
import type { Day } from '../../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import {
  allReports,
  legacyCampaigns,
  type ReportDefinition,
  type ReportType,
} from '../../../domain/ingestion/catalogue.ts'
import { summableColumns } from '../../../domain/ingestion/file-totals.ts'
import { type DaySums, rolledUpFigures } from '../../../domain/ingestion/reconciliation.ts'
import { join, raw, type Sql, type Statement, sql } from '../engine/sql.ts'

export class PostgresReconciliations extends Reconciliations {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async due(now: Date, limit: number): Promise<{ connectionId: ConnectionId; userId: UserId }[]> {
    return this.#sql.query(
      sql`select connection_id as "connectionId", user_id as "userId"
        from reconciliation join connection on connection.id = connection_id
        where due_at <= ${now} order by due_at limit ${limit}`,
    )
  }

  async totals(connectionId: ConnectionId): ReturnType<Reconciliations['totals']> {
    const rows = await this.#sql.query<TotalsRow>(allTotals(connectionId))
    const countIn = (name: TotalsRow['book']) => rows.find(({ book }) => book === name)?.rows
    const due = countIn('due')
    const daySumsFrom = (book: TotalsRow['book']): DaySums[] =>
      rows
        .filter(row => row.book === book)
        .map(({ type, day, rows, sums }) => ({ type, day, rows: Number(rows), sums }))
    return {
      dueAt: due === undefined ? null : new Date(Number(due)),
      setAside: Number(countIn('setAside') ?? 0),
      files: daySumsFrom('files'),
      facts: daySumsFrom('facts'),
      rollUps: daySumsFrom('rollUps'),
      totals: daySumsFrom('totals'),
    }
  }

  async complete(
    connectionId: ConnectionId,
    dueAt: Date,
    { checkedAt, mismatches }: Reconciliation,
  ): Promise<boolean> {
    const updated = await this.#sql.query(
      sql`update reconciliation set due_at = null, checked_at = ${checkedAt}, mismatches = ${mismatches}
        where connection_id = ${connectionId} and due_at = ${dueAt} returning connection_id`,
    )
    return updated.length > 0
  }

  async defer(connectionId: ConnectionId, until: Date): Promise<void> {
    await this.#sql.query(
      sql`update reconciliation set due_at = ${until} where connection_id = ${connectionId} and due_at is not null`,
    )
  }
}

/** In the `due` row, `rows` is the due time in epoch milliseconds. */
interface TotalsRow {
  readonly book: 'due' | 'setAside' | 'files' | 'facts' | 'rollUps' | 'totals'
  readonly type: ReportType
  readonly day: Day
  readonly rows: string
  readonly sums: Readonly<Record<string, string>>
}

/** Sums as exact decimal text, in the domain's notation. */
export const sumsOf = (figures: readonly string[]): Statement =>
  raw(`jsonb_build_object(${figures.map(name => `'${name}', trim_scale(sum(${name}))::text`).join(', ')})`)

/** Two reports share the campaigns of Sponsored Brands. For a `where` clause over the report's table. */
export const ownRows = ({ type, table }: ReportDefinition): Statement =>
  raw(table === 'campaign_fact' ? `is_legacy = ${type === 'sb_legacy_campaigns'}` : 'true')

/** Names come from the catalogue, never from input. */
const bookTotals: readonly Statement[] = allReports.flatMap(definition => {
  const { type, table, adProduct } = definition
  const totalsOf = (book: string, from: string, figures: readonly string[], condition = raw('true')) =>
    sql`select '${raw(book)}', '${raw(type)}', day::text, count(*), ${sumsOf(figures)}
      from ${raw(from)} join chosen on connection_id = id
      where ad_product = '${raw(adProduct)}' and ${condition} group by day`
  const facts = totalsOf('facts', table, summableColumns(definition), ownRows(definition))
  if (table !== 'campaign_fact' || definition === legacyCampaigns) return [facts]
  const rollUps = totalsOf('rollUps', 'campaign_day', rolledUpFigures)
  return [facts, rollUps, totalsOf('totals', 'ad_product_day', rolledUpFigures)]
})

/** No later file of the type has replaced all days of the report. */
const providesADay = sql`exists (
    select from generate_series(report.day_from, report.day_to, interval '1 day') as day
    where not exists (
      select from report as later
      where later.connection_id = report.connection_id and later.type = report.type and later.status = 'loaded'
        and later.loaded_at > report.loaded_at and day between later.day_from and later.day_to
    )
  )`

/** One statement, hence one snapshot. */
const allTotals = (connectionId: ConnectionId): Statement => sql`
  with chosen as (select ${connectionId}::uuid as id)
  select 'due' as book, null as type, null as day, (extract(epoch from due_at) * 1000)::bigint as rows,
    null::jsonb as sums
  from reconciliation join chosen on connection_id = id where due_at is not null
  union all
  select 'setAside', null, null, sum((file_totals ->> 'setAside')::bigint), null
  from report join chosen on connection_id = chosen.id
  where status = 'loaded' and (file_totals ->> 'setAside')::bigint > 0 and ${providesADay}
  union all
  select 'files', type, day::text, rows, sums from file_total join chosen on connection_id = id
  union all
  ${join(bookTotals, ' union all ')}`
