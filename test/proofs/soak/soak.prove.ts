/** S-23 S-24 S-51: a simulated day of two web and two worker processes, with faults most of the time. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { formatNumber, median, quantile } from '../../../bench/measures.ts'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { advanceClocks } from '../../journeys/clocks.ts'
import { postponeSyncs } from '../../journeys/user-records.ts'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { signIn } from '../../support/browser/sellers-journey.ts'
import { profilesOf } from '../../support/product/connected.ts'
import type { TestProduct } from '../../support/product/test-product.ts'
import { randomNumbers } from '../../support/seed.ts'
import { startDebianPostgres, whyNoDebianPostgres } from '../../support/servers/debian-postgres.ts'
import { createMovableClock, whyNoMovableClock } from '../outages/movable-clock.ts'
import { type Process, type Site, startSite } from '../outages/site.ts'
import { repetitions } from '../repetitions.ts'
import { drawSoak, type FaultSample } from './chart.ts'
import { type InjectedFault, injectedFaults } from './injected-faults.ts'
import { type ProcessSample, sampleProcesses, sampleTables, slopeOf, type TableSample } from './samples.ts'
import { checkSyncs } from './syncs.ts'

const isFull = process.env['PROVE'] === 'full'
const hours = 24
const { count: steps, seed } = repetitions(12, 144)
const { count: connections } = repetitions(8, 150)
/** Minutes by which all clocks advance in each step. */
const stepMinutes = (hours * 60) / steps
/** Real seconds between steps. With few steps, each needs a sweep for due syncs, which runs every five seconds. */
const stepSeconds = isFull ? 5 : 7
/** The remaining work must finish within this many ten-minute steps. */
const maxStepsAfter = 150
/** Hours left out of the growth check: at first, memory grows for caches and compiled code. */
const warmHours = hours / 4

t.test(
  `S-23 S-24 S-51 ${hours} hours with faults cause no missed sync, no lost data and no leak`,
  { skip: whyNoMovableClock || whyNoDebianPostgres },
  async t => {
    const clock = await createMovableClock(t)
    const server = await startDebianPostgres(t)
    const databaseUrl = await server.newDatabase('soak')
    await migrate(new Secret(databaseUrl))
    await makeSqlTimeMovable(databaseUrl)
    const site = await startSite(t, {
      webs: 2,
      workers: 2,
      databaseUrl,
      sandbox: { generationSeconds: { min: 0.2, max: 2 } },
      startOptions: () => ({ env: clock.env }),
    })
    const { product } = site
    const profiles = await profilesOf(product, 'thousand')
    const visitors = await Promise.all(Array.from({ length: 4 }, () => product.newUser()))
    const users = [...visitors.map(({ id }) => ({ existingUserId: id })), ...Array<object>(connections)]
    for (const [at, owner] of users.slice(0, connections).entries()) {
      const profile = profiles[(at * 7) % profiles.length]
      if (profile) await site.connect({ user: 'thousand', profile, ...owner })
    }
    await site.untilFinished(600)

    const stopVisiting = new AbortController()
    const webs = site.processes.filter(({ kind }) => kind === 'web')
    /** The simulated hour, and until when failed pages are excused (`performance.now()`). */
    const simulation = { hour: 0, excusedUntil: 0 }
    const visiting = visitors.map(({ email }, at) =>
      visit(webs[at % webs.length] as Process, email, stopVisiting.signal, simulation),
    )

    const samples: { processes: ProcessSample[]; tables: TableSample[]; faults: FaultSample[] } = {
      processes: [],
      tables: [],
      faults: [],
    }
    let minutes = 0
    const advanceTime = async (by = stepMinutes): Promise<void> => {
      minutes += by
      await product.query('update moved.clock set ahead = make_interval(mins => $1)', [minutes])
      await clock.set(minutes * 60)
      advanceClocks(product, by * 60_000)
    }
    const random = randomNumbers(seed)
    for (let step = 0; step < steps; step += 1) {
      const hour = (step * stepMinutes) / 60
      simulation.hour = hour
      await advanceTime()
      const fault = random() < 0.25 ? null : injectedFaults[Math.floor(random() * injectedFaults.length)]
      if (fault) samples.faults.push({ hour, name: fault.name })
      await runStep(site, fault ?? null, simulation)
      samples.processes.push(...(await sampleProcesses(site, hour)))
      if (step % 3 === 0) samples.tables.push(...(await sampleTables(site, hour)))
      t.comment(`hour ${formatNumber(hour)}: ${fault?.name ?? 'no fault'}`)
    }
    stopVisiting.abort()
    const pages = (await Promise.all(visiting)).flat()
    const end = product.clock.now()
    await postponeSyncs(product)
    // Failed steps are retried after minutes, or an hour.
    for (let step = 0; step < maxStepsAfter && (await openReports(product)) > 0; step += 1) {
      await advanceTime(10)
      await sleep(2000)
    }
    await site.untilFinished(60)

    const { due, missed, delayMinutes } = await checkSyncs(product, end, stepMinutes)
    t.comment(
      `${due} syncs were due, ${missed.length} missed; requested after ${formatNumber(median(delayMinutes))} minutes (median), ${formatNumber(Math.max(...delayMinutes))} at most`,
    )
    t.ok(due > 0)
    t.strictSame(missed, [], 'no sync is missed')
    t.strictSame(await site.findMismatches(), [], 'no data is lost, doubled or wrong')
    const failed = pages.filter(({ status, isExcused }) => status >= 500 && !isExcused)
    t.comment(
      `${pages.length} pages, ${pages.filter(({ status }) => status >= 500).length} failed in an outage`,
    )
    t.strictSame(failed, [], 'a page fails only while our own database is down')
    assertNoGrowth(t, samples.processes)
    logTables(t, samples.tables)
    if (isFull) await writeFile(join(import.meta.dirname, '../../../docs/soak.svg'), await drawSoak(samples))
  },
)

