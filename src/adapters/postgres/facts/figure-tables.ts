import pLimit, { type LimitFunction } from 'p-limit'
import type { Pool } from 'pg'
import Cursor from 'pg-cursor'
import { FigureTables, type TableRequest, type TableRow } from '../../../application/performance/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import type { AdProduct } from '../../../domain/ingestion/catalogue.ts'
import { TooManyExports, TooManyTableQueries } from '../../../domain/performance/errors.ts'
import { type Level, levelDefinitions } from '../../../domain/performance/level.ts'
import { acquireCancellableClient } from '../engine/cancellable-client.ts'
import { isReadOnly } from '../engine/read-only-transaction.ts'
import type { Sql } from '../engine/sql.ts'
import { selectFromFacts, selectFromRollUp, type TableStatementRequest } from './table-statements.ts'

type Row = Readonly<Record<string, string | null>>

/** A slow download keeps its client; pages need the rest of the pool. */
const maxExports = 4
/** Milliseconds. */
const slotTimeout = 3000
/** Aggregating occupies a client and a CPU for a second or more. */
const maxAggregations = 3
/** Per connection; aborted requests don't count. */
const maxAggregationsPerConnection = 2
const batchSize = 500

/**
 * Reads a roll-up of exactly these days, or else aggregates the facts.
 * Each is one statement, so that rows and count agree despite a concurrent load.
 */
export class PostgresFigureTables extends FigureTables {
  readonly #sql: Sql
  readonly #pool: Pool
  readonly #exports = pLimit(maxExports)
  readonly #aggregations = pLimit(maxAggregations)
  readonly #aggregating = new Map<ConnectionId, number>()

  constructor(sql: Sql, pool: Pool) {
    super()
    this.#sql = sql
    this.#pool = pool
  }

  async page(
    connectionId: ConnectionId,
    request: TableRequest,
    signal: AbortSignal,
  ): Promise<{ count: number; rows: TableRow[]; isAggregated: boolean }> {
    let found = await this.#sql.query<Row>(selectFromRollUp(connectionId, request))
    const isAggregated = found.length === 0
    if (isAggregated) found = await this.#sumTotals(connectionId, request, signal)
    return { count: Number(found[0]?.['count'] ?? 0), rows: toTableRows(found, request.level), isAggregated }
  }

  async rows(
    connectionId: ConnectionId,
    request: Omit<TableRequest, 'after' | 'limit'>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<readonly TableRow[]>> {
    const releaseSlot = await acquireSlot(this.#exports, slotTimeout)
    // The caller may abort before reading.
    signal.addEventListener('abort', releaseSlot, { once: true })
    if (signal.aborted) releaseSlot()
    return this.#read(connectionId, { ...request, after: null, limit: null }, signal, releaseSlot)
  }

  async #sumTotals(connectionId: ConnectionId, request: TableRequest, signal: AbortSignal): Promise<Row[]> {
    const others = this.#aggregating.get(connectionId) ?? 0
    if (others >= maxAggregationsPerConnection) throw new TooManyTableQueries()
    this.#aggregating.set(connectionId, others + 1)
    let isCounted = true
    const end = () => {
      if (!isCounted) return
      isCounted = false
      const left = (this.#aggregating.get(connectionId) ?? 1) - 1
      if (left > 0) this.#aggregating.set(connectionId, left)
      else this.#aggregating.delete(connectionId)
    }
    // An aborted request may still be queued; free its slot now.
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    try {
      return await this.#aggregations(async () => {
        const statement = selectFromFacts(connectionId, request)
        if (isReadOnly()) return this.#sql.query<Row>(statement)
        const { client, release } = await acquireCancellableClient(this.#pool, signal)
        let isDone = false
        try {
          const { rows } = await client.query<Row>(statement)
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
    request: TableStatementRequest,
    signal: AbortSignal,
    releaseSlot: () => void,
  ): AsyncGenerator<readonly TableRow[]> {
    try {
      const { client, release } = await acquireCancellableClient(this.#pool, signal)
      let isDone = false
      try {
        for (const { text, values } of [
          selectFromRollUp(connectionId, request),
          selectFromFacts(connectionId, request),
        ]) {
          const cursor = client.query(new Cursor<Row>(text, values))
          let batch = await cursor.read(batchSize)
          const hasRows = batch.length > 0
          for (; batch.length > 0; batch = await cursor.read(batchSize))
            yield toTableRows(batch, request.level)
          await cursor.close()
          if (hasRows) break
        }
        isDone = true
      } finally {
        release(isDone)
      }
    } finally {
      releaseSlot()
    }
  }
}

/** Call the result to free the slot. @throws {TooManyExports} when none is free within `timeout` ms. */
function acquireSlot(slots: LimitFunction, timeout: number): Promise<() => void> {
  const { promise, resolve, reject } = Promise.withResolvers<() => void>()
  let hasTimedOut = false
  const timer = setTimeout(() => {
    hasTimedOut = true
    reject(new TooManyExports())
  }, timeout)
  void slots(() => {
    clearTimeout(timer)
    return hasTimedOut ? undefined : new Promise<void>(release => resolve(release))
  })
  return promise
}

const toTableRows = (rows: readonly Row[], level: Level): TableRow[] =>
  rows.filter(row => row['ad_product'] !== null).map(row => toTableRow(row, level))

function toTableRow(row: Row, level: Level): TableRow {
  const { keys, names } = levelDefinitions[level]
  return {
    adProduct: row['ad_product'] as AdProduct,
    keys: pick(row, keys) as Readonly<Record<string, string>>,
    names: pick(row, names),
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

const pick = (row: Row, columns: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(columns.map(column => [column, row[column] ?? null]))
