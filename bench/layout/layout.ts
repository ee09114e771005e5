import pg, { type Pool } from 'pg'
import { startDatabase } from '../database.ts'
import { describeMachine } from '../machine.ts'
import { columns, formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { days, firstDay, idOf, insertStatement, rowsPerDay, sizeOf, sync } from './facts.ts'
import { type Layout, layouts, makeTable } from './layouts.ts'

const full = { connections: 200, mornings: 30, syncsPerMorning: 25, reads: 200, erasures: 20 }
const quick = { connections: 20, mornings: 2, syncsPerMorning: 5, reads: 10, erasures: 2 }

const factTable = 'search_term_fact'

/**
 * Runs the same loads, syncs, reads and erasures in each layout, with the product's statements, on one database
 * connection.
 */
export async function benchLayout({ quick: isQuick, connections, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using resources = new AsyncDisposableStack()
  const database = resources.adopt(await startDatabase(), it => it.stop())
  const pool = resources.adopt(new pg.Pool({ connectionString: database.url, max: 1 }), it => it.end())
  log(await describeMachine(pool))
  log(
    `${(plan.connections * days * rowsPerDay).toLocaleString('en-US')} facts of ${plan.connections} connections in each layout.`,
  )
  const results: (readonly [string, LayoutResult])[] = []
  for (const layout of layouts) {
    const result = await measureLayout(pool, layout, plan)
    results.push([layout.name, result])
    log(`${layout.name}: done.`)
  }
  const names = Object.keys(results[0]?.[1] ?? {}) as (keyof LayoutResult)[]
  log(
    `\n${columns([['layout', ...names], ...results.map(([name, result]) => [name, ...names.map(each => formatNumber(result[each]))])])}\n`,
  )
  const [baseline] = results
  return results.flatMap(([name, result]) =>
    names.map(each => ({
      name: `layout: ${each}, ${name}`,
      unit: units[each],
      ours: result[each],
      reference: baseline?.[1][each] ?? result[each],
      referenceName: 'one table',
      ...(each === 'rows loaded a second' && { more: 'better' as const }),
      target: null,
    })),
  )
}

type LayoutResult = Readonly<Record<keyof typeof units, number>>
const units = {
  'rows loaded a second': '',
  'a sync': 'ms',
  'a sync, p99': 'ms',
  '30 days of a connection': 'ms',
  '30 days of a connection, p99': 'ms',
  'erasing a connection': 'ms',
  vacuum: 's',
  'size, loaded': 'MB',
  'size, after the syncs': 'MB',
} as const

async function measureLayout(pool: Pool, layout: Layout, plan: typeof full): Promise<LayoutResult> {
  const table = await makeTable(pool, factTable, layout)
  const loadStart = performance.now()
  for (let number = 1; number <= plan.connections; number += 1)
    await pool.query(insertStatement(table), [number, firstDay, days])
  const loadSeconds = (performance.now() - loadStart) / 1000
  await pool.query(`vacuum analyze ${table}`)
  const size = await sizeOf(pool, table)

  const syncs: number[] = []
  for (let morning = 1; morning <= plan.mornings; morning += 1)
    for (let index = 0; index < plan.syncsPerMorning; index += 1) {
      const number = 1 + (((morning * plan.syncsPerMorning + index) * 7919) % plan.connections)
      syncs.push(await millisecondsOf(() => sync(pool, table, number, morning)))
    }
  const vacuumMilliseconds = await millisecondsOf(async () => {
    if (layout.order) await pool.query(`cluster ${table} using ${table}_pkey`)
    await pool.query(`vacuum analyze ${table}`)
  })
  const sizeAfterSyncs = await sizeOf(pool, table)

  const readTimes: number[] = []
  for (let index = 0; index < plan.reads; index += 1) {
    const number = 1 + ((index * 104_729) % plan.connections)
    readTimes.push(await millisecondsOf(() => pool.query(readStatement(table), [number])))
  }
  const erasures: number[] = []
  for (let number = 1; number <= plan.erasures; number += 1)
    erasures.push(
      await millisecondsOf(() =>
        pool.query(`delete from ${table} where connection_id = ${idOf('$1::int')}`, [number]),
      ),
    )
  return {
    'rows loaded a second': (plan.connections * days * rowsPerDay) / loadSeconds,
    'a sync': median(syncs),
    'a sync, p99': quantile(syncs, 0.99),
    '30 days of a connection': median(readTimes),
    '30 days of a connection, p99': quantile(readTimes, 0.99),
    'erasing a connection': median(erasures),
    vacuum: vacuumMilliseconds / 1000,
    'size, loaded': size,
    'size, after the syncs': sizeAfterSyncs,
  }
}

/** Reads what a table of search terms aggregates: the last 30 days of the initial sync. */
const readStatement = (table: string) =>
  `select campaign_id, search_term, sum(impressions), sum(clicks), sum(cost), sum(orders), sum(sales) from ${table}
   where connection_id = ${idOf('$1::int')} and ad_product = any('{SP,SB,SD}')
     and day between date '${firstDay}' + ${days - 30} and date '${firstDay}' + ${days - 1}
   group by campaign_id, search_term order by sum(cost) desc limit 50`

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
