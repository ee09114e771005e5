import type { EntityManager } from '@mikro-orm/postgresql'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import Cursor from 'pg-cursor'
import { FigureTables, type TableRequest, type TableRow } from '../../application/performance/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdProduct } from '../../domain/ingestion/catalogue.ts'
import { TooManyExports, TooManyTableQueries } from '../../domain/performance/errors.ts'
import { type Level, levelDefinitions } from '../../domain/performance/level.ts'
import { cancellableClient } from './cancellable-client.ts'
import { toPositionalParameters } from './positional-parameters.ts'
import { fromFacts, fromRollUp, type TableStatementRequest } from './table-statements.ts'

type Row = Readonly<Record<string, string | null>>

/** A slow download keeps its client; pages need the rest of the pool. */
const exportsAtOnce = 4
/** Milliseconds. */
const turnTimeout = 3000
/** Aggregating occupies a client and a CPU for a second or more. */
const additionsAtOnce = 3
/** Per connection; aborted requests don't count. */
const additionsOfOne = 2
const rowsInBatch = 500

/**
 * Reads a roll-up of exactly these days, or else aggregates the facts.
 * Each is one statement, so that rows and count agree despite a concurrent load.
 */
export class PostgresFigureTables extends FigureTables {
  readonly #em: EntityManager
  readonly #pool: Pool
  readonly #exports = pLimit(exportsAtOnce)
  readonly #additions = pLimit(additionsAtOnce)
  readonly #adding = new Map<ConnectionId, number>()

  constructor(em: EntityManager, pool: Pool) {
    super()
    this.#em = em
    this.#pool = pool
  }

  async page(
    connectionId: ConnectionId,
    ask: TableRequest,
    signal: AbortSignal,
  ): Promise<{ count: number; rows: TableRow[]; isAggregated: boolean }> {
    const { sql, parameters } = fromRollUp(connectionId, ask)
    let found = await this.#em.execute<Row[]>(sql, [...parameters])
    const isAggregated = found.length === 0
    if (isAggregated) found = await this.#sumTotals(connectionId, ask, signal)
    return { count: Number(found[0]?.['count'] ?? 0), rows: toTableRows(found, ask.level), isAggregated }
  }

  async rows(
    connectionId: ConnectionId,
    ask: Omit<TableRequest, 'after' | 'limit'>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<readonly TableRow[]>> {
    const giveTurnBack = await turnOf(this.#exports, turnTimeout)
    // The caller may abort before reading.
    signal.addEventListener('abort', giveTurnBack, { once: true })
    if (signal.aborted) giveTurnBack()
    return this.#read(connectionId, { ...ask, after: null, limit: null }, signal, giveTurnBack)
  }

  async #sumTotals(connectionId: ConnectionId, ask: TableRequest, signal: AbortSignal): Promise<Row[]> {
    const others = this.#adding.get(connectionId) ?? 0
    if (others >= additionsOfOne) throw new TooManyTableQueries()
    this.#adding.set(connectionId, others + 1)
    let isCounted = true
    const end = () => {
      if (!isCounted) return
      isCounted = false
      const left = (this.#adding.get(connectionId) ?? 1) - 1
      if (left > 0) this.#adding.set(connectionId, left)
      else this.#adding.delete(connectionId)
    }
    // An aborted request may still be queued; free its slot now.
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      return await this.#additions(async () => {
        const { client, release } = await cancellableClient(this.#pool, signal)
        let isDone = false
        try {
          const { sql, parameters } = fromFacts(connectionId, ask)
          const { rows } = await client.query<Row>(toPositionalParameters(sql), [...parameters])
          isDone = true
          return rows
        } finally {
          release(isDone)
        }
      })
    } finally {
      signal.removeEventListener('abort', end)
      end()
    }
  }

  async *#read(
    connectionId: ConnectionId,
    ask: TableStatementRequest,
    signal: AbortSignal,
    giveTurnBack: () => void,
  ): AsyncGenerator<readonly TableRow[]> {
    try {
      const { client, release } = await cancellableClient(this.#pool, signal)
      let isDone = false
      try {
        for (const { sql, parameters } of [fromRollUp(connectionId, ask), fromFacts(connectionId, ask)]) {
          const cursor = client.query(new Cursor<Row>(toPositionalParameters(sql), [...parameters]))
          let batch = await cursor.read(rowsInBatch)
          const isThere = batch.length > 0
          for (; batch.length > 0; batch = await cursor.read(rowsInBatch)) yield toTableRows(batch, ask.level)
          await cursor.close()
          if (isThere) break
        }
        isDone = true
      } finally {
        release(isDone)
      }
    } finally {
      giveTurnBack()
    }
  }
}

/** Call the result to free the slot. @throws {TooManyExports} when none is free within `timeout` ms. */
function turnOf(turns: LimitFunction, timeout: number): Promise<() => void> {
  const { promise, resolve, reject } = Promise.withResolvers<() => void>()
  let isFailed = false
  const timer = setTimeout(() => {
    isFailed = true
    reject(new TooManyExports())
  }, timeout)
  void turns(() => {
    clearTimeout(timer)
    return isFailed ? undefined : new Promise<void>(release => resolve(release))
  })
  return promise
}

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
    cursor: {
      value: row['value'] ?? null,
      cost: String(row['cost']),
      adProduct: String(row['ad_product']),
      keys: keys.map(key => String(row[key])),
    },
  }
}

const picked = (row: Row, columns: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(columns.map(column => [column, row[column] ?? null]))
