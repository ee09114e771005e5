import pg, { type Pool } from 'pg'
import { startDatabase } from '../database.ts'
import { describeMachine } from '../machine.ts'
import { columns, type Measure, median, quantile, rounded } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { days, firstDay, idOf, insertion, rowsADay, sizeOf, sync } from './facts.ts'
import { type Layout, layouts, makeTable } from './layouts.ts'

const full = { connections: 200, syncs: 30, synced: 25, reads: 200, erased: 20 }
const quick = { connections: 20, syncs: 2, synced: 5, reads: 10, erased: 2 }

const model = 'search_term_fact'
/**
 * The same rows, syncs, reads and erasures in each layout, with the product's statements, on one database connection.
 */
export async function benchLayout({ quick: isQuick, connections, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using opened = new AsyncDisposableStack()
  const database = opened.adopt(await startDatabase(), it => it.stop())
  const pool = opened.adopt(new pg.Pool({ connectionString: database.url, max: 1 }), it => it.end())
  log(await describeMachine(pool))
  log(
    `${(plan.connections * days * rowsADay).toLocaleString('en-US')} facts of ${plan.connections} connections in each.`,
  )
  const found: (readonly [string, LayoutResult])[] = []
  for (const layout of layouts) {
    const its = await measureLayout(pool, layout, plan)
    found.push([layout.name, its])
    log(`${layout.name}: done.`)
  }
  const names = Object.keys(found[0]?.[1] ?? {}) as (keyof LayoutResult)[]
  log(
    `\n${columns([['layout', ...names], ...found.map(([name, its]) => [name, ...names.map(each => rounded(its[each]))])])}\n`,
  )
  const [now] = found
  return found.flatMap(([name, its]) =>
    names.map(each => ({
      name: `layout: ${each}, ${name}`,
      unit: units[each],
      ours: its[each],
      reference: now?.[1][each] ?? its[each],
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
  '30 days of one': 'ms',
  '30 days of one, p99': 'ms',
  'erasing one': 'ms',
  vacuum: 's',
  'size, loaded': 'MB',
  'size, after the syncs': 'MB',
} as const

async function measureLayout(pool: Pool, layout: Layout, plan: typeof full): Promise<LayoutResult> {
  const table = await makeTable(pool, model, layout)
  const loading = performance.now()
  for (let number = 1; number <= plan.connections; number += 1)
    await pool.query(insertion(table), [number, firstDay, days])
  const loaded = (performance.now() - loading) / 1000
  await pool.query(`vacuum analyze ${table}`)
  const size = await sizeOf(pool, table)

  const syncs: number[] = []
  for (let morning = 1; morning <= plan.syncs; morning += 1)
    for (let at = 0; at < plan.synced; at += 1) {
      const number = 1 + (((morning * plan.synced + at) * 7919) % plan.connections)
      syncs.push(await timed(() => sync(pool, table, number, morning)))
    }
  const vacuumed = await timed(async () => {
    if (layout.order) await pool.query(`cluster ${table} using ${table}_pkey`)
    await pool.query(`vacuum analyze ${table}`)
  })
  const grown = await sizeOf(pool, table)

  const readTimes: number[] = []
  for (let at = 0; at < plan.reads; at += 1) {
    const number = 1 + ((at * 104_729) % plan.connections)
    readTimes.push(await timed(() => pool.query(look(table), [number])))
  }
  const erasures: number[] = []
  for (let number = 1; number <= plan.erased; number += 1)
    erasures.push(
      await timed(() =>
        pool.query(`delete from ${table} where connection_id = ${idOf('$1::int')}`, [number]),
      ),
    )
  return {
    'rows loaded a second': (plan.connections * days * rowsADay) / loaded,
    'a sync': median(syncs),
    'a sync, p99': quantile(syncs, 0.99),
    '30 days of one': median(readTimes),
    '30 days of one, p99': quantile(readTimes, 0.99),
    'erasing one': median(erasures),
    vacuum: vacuumed / 1000,
    'size, loaded': size,
    'size, after the syncs': grown,
  }
}

/** Reads what a table of search terms aggregates: the last 30 days of the initial sync. */
const look = (table: string) =>
  `select campaign_id, search_term, sum(impressions), sum(clicks), sum(cost), sum(orders), sum(sales) from ${table}
   where connection_id = ${idOf('$1::int')} and ad_product = any('{SP,SB,SD}')
     and day between date '${firstDay}' + ${days - 30} and date '${firstDay}' + ${days - 1}
   group by campaign_id, search_term order by sum(cost) desc limit 50`

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
