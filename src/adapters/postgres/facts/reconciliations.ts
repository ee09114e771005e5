import type { EntityManager } from '@mikro-orm/postgresql'
import { type Reconciliation, Reconciliations } from '../../../application/ingestion/ports.ts'
import type { Day } from '../../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { type ReportType, reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import { summableColumns } from '../../../domain/ingestion/file-totals.ts'
import {
  type DaySums,
  type ReconciliationTotals,
  rolledUpFigures,
} from '../../../domain/ingestion/reconciliation.ts'

export class PostgresReconciliations extends Reconciliations {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async due(now: Date, limit: number): Promise<{ connectionId: ConnectionId; userId: UserId }[]> {
    const rows = await this.#em.execute<{ connection_id: string; user_id: string }[]>(
      `select connection_id, user_id from reconciliation join connection on connection.id = connection_id
       where due_at <= ? order by due_at limit ?`,
      [now, limit],
    )
    return rows.map(row => ({
      connectionId: row.connection_id as ConnectionId,
      userId: row.user_id as UserId,
    }))
  }

  async totals(connectionId: ConnectionId): Promise<ReconciliationTotals & { dueAt: Date | null }> {
    const rows = await this.#em.execute<TotalsRow[]>(totalsQuery, [connectionId])
    const [due] = rows.filter(({ book }) => book === 'due')
    const daySumsFrom = (book: TotalsRow['book']): DaySums[] =>
      rows
        .filter(row => row.book === book)
        .map(({ type, day, rows, sums }) => ({ type, day, rows: Number(rows), sums }))
    return {
      dueAt: due ? new Date(Number(due.rows)) : null,
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
    const updated = await this.#em.execute<unknown[]>(
      `update reconciliation set due_at = null, checked_at = ?, mismatches = ?
       where connection_id = ? and due_at = ? returning connection_id`,
      [checkedAt, mismatches, connectionId, dueAt],
    )
    return updated.length > 0
  }

  async defer(connectionId: ConnectionId, until: Date): Promise<void> {
    await this.#em.execute(
      'update reconciliation set due_at = ? where connection_id = ? and due_at is not null',
      [until, connectionId],
    )
  }
}

/** In the `due` row, `rows` is the due time in epoch milliseconds. */
interface TotalsRow {
  readonly book: 'due' | 'files' | 'facts' | 'rollUps' | 'totals'
  readonly type: ReportType
  readonly day: Day
  readonly rows: string
  readonly sums: Readonly<Record<string, string>>
}

/** Sums as exact decimal text, in the domain's notation. */
export const sumsSql = (figures: readonly string[]): string =>
  `jsonb_build_object(${figures.map(name => `'${name}', trim_scale(sum(${name}))::text`).join(', ')})`

/** One statement, hence one snapshot. Names come from the catalogue, never from input. */
const totalsQuery = `
  with chosen as (select ?::uuid as id)
  select 'due' as book, null as type, null as day, (extract(epoch from due_at) * 1000)::bigint as rows,
    null::jsonb as sums
  from reconciliation join chosen on connection_id = id where due_at is not null
  union all
  select 'files', type, day::text, rows, sums from file_total join chosen on connection_id = id
  ${reportCatalogue
    .flatMap(definition => {
      const { type, table, adProduct } = definition
      const sums = (book: string, from: string, figures: readonly string[]) => `union all
        select '${book}', '${type}', day::text, count(*), ${sumsSql(figures)}
        from ${from} join chosen on connection_id = id where ad_product = '${adProduct}' group by day`
      const facts = sums('facts', table, summableColumns(definition))
      if (table !== 'campaign_fact') return [facts]
      const rollUps = sums('rollUps', 'campaign_day', rolledUpFigures)
      return [facts, rollUps, sums('totals', 'ad_product_day', rolledUpFigures)]
    })
    .join('\n')}`
