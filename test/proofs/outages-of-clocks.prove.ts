/** S-14 S-23 S-24 S-25 S-52: clocks jump by an hour and back while the product works. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { authoriseDirectly, profilesOf } from '../support/connected.ts'
import { startDebianPostgres } from '../support/debian-postgres.ts'
import { randomNumbers, shuffled } from '../support/seed.ts'
import { counts } from './counts.ts'
import { createMovableClock, type MovableClock, whyNoMovableClock } from './outages/movable-clock.ts'
import { assertRecovery } from './outages/recovery.ts'
import { type Site, startSite } from './outages/site.ts'

const hour = 3600
/** Longer than a worker leaves expired work. */
const seconds = 11
/** For each jump: one connects before it, the others during and after it. */
const connections = 5

const jumpTargets = ['worker', 'web', 'database', 'all'] as const
const jumps = jumpTargets.flatMap(whose => [hour, -hour].map(by => ({ whose, by })))
type Jump = (typeof jumps)[number]
const { count, seed } = counts(1, 3 * jumps.length)
const order = shuffled(jumps, randomNumbers(seed))
const chosen = Array.from({ length: count }, (_, at) => order[at % order.length] as Jump)

interface ClockSite {
  readonly site: Site
  readonly clocks: Readonly<Record<Jump['whose'], readonly MovableClock[]>>
}

async function startSiteWithClocks(t: Test): Promise<ClockSite> {
  const [web, worker, other, database] = [
    await createMovableClock(t),
    await createMovableClock(t),
    await createMovableClock(t),
    await createMovableClock(t),
  ]
  const server = await startDebianPostgres(t, database.env)
  const databaseUrl = await server.newDatabase('site')
  await migrate(new Secret(databaseUrl))
  const site = await startSite(t, {
    databaseUrl,
    sandbox: { generationSeconds: { min: 0.5, max: 1 } },
    startOptions: at => ({ env: [web.env, worker.env, other.env][at] ?? {} }),
  })
  return {
    site,
    clocks: {
      web: [web],
      worker: [worker],
      database: [database],
      all: [web, worker, other, database],
    },
  }
}

async function jump(t: Test, { site, clocks }: ClockSite, { whose, by }: Jump): Promise<void> {
  const { product } = site
  const what = `an hour ${by > 0 ? 'ahead' : 'behind'}: ${whose}`
  const pending = await aPending(site)
  const connectionId = await site.connect()
  await site.untilFinished()
  // Due for a process whose clock is an hour ahead, but not really.
  await product.query(
    `update sync_schedule set due_at = now() + interval '40 minutes' where connection_id = $1 and due_at > now()`,
    [connectionId],
  )
  await site.connect()
  product.sandbox.controls.resetCalls()
  const outputLengths = site.processes.map(process => process.output.length)
  const since = await latestEntry(site)

  for (const clock of clocks[whose]) await clock.set(by)
  await site.connect()
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    for (const answer of await site.requestPages())
      t.equal(answer?.status, 200, 'every page is served, and the seller stays signed in')
    await sleep(500)
  }
  await site.connect()
  for (const clock of clocks[whose]) await clock.set(0)

  // All is loaded within three minutes: no report waits for the wrong hour.
  await assertRecovery(t, site, what)

  const { refresh } = product.sandbox.controls.calls()
  // An hour ahead, tokens look expired; tokens issued then expire an hour late. For a short time the clocks disagree.
  const most = connections * (whose === 'all' ? 6 : 2)
  t.ok(refresh <= most, `access tokens are refreshed ${refresh} times, ${most} at most`)
  if (whose === 'all') return assertSkew(t, site, by, since)

  const [pendingConnection] = await product.query('select id from pending_connection where id = $1', [
    pending,
  ])
  t.ok(pendingConnection, 'a pending connection can still be resumed within its hour')
  const daily = await product.query(`select id from sync_run where kind = 'daily' and connection_id = $1`, [
    connectionId,
  ])
  t.strictSame(daily, [], 'no day is synced early')
  const outputs = site.processes.map((process, at) => process.output.slice(outputLengths[at]))
  const index = { web: 0, worker: 1, database: 2 }[whose]
  t.match(outputs[index], /wrong clock ignored/)
  t.match(outputs[index], /clocks agree again/)
}

/** When all our clocks are wrong together, each report error shows the skew to Amazon's clock. */
async function assertSkew(t: Test, site: Site, by: number, since: string): Promise<void> {
  const reportErrors = await site.product.query<{ skew: number }>(
    `select (event -> 'error' ->> 'skewSeconds')::int as skew from timeline_entry
     where kind = 'report_error' and id > $1`,
    [since],
  )
  t.ok(
    reportErrors.some(({ skew }) => Math.abs(skew + by) < 30),
    'the timeline shows how far Amazon’s clock is from ours',
    { cause: reportErrors },
  )
}

async function latestEntry({ product }: Site): Promise<string> {
  const [row] = await product.query<{ id: string }>('select coalesce(max(id), 0) as id from timeline_entry')
  return row?.id ?? '0'
}

async function aPending({ product }: Site): Promise<string> {
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('there is no profile')
  return (await authoriseDirectly(product, { user: 'us-seller', profile })).pendingId
}

t.test(
  `the product copes with clock jumps of an hour, ${count} times`,
  { skip: whyNoMovableClock },
  async t => {
    const moved = await startSiteWithClocks(t)
    moved.site.product.sandbox.controls.set({
      faults: [{ call: 'status', fault: '503', region: null, times: null, share: 0.1 }],
    })
    for (const one of chosen) await jump(t, moved, one)
  },
)
