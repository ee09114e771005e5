import { randomBytes } from 'node:crypto'
import { ProfileDirectory } from '../../src/application/connection/ports.ts'
import { JobQueue } from '../../src/application/ingestion/ports.ts'
import { AdvertisingReports } from '../../src/application/ingestion/report-ports.ts'
import { RequestSync } from '../../src/application/ingestion/request-sync.ts'
import { UnitOfWork } from '../../src/application/ports.ts'
import { seconds } from '../../src/domain/calendar.ts'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { LocalAmazon } from '../amazon/local-amazon.ts'
import { startDatabase } from '../database.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { type BenchProduct, connectProfile, openProduct } from '../product.ts'
import { checkFigures } from './check-figures.ts'
import { CountedReports } from './counted-reports.ts'
import { boundOf, type MaxLag, minPolls } from './detection-lag.ts'
import { LateJobQueue, measureJobQueueRate, measureLateness, measureRowRate } from './jobs.ts'
import { type ReportOutcome, readyOutcomes, reportOutcomes } from './outcome.ts'
import { type Arrival, simulate } from './simulation.ts'
import { SkippingClock } from './skipping-clock.ts'

const full = {
  connections: 30,
  everySeconds: 120,
  generation: { min: 30, max: 3600 },
  enqueues: 200,
  concurrentJobs: 1000,
}
const quick = {
  connections: 3,
  everySeconds: 4,
  generation: { min: 30, max: 60 },
  enqueues: 10,
  concurrentJobs: 50,
}

/** 20% of the generation time or 15 s: the larger of the two. Amazon takes at least two minutes. */
const maxLag: MaxLag = { share: 0.2, seconds: 15, earliest: full.generation.min }
const allowedWorkSeconds = 2

type Log = BenchOptions['log']

export async function benchWait({ quick: isQuick, connections, log }: BenchOptions): Promise<Measure[]> {
  const plan = isQuick ? quick : { ...full, ...(connections && { connections }) }
  await using resources = new AsyncDisposableStack()
  const database = resources.adopt(await startDatabase(), it => it.stop())
  const amazon = resources.adopt(await LocalAmazon.start({ ...plan.generation, spread: 'magnitudes' }), it =>
    it.end(),
  )
  const clock = new SkippingClock()
  const tokenKey = randomBytes(32).toString('base64')
  const product = resources.use(
    await openProduct({ databaseUrl: database.url, environment: amazon.environment, tokenKey }, clock),
  )
  log(await describeMachine(product.database.pool))

  const lateness = await measureLateness(product.agenda, plan.enqueues)
  log(
    `Agenda ran jobs ${formatDistribution(lateness)} ms late (median, p95), measured over ${lateness.length} jobs.`,
  )
  const jobRate = await measureJobQueueRate(product.agenda, plan.concurrentJobs)
  const rowRate = await measureRowRate(product.database.pool, plan.concurrentJobs)
  const jobQueue = new LateJobQueue(clock, lateness)
  const reports = new CountedReports(amazon.settings)
  const { container } = product
  ;(await container.rebind(JobQueue)).toConstantValue(jobQueue)
  ;(await container.rebind(AdvertisingReports)).toConstantValue(reports)

  const start = { real: performance.now(), simulated: clock.now().getTime() }
  const arrivals = await arrivalsOf(product, amazon, plan)
  const moveAmazon = (milliseconds: number) => amazon.moveClock(milliseconds)
  const { steps } = await simulate({ container, clock, jobQueue, log, moveAmazon }, arrivals, () =>
    isFinished(product),
  )
  const [real, simulated] = [performance.now() - start.real, clock.now().getTime() - start.simulated]
  log(
    `${plan.connections} connections, ${plan.connections * reportCatalogue.length} reports: ${steps} steps in ${formatNumber(real / 1000)} s, in which ${formatNumber(simulated / 60_000)} minutes passed on the skipping clock.`,
  )
  await checkFigures(product, amazon, plan.connections)
  return [
    ...measuresOf(await reportOutcomes(product, amazon), await readyOutcomes(product), reports.calls, log),
    {
      name: 'wait: jobs enqueued and received a second by one process',
      unit: '',
      ours: jobRate,
      reference: rowRate,
      referenceName: 'a bare row inserted and claimed',
      more: 'better',
      target: null,
    },
  ]
}

