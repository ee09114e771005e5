import type { Pool } from 'pg'
import { EraseConnections } from '../../src/application/connection/erase-connections.ts'
import { drawSearches, measureAgents, withTotal } from '../console/searches.ts'
import { seedCrowd } from '../console/seed.ts'
import { readCrowd } from '../console/seeded-cases.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { openEverySecond } from '../pages/patterns.ts'
import { Reader } from '../pages/reader.ts'
import { measurePolls } from '../poll/poll.ts'
import { cookiesOf, seedWaitingSellers } from '../poll/waiting.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'
import { factsPerDay, loadedDays, seedFacts } from './facts.ts'

const full = {
  users: 100_000,
  connections: 1000,
  readers: 20,
  waiting: 10_000,
  seconds: 20,
  agents: 10,
  questions: 6,
}
const quick = { users: 1500, connections: 20, readers: 4, waiting: 100, seconds: 2, agents: 2, questions: 1 }

/** Checks pages, console and polls with 100,000 connections, thousands of them with facts, against the usual limits. */
export async function benchSize({
  quick: isQuick,
  connections,
  facts,
  profile,
  log,
}: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using fixture = await Fixture.open()
  const { pool } = fixture
  log(await describeMachine(pool))
  const startedAt = performance.now()
  const elapsed = () => formatNumber((performance.now() - startedAt) / 1000)
  await seedCrowd(pool, { users: plan.users, reports: 10 })
  log(
    `${plan.users.toLocaleString('en-US')} users and about the same number of connections, after ${elapsed()} s.`,
  )
  let reportedFacts = 0
  const minFacts = plan.connections * factsPerDay * loadedDays
  const factor = Math.max(1, Math.round((facts ?? 0) / minFacts))
  const connectionIds = await seedFacts(pool, { connections: plan.connections, factor }, seeded => {
    if (seeded < reportedFacts + 2_000_000) return
    reportedFacts = seeded
    log(`${seeded.toLocaleString('en-US')} facts, after ${elapsed()} s.`)
  })
  log(`${(minFacts * factor).toLocaleString('en-US')} facts, ${await sizeOf(pool)}, after ${elapsed()} s.`)

  const { web, address } = await fixture.openWeb()
  const sessions = await sessionsOf(pool, evenlySpacedItems(connectionIds, plan.readers))
  const cookies = await cookiesOf(sessions, fixture.config.tokenKey)
  const readers = cookies.map(cookie => fixture.keep(new Reader(address, cookie), async it => it.close()))
  const measureOf = (name: string, ours: number, reference: number, unit = 'ms'): Measure => {
    log(`${name}: ${formatNumber(ours)} ${unit}`)
    return { name: `size: ${name}`, unit, ours, reference, referenceName: 'limit', target: 1 }
  }
  const p99Of = async (path: string) => {
    await openEverySecond(readers, path, 2)
    return quantile(await openEverySecond(readers, path, plan.seconds), 0.99)
  }
  const measures = [
    measureOf('dashboard, p99', await p99Of('/dashboard/ads/'), 25),
    measureOf('search terms, p99', await p99Of('/dashboard/ads/search-terms'), 50),
  ]

  const crowd = await readCrowd(pool, plan.questions * 4)
  const questions = drawSearches(crowd, plan.questions)
  await vacuumAndCheckpoint(pool)
  const agents = await fixture.signInAgents(address, plan.agents)
  await measureAgents(agents, questions, { rounds: 1, pause: 0 })
  const searchTimes = withTotal(
    await measureAgents(agents, questions, { rounds: 4, pause: isQuick ? 0 : 200 }),
  )
  measures.push(measureOf('console search, p99', quantile(searchTimes.get('all searches') ?? [], 0.99), 50))

  const waiting = await cookiesOf(await seedWaitingSellers(pool, plan.waiting), fixture.config.tokenKey)
  const polls = await measurePolls(fixture, { web, address }, waiting, {
    seconds: plan.seconds,
    profile,
    log,
  })
  measures.push(...polls.map(measure => ({ ...measure, name: `size: ${measure.name}` })))

  const [erased] = connectionIds
  if (erased) measures.push(measureOf('erasing a connection', await erase(fixture, erased), 5, 's'))
  return measures
}

const evenlySpacedItems = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as Item)

async function sessionsOf(pool: Pool, connections: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into session (id, user_id, kind, opened_at, last_seen_at, expires_at, device, current_connection_id)
     select gen_random_uuid(), user_id, 'seller', now(), now(), now() + interval '14 days', 'a browser', id
     from connection where id = any($1) returning id`,
    [connections],
  )
  return rows.map(({ id }) => id)
}

/** Makes the connection the first to be erased. @returns seconds of the worker's sweep. */
async function erase({ product, pool }: Fixture, id: string): Promise<number> {
  await pool.query(
    `update connection set status = 'closed', closed_at = now(), close_reason = 'disconnected', erase_at = '2000-01-01' where id = $1`,
    [id],
  )
  await pool.query(`delete from connection_grant where connection_id = $1`, [id])
  const erasing = product.container.get(EraseConnections)
  const startedAt = performance.now()
  await erasing.execute(1)
  const seconds = (performance.now() - startedAt) / 1000
  const { rows } = await pool.query<{ left: number }>(
    `select (select count(*) from search_term_fact where connection_id = $1)::int
       + (select count(*) from report where connection_id = $1)::int as left`,
    [id],
  )
  if (rows[0]?.left !== 0) throw new Error(`${rows[0]?.left} rows of the erased connection are left`)
  return seconds
}

async function sizeOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  )
  return rows[0]?.size ?? ''
}
