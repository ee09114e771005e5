/** S-14 S-23 S-24 S-25 S-52: clocks jump by an hour, and back, under a product that is at work. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { migrate } from '../../src/adapters/postgres/migrating.ts'
import { Secret } from '../../src/domain/secret.ts'
import { authoriseDirectly, profilesOf } from '../support/connected.ts'
import { startDebianPostgres } from '../support/debian-postgres.ts'
import { counts } from './counts.ts'
import { aMovableClock, lackOfClocks, type MovableClock } from './outages/movable-clock.ts'
import { demandRecovery } from './outages/recovery.ts'
import { aSite, type Site } from './outages/site.ts'

const { count: rounds } = counts(1, 10)
/** Longer than a worker's sweep for what has expired. */
const { count: seconds } = counts(11, 20)
const hour = 3600

/** The clocks of a web process, a worker and PostgreSQL; another worker's is that of the machine. */
async function aSiteOfClocks(t: Test) {
  const clocks = {
    web: await aMovableClock(t),
    worker: await aMovableClock(t),
    database: await aMovableClock(t),
  }
  const server = await startDebianPostgres(t, clocks.database.env)
  const databaseUrl = await server.newDatabase('site')
  await migrate(new Secret(databaseUrl))
  const site = await aSite(t, {
    databaseUrl,
    sandbox: { generationSeconds: { min: 0.5, max: 1 } },
    around: at => ({ env: [clocks.web.env, clocks.worker.env][at] ?? {} }),
  })
  return { clocks, site }
}

/** How often Amazon is asked for something while nobody's clock is wrong is told by the number of reports alone. */
async function jump(
  t: Test,
  site: Site,
  moved: readonly MovableClock[],
  by: number,
  what: string,
): Promise<void> {
  const { product } = site
  const pending = await aPending(site)
  await site.connect()
  product.sandbox.controls.resetCalls()
  await Promise.all(moved.map(clock => clock.set(by)))
  await site.connect()
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    for (const answer of await site.look())
      t.equal(answer?.status, 200, 'nobody is signed out, nothing fails')
    await sleep(500)
  }
  await site.connect()
  await Promise.all(moved.map(clock => clock.set(0)))
  await demandRecovery(t, site, what)
  const [kept] = await product.query('select id from pending_connection where id = $1', [pending])
  t.ok(kept, 'what may be resumed for an hour may still be resumed')
  const { refresh, create } = product.sandbox.controls.calls()
  t.comment(`${what}: ${create} orders, ${refresh} refreshes`)
}

async function aPending({ product }: Site): Promise<string> {
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('there is no profile')
  return (await authoriseDirectly(product, { user: 'us-seller', profile })).pendingId
}

t.test(`clocks jump by an hour and back, ${rounds} times each`, { skip: lackOfClocks }, async t => {
  const { clocks, site } = await aSiteOfClocks(t)
  const { web, worker, database } = clocks
  site.product.sandbox.controls.set({
    faults: [{ call: 'status', fault: '503', region: null, times: null, share: 0.1 }],
  })
  for (let round = 0; round < rounds; round += 1) {
    for (const [what, moved] of [
      ['a worker', [worker]],
      ['a web process', [web]],
      ['PostgreSQL', [database]],
    ] as const) {
      await jump(t, site, moved, hour, `the clock of ${what}, an hour ahead`)
      await jump(t, site, moved, -hour, `the clock of ${what}, an hour behind`)
    }
  }
})
