import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProfileDirectory } from '../../src/application/connection/ports.ts'
import { RequestSync } from '../../src/application/ingestion/request-sync.ts'
import { UnitOfWork } from '../../src/application/ports.ts'
import { LocalAmazon } from '../amazon/local-amazon.ts'
import { cpuSecondsOf, cpuSecondsOfPostgres } from '../cpu.ts'
import { startDatabase } from '../database.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { type BenchProduct, connectProfile, openProduct } from '../product.ts'
import { ProductProcess } from '../product-process.ts'
import { recordAsLoaded } from '../size/facts.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'
import { type Sync, syncOutcomes, waitUntilFinished, waitUntilInProgress } from './outcome.ts'

/** `limit`: report requests a minute that a region accepts; below our default, so that it throttles us. */
const full = {
  largestAccount: 'huge',
  limit: 900,
  connections: 100,
  newSellers: 8,
  workers: 2,
  generation: { min: 1, max: 10 },
}
const quick = {
  largestAccount: 'us-seller',
  limit: 6000,
  connections: 4,
  newSellers: 1,
  workers: 1,
  generation: { min: 0.1, max: 0.5 },
}
/** From this many connections, the limit is higher. It still throttles: one region has two thirds of them. */
const large = { connections: 1000, limit: 1200 }
/** The default plan polls for the first time after 30 seconds. */
const quickPolls = { REPORT_POLL_SECONDS: '0.2-1' }

/** Longest acceptable wait, in seconds, from the choice to the first figures, excluding Amazon's generation time. */
const maxFirstFiguresSeconds = 10

/**
 * Daily syncs of all connections due at once, as after an outage, at an Amazon that throttles. One account is very
 * large. Sellers connect in the middle of it.
 */
