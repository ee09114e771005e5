import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { ProfileDirectory } from '../../src/application/connection/ports.ts'
import type { ActiveConnection } from '../../src/domain/connection/connection.ts'
import { ineligibility } from '../../src/domain/profile/profile.ts'
import { regions } from '../../src/domain/profile/region.ts'
import { BenchProcess } from '../bench-process.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { connectProfile } from '../product.ts'
import { runProfiled } from '../profiled.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'
import { workerFlags } from '../worker-flags.ts'
import type { BareCalls } from './bare.ts'
import { Fixture } from './fixture.ts'
import { openEverySecond, openSequentially, openWithoutPause } from './patterns.ts'
import { Reader } from './reader.ts'
import { large, rollUp, seedFacts, small } from './seed.ts'

const full = { connections: 4, size: large, readers: 20, seconds: 20, rounds: 30, viewsPerPage: 10 }
const quick = { connections: 2, size: small, readers: 4, seconds: 2, rounds: 5, viewsPerPage: 5 }

const dashboard = '/dashboard/ads/'

const tablePages = {
  'search terms, 30 days': 'search-terms',
  'search terms, 7 days': 'search-terms?period=7d',
  'search terms, last month': 'search-terms?period=last_month',
  'search terms, by ACOS': 'search-terms?sort=acos',
  'search terms, part of a name': 'search-terms?q=type+77',
  'search terms, wasted spend': 'search-terms?wasted=yes',
  'targeting, 30 days': 'targeting',
  'products, 30 days': 'products',
  campaigns: 'campaigns',
}
const otherPages = {
  'all accounts': '/dashboard/ads/accounts',
  settings: '/dashboard/settings',
  help: '/dashboard/help',
}
const customRange = 'search terms, custom range'

/** Measures the pages, compared with the work that no page can do without. */
export async function benchPages({
  quick: isQuick,
  connections,
  profile,
  log,
}: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using fixture = await Fixture.open()
  const { pool } = fixture
  log(await describeMachine(pool))
  const [first] = await seed(fixture, plan, log)
  if (!first) throw new Error('nothing is connected')

  const { web, address } = await fixture.serve()
  const readers = await fixture.signInSellers(address, plan.readers)
  const bareProcess = fixture.keep(
    new BenchProcess<BareCalls>(join(import.meta.dirname, 'bare.ts'), workerFlags),
    it => it.end(),
  )
  const bare = await bareProcess.call('start', { ...fixture.config, connectionId: first.id })
  const bareReaders = readers.map(() => fixture.keep(new Reader(bare.address), async it => it.close()))

  log('Warming up.')
  for (const path of [dashboard, ...Object.values(tablePages).map(each => dashboard + each)])
    for (const each of readers.slice(0, plan.connections)) await each.get(path)
  await pool.query('select pg_stat_force_next_flush()')
  const scansBefore = await sequentialScans(pool)

  const measures: Measure[] = []
  const addMeasure = (
    name: string,
    ours: number,
    maxMilliseconds: number | null,
    referenceName = 'limit',
  ) => {
    log(`${name}: ${formatNumber(ours)} ms`)
    measures.push({
      name: `pages: ${name}`,
      unit: 'ms',
      ours,
      reference: maxMilliseconds ?? ours,
      referenceName,
      target: maxMilliseconds === null ? null : 1,
    })
  }

  log(`${plan.readers} readers open the dashboard, each once a second, for ${plan.seconds} s.`)
  const everySecond = await runProfiled(web, 'The dashboard', { profile, log }, () =>
    openEverySecond(readers, dashboard, plan.seconds),
  )
  addMeasure(`dashboard, p99, ${plan.readers} readers, a page a second each`, quantile(everySecond, 0.99), 25)
  for (const [name, path] of [
    ['a bare reply of the same size', '/reply'],
    ['a bare render of the same page', '/render'],
  ] as const) {
    const bareTimes = await openEverySecond(bareReaders, path, plan.seconds / 2)
    measures.push({
      name: `pages: dashboard, median, ${name}`,
      unit: 'ms',
      ours: median(everySecond),
      reference: median(bareTimes),
      referenceName: name,
      target: null,
    })
  }
  const withoutPause = await openWithoutPause(readers, dashboard, plan.rounds)
  addMeasure(
    `dashboard, p99, ${plan.readers} readers without a pause`,
    quantile(withoutPause.times, 0.99),
    null,
    'itself',
  )

  for (const [name, path] of Object.entries(tablePages)) {
    const times = await openSequentially(readers, dashboard + path, plan.viewsPerPage)
    addMeasure(`${name}, p99`, quantile(times, 0.99), 50)
  }
  for (const [name, path] of Object.entries(otherPages))
    addMeasure(
      `${name}, p99`,
      quantile(await openSequentially(readers, path, plan.viewsPerPage), 0.99),
      null,
      'itself',
    )
  const customRangeTimes = await openSequentially(
    readers.slice(0, plan.connections),
    `${dashboard}search-terms?from=${daysAgo(25)}&to=${daysAgo(6)}`,
    2,
  )
  addMeasure(`${customRange}, median`, median(customRangeTimes), null, 'itself')
  const searchTermTimes = await runProfiled(web, 'Search terms', { profile, log }, () =>
    openEverySecond(readers, `${dashboard}search-terms`, plan.seconds / 2),
  )
  addMeasure(
    `search terms, p99, ${plan.readers} readers, a page a second each`,
    quantile(searchTermTimes, 0.99),
    50,
  )

  const status = await openWithoutPause(readers, `${dashboard}status`, plan.rounds * 4)
  for (const [referenceName, path, target] of [
    ['a bare route with one read', '/read', 0.6],
    ['a bare route with the same query', '/query', null],
  ] as const) {
    const bareStatus = await openWithoutPause(bareReaders, path, plan.rounds * 4)
    measures.push({
      name: 'pages: status poll, all readers without a pause',
      unit: 'ms per poll',
      ours: status.millisecondsEach,
      reference: bareStatus.millisecondsEach,
      referenceName,
      target,
    })
  }
  await pool.query('select pg_stat_force_next_flush()')
  await sleep(1500)
  // Skipped with two small accounts, where a sequential scan of half a table is as fast.
  if (!isQuick) assertNoSequentialScans(await sequentialScans(pool), scansBefore, log)
  return measures
}