async function openReports({ query }: TestProduct): Promise<number> {
  const [row] = await query<{ open: number }>(
    'select count(*)::int as open from report where due_at is not null',
  )
  return row?.open ?? 0
}

/** Shifts PostgreSQL's time in SQL only: {@link createMovableClock} would disable its timeouts. */
async function makeSqlTimeMovable(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`
    create schema moved;
    create table moved.clock as select interval '0' as ahead;
    -- The product runs with a separate role (decision 33).
    grant usage on schema moved to public;
    grant select on moved.clock to public;
    create function moved.clock_timestamp() returns timestamptz language sql volatile as
      'select pg_catalog.clock_timestamp() + ahead from moved.clock';
    create function moved.now() returns timestamptz language sql stable as
      'select pg_catalog.now() + ahead from moved.clock';
    do $$ begin execute format('alter database %I set search_path = moved, pg_catalog, public', current_database()); end $$`)
  await client.end()
}

async function runStep(
  site: Site,
  fault: InjectedFault | null,
  simulation: { excusedUntil: number },
): Promise<void> {
  if (!fault) return sleep(stepSeconds * 1000)
  if (fault.mayBreakPages) simulation.excusedUntil = Number.POSITIVE_INFINITY
  const began = performance.now()
  await fault.begin(site)
  await sleep(Math.max(0, stepSeconds * 700 - (performance.now() - began)))
  await fault.end(site)
  // A dead database connection is only noticed after some seconds.
  if (fault.mayBreakPages) simulation.excusedUntil = performance.now() + 15_000
  await sleep(stepSeconds * 300)
}

interface Visit {
  readonly page: string
  /** 599 if there is no response. */
  readonly status: number
  readonly isExcused: boolean
}

async function visit(
  { port }: Process,
  email: string,
  signal: AbortSignal,
  simulation: { readonly hour: number; readonly excusedUntil: number },
): Promise<Visit[]> {
  const browser = new HttpBrowser(`http://localhost:${port}`)
  const visits: Visit[] = []
  while (!signal.aborted) {
    for (const path of [
      '/dashboard/ads/',
      '/dashboard/ads/status',
      '/dashboard/ads/search-terms',
      '/dashboard/ads/campaigns',
      '/dashboard/settings',
    ]) {
      const began = performance.now()
      const status = await browser.request(path).then(
        async answer => {
          await answer.text()
          return answer.status
        },
        () => 599,
      )
      visits.push({
        page: `${path} of web ${port} in hour ${formatNumber(simulation.hour)}`,
        status,
        isExcused: began < simulation.excusedUntil,
      })
      if (status === 302 || status === 303) await signIn(browser, email).catch(() => undefined)
      await sleep(200)
    }
  }
  return visits
}

function assertNoGrowth(t: Test, samples: readonly ProcessSample[]): void {
  for (const name of ['web 1', 'worker 1']) {
    const ownSamples = samples.filter(({ process, hour }) => process === name && hour >= warmHours)
    t.equal(new Set(ownSamples.map(({ pid }) => pid)).size, 1, `${name} runs all day`)
    const [memoryGrowth, handleGrowth] = [
      slopeOf(ownSamples.map(sample => [sample.hour, sample.memory])),
      slopeOf(ownSamples.map(sample => [sample.hour, sample.handles])),
    ]
    const [medianMemory, maxMemory] = [
      median(ownSamples.map(sample => sample.memory)),
      Math.max(...ownSamples.map(sample => sample.memory)),
    ]
    const connectionsInUse = ownSamples.flatMap(({ inUse }) => (inUse === null ? [] : [inUse]))
    const waiting = ownSamples.flatMap(({ waiting }) => (waiting === null ? [] : [waiting]))
    t.comment(
      `${name}: memory ${formatNumber(medianMemory)} MB (median), ${formatNumber(maxMemory)} at most, ${formatNumber(memoryGrowth)} MB more each hour; handles ${median(ownSamples.map(sample => sample.handles))} (median), ${Math.max(...ownSamples.map(sample => sample.handles))} at most, ${formatNumber(handleGrowth)} more each hour; database connections in use ${formatNumber(quantile(connectionsInUse, 0.95))} at p95, ${Math.max(...connectionsInUse)} at most; waiting for one ${Math.max(...waiting)} at most`,
    )
    if (!isFull) continue
    t.ok(memoryGrowth * 24 < medianMemory / 5, `${name} grows by less than a fifth in a day`)
    t.ok(handleGrowth * 24 < 10, `${name} leaves no handle open`)
    t.equal(waiting.at(-1), 0, `${name} has no request waiting for a connection at the end`)
  }
}

function logTables(t: Test, samples: readonly TableSample[]): void {
  const [first, last] = [samples[0]?.hour, samples.at(-1)?.hour]
  const at = (hour: number | undefined) => samples.filter(sample => sample.hour === hour)
  const before = new Map(at(first).map(sample => [sample.table, sample]))
  for (const { table, megabytes, live, dead } of at(last)
    .toSorted((one, other) => other.megabytes - one.megabytes)
    .slice(0, 12))
    t.comment(
      `${table}: ${formatNumber(before.get(table)?.megabytes ?? 0)} MB, at the end ${formatNumber(megabytes)}; ${live} rows, ${dead} dead`,
    )
}