async function arrivalsOf(
  product: BenchProduct,
  amazon: LocalAmazon,
  { connections, everySeconds }: typeof full,
): Promise<Arrival[]> {
  const { container } = product
  const tokens = await amazon.consent('two-hundred')
  const directory = container.get(ProfileDirectory)
  const regions = (['na', 'eu', 'fe'] as const).map(region =>
    directory.listProfiles(region, tokens.accessToken),
  )
  const profiles = (await Promise.all(regions)).flat().slice(0, connections)
  return profiles.map((profile, index) => ({
    after: seconds(index * everySeconds),
    async run() {
      const connection = await connectProfile(product, profile, await amazon.consent('two-hundred'))
      const ingestion = container.get(RequestSync)
      const requestReports = () => ingestion.execute({ connection, kind: 'initial' })
      await ingestion.enqueue(await container.get(UnitOfWork).transaction(requestReports))
    },
  }))
}

async function isFinished({ database }: BenchProduct): Promise<boolean> {
  const { rowCount } = await database.pool.query('select from sync_run where finished_at is null limit 1')
  return rowCount === 0
}

function measuresOf(
  outcomes: readonly ReportOutcome[],
  readySeconds: readonly number[],
  calls: CountedReports['calls'],
  log: Log,
): Measure[] {
  const generation = outcomes.map(one => one.generation)
  log(
    `Generation took ${formatDistribution(generation)} s (median, p95), from ${formatNumber(Math.min(...generation))} to ${formatNumber(Math.max(...generation))}.`,
  )
  log(`Reports had ${formatDistribution(outcomes.map(({ rows }) => rows))} rows (median, p95).`)
  log(`Detection lag: ${formatDistribution(outcomes.map(({ lag }) => lag))} s (median, p95).`)
  const shares = outcomes.map(({ lag, generation }) => lag / boundOf(maxLag, generation))
  log(
    `Lag as a share of the limit: ${formatDistribution(shares)} (median, p95), at most ${formatNumber(Math.max(...shares))}.`,
  )
  const minPollCount = generation.reduce((sum, age) => sum + minPolls(maxLag, age), 0)
  const { requests, polls, downloads } = calls
  const perReport = (count: number) => count / outcomes.length
  log(
    `Calls per report: ${formatNumber(perReport(requests))} requests, ${formatNumber(perReport(polls))} polls, ${formatNumber(perReport(downloads))} downloads.`,
  )
  const work = { unit: 's', reference: allowedWorkSeconds, referenceName: 'allowed', target: 1 } as const
  return [
    {
      ...work,
      name: 'wait: our work per report, p95',
      ours: quantile(
        outcomes.map(one => one.work),
        0.95,
      ),
    },
    {
      ...work,
      name: 'wait: from noticing the last COMPLETED to Ready, p95',
      ours: quantile(readySeconds, 0.95),
    },
    {
      name: 'wait: detection lag as a share of the limit, p95',
      unit: '×',
      ours: quantile(shares, 0.95),
      reference: 1,
      referenceName: 'max(20% of generation, 15 s)',
      target: 1,
    },
    {
      name: 'wait: polls per report',
      unit: 'calls',
      ours: perReport(polls),
      reference: perReport(minPollCount),
      referenceName: 'fewest for this lag',
      target: null,
    },
  ]
}

const formatDistribution = (values: readonly number[]): string =>
  `${formatNumber(median(values))}, ${formatNumber(quantile(values, 0.95))}`