/** @throws {Error} when the sandbox has too few profiles. */
async function seed(
  { amazon, product, pool }: Fixture,
  { connections, size }: typeof full,
  log: BenchOptions['log'],
): Promise<ActiveConnection[]> {
  const tokens = await amazon.consent('two-hundred')
  const directory = product.container.get(ProfileDirectory)
  const found = await Promise.all(regions.map(region => directory.listProfiles(region, tokens.accessToken)))
  const profiles = found
    .flat()
    .filter(profile => ineligibility(profile) === null)
    .slice(0, connections)
  if (profiles.length < connections) throw new Error(`there are only ${profiles.length} profiles`)
  const startedAt = performance.now()
  const connected: ActiveConnection[] = []
  let facts = 0
  for (const profile of profiles) {
    const connection = await connectProfile(product, profile, tokens)
    facts += (await seedFacts(product, connection, size, connected.length)).facts
    connected.push(connection)
  }
  log(
    `${connected.length} connections with ${facts.toLocaleString('en-US')} facts, in ${seconds(startedAt)} s.`,
  )
  await pool.query('vacuum analyze')
  const rollUps = await rollUp(product)
  log(
    `${rollUps.tables} tables rolled up, ${rollUps.rows.toLocaleString('en-US')} rows, in ${formatNumber(rollUps.milliseconds / 1000)} s.`,
  )
  await vacuumAndCheckpoint(pool)
  return connected
}

const seconds = (since: number): string => formatNumber((performance.now() - since) / 1000)

const daysAgo = (count: number): string =>
  new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10)

/** Counts scans only of tables large enough to be read by index. */
async function sequentialScans(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ name: string; scans: number }>(
    `select relname as name, seq_scan::int as scans from pg_stat_user_tables where n_live_tup > 1000`,
  )
  return new Map(rows.map(({ name, scans }) => [name, scans]))
}

/** @throws {Error} naming the tables that were scanned sequentially. */
function assertNoSequentialScans(
  after: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
  log: BenchOptions['log'],
): void {
  const scanned = [...after].filter(([name, scans]) => scans > (before.get(name) ?? 0)).map(([name]) => name)
  if (scanned.length > 0) throw new Error(`scanned sequentially: ${scanned.join(', ')}`)
  log(
    `None of the tables with more than 1,000 rows was scanned sequentially: ${[...after.keys()].sort().join(', ')}.`,
  )
}
