/** S-14 S-23 S-24 S-25 S-52: clocks jump by an hour and back while the product works. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { authoriseDirectly, profilesOf } from '../../support/product/connected.ts'
import { randomNumbers, shuffled } from '../../support/seed.ts'
import { startDebianPostgres } from '../../support/servers/debian-postgres.ts'
import { repetitions } from '../repetitions.ts'
import { createMovableClock, type MovableClock, whyNoMovableClock } from './movable-clock.ts'
import { assertRecovery } from './recovery.ts'
import { type Site, startSite } from './site.ts'

const hour = 3600
/** Longer than the ten seconds between a worker's sweeps for expired rows. */
const jumpSeconds = 11
/** Accounts connected for each jump: before, during and after it. */
const connectionsPerJump = 5

const jumpTargets = ['worker', 'web', 'database', 'all'] as const
const jumps = jumpTargets.flatMap(target => [hour, -hour].map(offset => ({ target, offset })))
type Jump = (typeof jumps)[number]
const { count, seed } = repetitions(1, 3 * jumps.length)
const order = shuffled(jumps, randomNumbers(seed))
const chosen = Array.from({ length: count }, (_, at) => order[at % order.length] as Jump)

interface ClockSite {
  readonly site: Site
  readonly clocks: Readonly<Record<Jump['target'], readonly MovableClock[]>>
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

async function jump(t: Test, { site, clocks }: ClockSite, { target, offset }: Jump): Promise<void> {
  const { product } = site
  const description = `an hour ${offset > 0 ? 'ahead' : 'behind'}: ${target}`
  const pendingId = await authoriseAccount(site)
  const connectionId = await site.connect()
  await site.untilFinished()
  // Only a process whose clock is an hour ahead considers this sync due.
  await product.query(
    `update sync_schedule set due_at = now() + interval '40 minutes' where connection_id = $1 and due_at > now()`,
    [connectionId],
  )
  await site.connect()
  product.sandbox.controls.resetCalls()
  const outputLengths = site.processes.map(process => process.output.length)
  const since = await latestEntryId(site)

  for (const clock of clocks[target]) await clock.set(offset)
  await site.connect()
  const end = performance.now() + jumpSeconds * 1000
  while (performance.now() < end) {
    for (const answer of await site.requestPages())
      t.equal(answer?.status, 200, 'every page is served, and the seller stays signed in')
    await sleep(500)
  }
  await site.connect()
  for (const clock of clocks[target]) await clock.set(0)

  // Everything is loaded within three minutes, so no report waits for a due time that is an hour off.
  await assertRecovery(t, site, description)

  const { refresh } = product.sandbox.controls.calls()
  // To a clock an hour ahead, tokens look expired; those issued then expire an hour late. The clocks briefly disagree.
  const maxRefreshes = connectionsPerJump * (target === 'all' ? 6 : 2)
  t.ok(refresh <= maxRefreshes, `${refresh} token refreshes, at most ${maxRefreshes} are allowed`)
  if (target === 'all') return assertSkew(t, site, offset, since)

  const [pendingConnection] = await product.query('select id from pending_connection where id = $1', [
    pendingId,
  ])
  t.ok(pendingConnection, 'a pending connection can still be resumed within its hour')
  const daily = await product.query(`select id from sync_run where kind = 'daily' and connection_id = $1`, [
    connectionId,
  ])
  t.strictSame(daily, [], 'no day is synced early')
  const outputs = site.processes.map((process, at) => process.output.slice(outputLengths[at]))
  const index = { web: 0, worker: 1, database: 2 }[target]
  t.match(outputs[index], /wrong clock ignored/)
  t.match(outputs[index], /clocks agree again/)
}

/** When all our clocks are wrong together, each report error shows the skew to Amazon's clock. */
async function assertSkew(t: Test, site: Site, offset: number, since: string): Promise<void> {
  const reportErrors = await site.product.query<{ skew: number }>(
    `select (event -> 'error' ->> 'skewSeconds')::int as skew from timeline_entry
     where kind = 'report_error' and id > $1`,
    [since],
  )
  t.ok(
    reportErrors.some(({ skew }) => Math.abs(skew + offset) < 30),
    'the timeline shows how far Amazon’s clock is from ours',
    { cause: reportErrors },
  )
}

async function latestEntryId({ product }: Site): Promise<string> {
  const [row] = await product.query<{ id: string }>('select coalesce(max(id), 0) as id from timeline_entry')
  return row?.id ?? '0'
}

async function authoriseAccount({ product }: Site): Promise<string> {
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('there is no profile')
  return (await authoriseDirectly(product, { user: 'us-seller', profile })).pendingId
}

t.test(`the product recovers from ${count} clock jumps of an hour`, { skip: whyNoMovableClock }, async t => {
  const clockSite = await startSiteWithClocks(t)
  clockSite.site.product.sandbox.controls.set({
    faults: [{ call: 'status', fault: '503', region: null, times: null, share: 0.1 }],
  })
  for (const chosenJump of chosen) await jump(t, clockSite, chosenJump)
})
