import type { EntityManager } from '@mikro-orm/postgresql'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import Cursor from 'pg-cursor'
import { FigureTables, type TableAsk, type TableRow } from '../../application/performance/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import { type Level, levelDefinitions } from '../../domain/performance/level.ts'
import { numbered } from './numbered.ts'
import { type Asked, fromFacts, fromRollUp } from './table-statements.ts'

type Row = Readonly<Record<string, string | null>>

/** A file that is read slowly keeps a client for as long: this many together leave enough to the pages. */
const exportsAtOnce = 3
const rowsInBatch = 500

/**
 * From the roll-up where one stands for these very days, else added up from the facts. Either is one statement, of one
 * moment: a load that replaces the days meanwhile changes nothing between the rows and their count.
 */
export class PostgresFigureTables extends FigureTables {
  readonly #em: EntityManager
  readonly #pool: Pool
  readonly #turns = pLimit(exportsAtOnce)

  constructor(em: EntityManager, pool: Pool) {
    super()
    this.#em = em
    this.#pool = pool
  }

  async page(
    connectionId: ConnectionId,
    ask: TableAsk,
  ): Promise<{ count: number; rows: TableRow[]; isAddedUp: boolean }> {
    const [rolledUp, added] = [fromRollUp(connectionId, ask), fromFacts(connectionId, ask)]
    let found = await this.#em.execute<Row[]>(rolledUp.sql, [...rolledUp.parameters])
    const isAddedUp = found.length === 0
    if (isAddedUp) found = await this.#em.execute<Row[]>(added.sql, [...added.parameters])
    return { count: Number(found[0]?.['count'] ?? 0), rows: toTableRows(found, ask.level), isAddedUp }
  }

  async *rows(
    connectionId: ConnectionId,
    ask: Omit<TableAsk, 'after' | 'limit'>,
    over: AbortSignal,
  ): AsyncGenerator<readonly TableRow[]> {
    const giveBack = await turnOf(this.#turns)
    try {
      over.throwIfAborted()
      yield* this.#read(connectionId, { ...ask, after: null, limit: null }, over)
    } finally {
      giveBack()
    }
  }

  async *#read(
    connectionId: ConnectionId,
    ask: Asked,
    over: AbortSignal,
  ): AsyncGenerator<readonly TableRow[]> {
    const client = await this.#pool.connect()
    const { rows: served } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    // Where even this fails, the statement ends by itself.
    const cancel = () =>
      void this.#pool.query('select pg_cancel_backend($1)', [served[0]?.pid]).catch(() => undefined)
    over.addEventListener('abort', cancel, { once: true })
    let isRead = false
    try {
      for (const { sql, parameters } of [fromRollUp(connectionId, ask), fromFacts(connectionId, ask)]) {
        const cursor = client.query(new Cursor<Row>(numbered(sql), [...parameters]))
        let batch = await cursor.read(rowsInBatch)
        const isThere = batch.length > 0
        for (; batch.length > 0; batch = await cursor.read(rowsInBatch)) yield toTableRows(batch, ask.level)
        await cursor.close()
        if (isThere) break
      }
      isRead = true
    } finally {
      over.removeEventListener('abort', cancel)
      // What is left of an answer would be taken for the next one's.
      client.release(!isRead)
    }
  }
}

/** Lasts until it is given back. */
const turnOf = (turns: LimitFunction): Promise<() => void> =>
  new Promise(begin => {
    void turns(() => new Promise<void>(giveBack => begin(giveBack)))
  })

const toTableRows = (rows: readonly Row[], level: Level): TableRow[] =>
  rows.filter(row => row['ad_product'] !== null).map(row => toTableRow(row, level))

function toTableRow(row: Row, level: Level): TableRow {
  const { keys, names } = levelDefinitions[level]
  return {
    adProduct: row['ad_product'] as AdProduct,
    keys: picked(row, keys) as Readonly<Record<string, string>>,
    names: picked(row, names),
    impressions: Number(row['impressions']),
    clicks: Number(row['clicks']),
    orders: Number(row['orders']),
    cost: String(row['cost']),
    sales: String(row['sales']),
    bookmark: {
      value: row['value'] ?? null,
      cost: String(row['cost']),
      adProduct: String(row['ad_product']),
      keys: keys.map(key => String(row[key])),
    },
  }
}

const picked = (row: Row, columns: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(columns.map(column => [column, row[column] ?? null]))