export async function benchFleet({ quick: isQuick, connections, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : planFor(connections ?? full.connections)
  await using resources = new AsyncDisposableStack()
  const database = resources.adopt(await startDatabase(), it => it.stop())
  const amazon = resources.adopt(await LocalAmazon.start({ ...plan.generation, spread: 'magnitudes' }), it =>
    it.end(),
  )
  await amazon.set({ requestsPerMinute: plan.limit })
  const config = {
    databaseUrl: database.url,
    environment: { ...amazon.environment, ...(isQuick && quickPolls) },
    tokenKey: randomBytes(32).toString('base64'),
  }
  const product = resources.use(await openProduct(config))
  const { pool } = product.database
  log(await describeMachine(pool))
  const largestConnectionId = await seed(product, amazon, plan)
  log(`${plan.connections} connections are due, one of them very large.`)

  const firstFiguresSeconds: number[] = []
  const startedAt = performance.now()
  const workers: ProductProcess[] = []
  const databaseBefore = await cpuSecondsOfPostgres(pool)
  const calls = await amazon.callsDuring(async () => {
    const starting = Array.from({ length: plan.workers }, () => ProductProcess.start('worker', config))
    for (const worker of starting) workers.push(resources.use(await worker))
    await waitUntilInProgress(pool, plan.connections)
    for (let index = 0; index < plan.newSellers; index += 1)
      firstFiguresSeconds.push(await connectNewSeller(product, amazon, index))
    await waitUntilFinished(pool, plan.connections, done => log(`${done} of ${plan.connections} are synced.`))
  })
  const seconds = (performance.now() - startedAt) / 1000
  const cpuSeconds =
    workers.reduce((sum, { child }) => sum + cpuSecondsOf(child.pid ?? 0), 0) +
    (await cpuSecondsOfPostgres(pool)) -
    databaseBefore
  const syncs = await syncOutcomes(pool)
  const failed = syncs.reduce((sum, each) => sum + each.failed, 0)
  if (failed > 0) throw new Error(`${failed} reports failed`)
  return measuresOf({
    plan,
    syncs,
    firstFiguresSeconds,
    calls,
    seconds,
    cpuSeconds,
    largestConnectionId,
    log,
  })
}

const planFor = (connections: number): typeof full => ({
  ...full,
  connections,
  limit: connections < large.connections ? full.limit : large.limit,
})

/** @returns the connection id of the largest account. */
async function seed(
  product: BenchProduct,
  amazon: LocalAmazon,
  { largestAccount, connections: count }: Pick<typeof full, 'largestAccount' | 'connections'>,
): Promise<string> {
  const { container, database } = product
  const directory = container.get(ProfileDirectory)
  const allProfiles = async (user: string) => {
    const { accessToken } = await amazon.consent(user)
    const found = await Promise.all(
      (['na', 'eu', 'fe'] as const).map(region => directory.listProfiles(region, accessToken)),
    )
    return found.flat()
  }
  const [smallProfiles, [largestProfile]] = [await allProfiles('thousand'), await allProfiles(largestAccount)]
  if (!largestProfile) throw new Error('the largest account has no profile')
  const tokens = await amazon.consent('thousand')
  const largest = await connectProfile(product, largestProfile, await amazon.consent(largestAccount))
  for (let index = 1; index < count; index += 1) {
    const profile = smallProfiles[index % smallProfiles.length]
    if (profile) await connectProfile(product, profile, tokens)
  }
  await database.pool.query(`insert into subscription (user_id, plan) select id, 'annual' from app_user`)
  const { rows } = await database.pool.query<{ id: string }>(
    'insert into sync_schedule (connection_id, due_at) select id, now() from connection returning connection_id as id',
  )
  await recordAsLoaded(
    database.pool,
    rows.map(({ id }) => id),
  )
  // The case changes come from connecting and don't belong to the measured syncs.
  await database.pool.query('truncate case_change')
  await vacuumAndCheckpoint(database.pool)
  return largest.id
}

/** @returns seconds from the choice to the first rows, excluding Amazon's generation time. */
async function connectNewSeller(product: BenchProduct, amazon: LocalAmazon, index: number): Promise<number> {
  const { container, database } = product
  const tokens = await amazon.consent('two-hundred')
  const profiles = await container.get(ProfileDirectory).listProfiles('na', tokens.accessToken)
  const profile = profiles[index]
  if (!profile) throw new Error(`there is no profile ${index}`)
  const connection = await connectProfile(product, profile, tokens)
  await database.pool.query(`insert into subscription (user_id, plan) values ($1, 'annual')`, [
    connection.userId,
  ])
  const ingestion = container.get(RequestSync)
  const startedAt = performance.now()
  await ingestion.enqueue(
    await container.get(UnitOfWork).transaction(() => ingestion.execute({ connection, kind: 'initial' })),
  )
  for (;;) {
    const { rows } = await database.pool.query<{ seconds: number }>(
      `select extract(epoch from completed_at - accepted_at)::float8 as seconds from report
       where connection_id = $1 and status = 'loaded' order by loaded_at limit 1`,
      [connection.id],
    )
    const elapsed = (performance.now() - startedAt) / 1000
    if (rows[0]) return elapsed - (rows[0].seconds ?? 0)
    if (elapsed > 600) throw new Error('a new seller waited ten minutes for their first figures')
    await sleep(20)
  }
}

interface FleetResult {
  readonly plan: typeof full
  readonly syncs: readonly Sync[]
  readonly firstFiguresSeconds: readonly number[]
  readonly calls: Readonly<Record<string, number>>
  readonly seconds: number
  /** Processor seconds of the workers and PostgreSQL. */
  readonly cpuSeconds: number
  readonly largestConnectionId: string
  readonly log: BenchOptions['log']
}

/** Seconds in which the busiest region can accept all its report requests, including new sellers'. */
function minSeconds(syncs: readonly Sync[], limit: number): number {
  const reportsByRegion = [...Map.groupBy(syncs, ({ region }) => region).values()].map(regionSyncs =>
    regionSyncs.reduce((sum, { reports }) => sum + reports, 0),
  )
  return (Math.max(...reportsByRegion) / limit) * 60
}

function measuresOf({
  plan,
  syncs,
  firstFiguresSeconds,
  calls,
  seconds,
  cpuSeconds,
  largestConnectionId,
  log,
}: FleetResult): Measure[] {
  const accounts = plan.connections + plan.newSellers
  const daily = syncs.filter(({ kind }) => kind === 'daily')
  const largest = daily.find(({ connectionId }) => connectionId === largestConnectionId)
  const small = daily.filter(sync => sync !== largest).map(sync => sync.seconds)
  const createCalls = calls['create'] ?? 0
  const throttled = createCalls - syncs.reduce((sum, each) => sum + each.requests, 0)
  const callCount = Object.values(calls).reduce((sum, count) => sum + count, 0)
  const slowest = daily
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, Math.ceil(daily.length / 100))
  log(
    `${daily.length} syncs in ${formatNumber(seconds)} s: ${formatNumber(median(small))} s (median) from due to loaded, ${formatNumber(quantile(small, 0.99))} s at p99; the largest account ${formatNumber(largest?.seconds ?? 0)} s.`,
  )
  log(`The slowest: ${slowest.map(each => `${formatNumber(each.seconds)} s`).join(', ')}.`)
  log(
    `New sellers saw their first figures after ${firstFiguresSeconds.map(each => formatNumber(each)).join(', ')} s, excluding Amazon’s generation time.`,
  )
  log(
    `Calls: ${Object.entries(calls)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}.`,
  )
  const lowerBound = minSeconds(syncs, plan.limit)
  return [
    {
      name: `fleet: accounts an hour, ${plan.workers} workers, ${plan.connections} due at once`,
      unit: '',
      ours: (daily.length / seconds) * 3600,
      reference: (daily.length / lowerBound) * 3600,
      referenceName: 'limit of the busiest region',
      more: 'better',
      target: null,
    },
    {
      name: 'fleet: processor time per account, workers and PostgreSQL',
      unit: 's',
      ours: cpuSeconds / accounts,
      reference: (2 * 86_400) / 100_000,
      referenceName: 'two processors for 100,000 accounts a day',
      target: 1,
    },
    {
      name: 'fleet: calls to Amazon per account',
      unit: 'calls',
      ours: callCount / accounts,
      reference: 15 * 3,
      referenceName: 'a request, a poll and a download per report',
      target: null,
    },
    {
      name: 'fleet: report requests that Amazon did not throttle',
      unit: '%',
      ours: 100 - (100 * throttled) / createCalls,
      reference: 100,
      referenceName: 'all requests',
      more: 'better',
      target: null,
    },
    {
      name: 'fleet: sync of a small account, p99',
      unit: 's',
      ours: quantile(small, 0.99),
      reference: seconds,
      referenceName: 'all syncs',
      target: null,
    },
    {
      name: 'fleet: slowest first figures of a new seller',
      unit: 's',
      ours: Math.max(...firstFiguresSeconds),
      reference: maxFirstFiguresSeconds,
      referenceName: 'limit',
      target: 1,
    },
  ]
}
