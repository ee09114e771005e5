import { setTimeout as sleep } from 'node:timers/promises'
import pg, { type Pool } from 'pg'
import { startDatabase } from '../database.ts'
import {
  days,
  firstDay,
  insertStatement,
  restatementDays,
  rowsPerDay,
  sizeOf,
  sync,
} from '../layout/facts.ts'
import { layouts, makeTable } from '../layout/layouts.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure } from '../measures.ts'
import type { BenchOptions } from '../options.ts'

const full = { connections: 100, mornings: 30, restMilliseconds: 2000 }
const quick = { connections: 10, mornings: 3, restMilliseconds: 100 }

/**
 * Simulates daily syncs that delete and reload the days Amazon still restates, to see whether autovacuum keeps up.
 * Autovacuum checks every second here and has two seconds per simulated day, far less than in production.
 */
export async function benchMornings({ quick: isQuick, connections, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using resources = new AsyncDisposableStack()
  const database = resources.adopt(await startDatabase(), it => it.stop())
  const pool = resources.adopt(new pg.Pool({ connectionString: database.url, max: 1 }), it => it.end())
  log(await describeMachine(pool))
  await pool.query(`alter system set autovacuum_naptime = '1s'`)
  await pool.query('select pg_reload_conf()')
  const [oneTable] = layouts
  if (!oneTable) throw new Error('there is no layout')
  const table = await makeTable(pool, 'search_term_fact', oneTable)
  for (let number = 1; number <= plan.connections; number += 1)
    await pool.query(insertStatement(table), [number, firstDay, days])
  await pool.query(`vacuum analyze ${table}`)

  const factsAfter = (mornings: number) => plan.connections * rowsPerDay * (days + mornings)
  const bytesPerFact = async (mornings: number) => ((await sizeOf(pool, table)) * 1e6) / factsAfter(mornings)
  const bytesAsLoaded = await bytesPerFact(0)
  let maxBytes = bytesAsLoaded
  for (let morning = 1; morning <= plan.mornings; morning += 1) {
    for (let number = 1; number <= plan.connections; number += 1) await sync(pool, table, number, morning)
    await sleep(plan.restMilliseconds)
    const now = await bytesPerFact(morning)
    maxBytes = Math.max(maxBytes, now)
    if (morning % 10 === 0) log(`Morning ${morning}: ${formatNumber(now)} bytes a fact.`)
  }
  await assertFacts(pool, table, factsAfter(plan.mornings))
  const bytesAfterMornings = await bytesPerFact(plan.mornings)
  const { dead, vacuums } = await vacuumStatisticsOf(pool, table)
  log(
    `${plan.mornings} mornings of ${plan.connections} connections, ${restatementDays} days each: vacuumed ${vacuums} times; ${formatNumber(bytesAsLoaded)} bytes a fact as loaded, ${formatNumber(maxBytes)} at most.`,
  )
  await pool.query(`vacuum full ${table}`)
  const measure = (name: string, ours: number, reference: number, referenceName: string) =>
    ({ name: `mornings: ${name}`, unit: 'bytes', ours, reference, referenceName, target: null }) as const
  return [
    measure(
      'a fact with its key, after the mornings',
      bytesAfterMornings,
      await bytesPerFact(plan.mornings),
      'after VACUUM FULL',
    ),
    measure('a fact with its key, maximum', maxBytes, bytesAsLoaded, 'as loaded'),
    {
      name: 'mornings: live and dead rows per live row',
      unit: '',
      ours: 1 + dead / factsAfter(plan.mornings),
      reference:
        1 + (plan.mornings * restatementDays * rowsPerDay * plan.connections) / factsAfter(plan.mornings),
      referenceName: 'without autovacuum',
      target: null,
    },
  ]
}

async function assertFacts(pool: Pool, table: string, count: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`)
  if (rows[0]?.count !== count) throw new Error(`there are ${rows[0]?.count} facts instead of ${count}`)
}

async function vacuumStatisticsOf(pool: Pool, table: string): Promise<{ dead: number; vacuums: number }> {
  await pool.query('select pg_stat_force_next_flush()')
  await sleep(1500)
  const { rows } = await pool.query<{ dead: number; vacuums: number }>(
    `select n_dead_tup::int as dead, autovacuum_count::int as vacuums from pg_stat_user_tables where relname = $1`,
    [table],
  )
  return rows[0] ?? { dead: 0, vacuums: 0 }
}
