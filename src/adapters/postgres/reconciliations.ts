import type { EntityManager } from '@mikro-orm/postgresql'
import { type Reconciliation, Reconciliations } from '../../application/ingestion/ports.ts'
import type { Day } from '../../domain/calendar.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { type ReportType, reportCatalogue } from '../../domain/ingestion/catalogue.ts'
import { figuresOf } from '../../domain/ingestion/file-totals.ts'
import { type Books, type DaySums, rolledUpFigures } from '../../domain/ingestion/reconciliation.ts'

export class PostgresReconciliations extends Reconciliations {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async due(now: Date, limit: number): Promise<{ connectionId: ConnectionId; personId: PersonId }[]> {
    const rows = await this.#em.execute<{ connection_id: string; person_id: string }[]>(
      `select connection_id, person_id from reconciliation join connection on connection.id = connection_id
       where due_at <= ? order by due_at limit ?`,
      [now, limit],
    )
    return rows.map(row => ({
      connectionId: row.connection_id as ConnectionId,
      personId: row.person_id as PersonId,
    }))
  }

  async books(connectionId: ConnectionId): Promise<Books & { dueAt: Date | null }> {
    const rows = await this.#em.execute<BookRow[]>(everyBook, [connectionId])
    const [due] = rows.filter(({ book }) => book === 'due')
    const bookOf = (book: BookRow['book']): DaySums[] =>
      rows
        .filter(row => row.book === book)
        .map(({ type, day, rows, sums }) => ({ type, day, rows: Number(rows), sums }))
    return {
      dueAt: due ? new Date(Number(due.rows)) : null,
      files: bookOf('files'),
      facts: bookOf('facts'),
      rollUps: bookOf('rollUps'),
      totals: bookOf('totals'),
    }
  }

  async conclude(
    connectionId: ConnectionId,
    dueAt: Date,
    { checkedAt, differences }: Reconciliation,
  ): Promise<boolean> {
    const concluded = await this.#em.execute<unknown[]>(
      `update reconciliation set due_at = null, checked_at = ?, differences = ?
       where connection_id = ? and due_at = ? returning connection_id`,
      [checkedAt, differences, connectionId, dueAt],
    )
    return concluded.length > 0
  }

  async postpone(connectionId: ConnectionId, to: Date): Promise<void> {
    await this.#em.execute(
      'update reconciliation set due_at = ? where connection_id = ? and due_at is not null',
      [to, connectionId],
    )
  }
}

/** In the `due` row, `rows` is the due time in epoch milliseconds. */
interface BookRow {
  readonly book: 'due' | 'files' | 'facts' | 'rollUps' | 'totals'
  readonly type: ReportType
  readonly day: Day
  readonly rows: string
  readonly sums: Readonly<Record<string, string>>
}

/** Sums as exact decimals in text, in the domain's notation. */
export const sumsOf = (figures: readonly string[]): string =>
  `jsonb_build_object(${figures.map(name => `'${name}', trim_scale(sum(${name}))::text`).join(', ')})`

/** One statement, hence one snapshot. Names come from the catalogue, never from input. */
const everyBook = `
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
        select '${book}', '${type}', day::text, count(*), ${sumsOf(figures)}
        from ${from} join chosen on connection_id = id where ad_product = '${adProduct}' group by day`
      const facts = sums('facts', table, figuresOf(definition))
      if (table !== 'campaign_fact') return [facts]
      const rollUps = sums('rollUps', 'campaign_day', rolledUpFigures)
      return [facts, rollUps, sums('totals', 'product_day', rolledUpFigures)]
    })
    .join('\n')}`
