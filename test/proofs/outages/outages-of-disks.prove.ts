/** S-20 S-24 S-25 S-52: PostgreSQL's disk fills up and later has space again. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { mountSkipReason, mountSmallDisk, type SmallDisk } from '../../process/data/small-disk.ts'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { signIn } from '../../support/browser/sellers-journey.ts'
import { repetitions } from '../repetitions.ts'
import { assertRecovery, outageSentence } from './recovery.ts'
import { type Site, startSite } from './site.ts'

const skip = await mountSkipReason()
const { count: rounds } = repetitions(1, 10)
const { count: outageSeconds } = repetitions(3, 60)

/** A page is either served or says that the seller's data is unavailable. */
async function assertPagesOrOutage(t: Test, site: Site): Promise<void> {
  for (const answer of await site.requestPages()) {
    t.ok(answer?.status === 200 || answer?.status === 503, `a page returns ${answer?.status}`)
    if (answer?.status === 503) t.match(await answer.text(), outageSentence)
  }
}

/** At first, writes that still fit succeed; then statements fail one by one. */
async function fillUntilWritesFail(t: Test, site: Site, disk: SmallDisk): Promise<void> {
  for (let written = 0; ; written += 1) {
    // Also fills space that PostgreSQL has freed.
    await disk.fill(0)
    const error = await site.product.newUser().then(
      () => null,
      (error: unknown) => error,
    )
    await assertPagesOrOutage(t, site)
    if (error) return
    if (written > 2000) throw new Error('writes succeed although the disk is full')
  }
}

/** PostgreSQL stops when its write-ahead log needs another segment; switching segments makes that happen soon. */
async function fillUntilPostgresStops(t: Test, site: Site, disk: SmallDisk): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    await disk.fill(0)
    await site.product.query('select pg_switch_wal()').catch(() => undefined)
    await site.product.newUser().catch(() => undefined)
    await assertPagesOrOutage(t, site)
    const [ready] = await site.requestPages('/readyz')
    if (ready?.status === 503) return
  }
  throw new Error('PostgreSQL is still running although the disk is full')
}

/** By default PostgreSQL's write-ahead log grows to a gigabyte, more than the disk has. */
async function limitLogSize(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`alter system set max_wal_size = '64MB'`)
  await client.query(`alter system set min_wal_size = '32MB'`)
  await client.query('select pg_reload_conf()')
  await client.end()
}

/** Restarts it until there is space, as an operator's service manager does. */
async function startSupervisedPostgres(t: Test, dataDirectory: string): Promise<{ readonly url: string }> {
  let isEnding = false
  const start = () => startEmbeddedPostgres({ dataDirectory, onLost: () => void restart() })
  const startAgain = async (): ReturnType<typeof start> => {
    await postgres.stop()
    for (;;) {
      const started = await start().catch(() => null)
      if (started || isEnding) return started ?? postgres
      await sleep(500)
    }
  }
  let restarting = Promise.resolve()
  const restart = () => {
    restarting = startAgain().then(started => {
      postgres = started
    })
  }
  let postgres = await start()
  t.teardown(async () => {
    isEnding = true
    await restarting
    await postgres.stop()
  })
  return postgres
}

t.test(`the product recovers from a full PostgreSQL disk, ${rounds} times`, { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=600m')
  const postgres = await startSupervisedPostgres(t, disk.path)
  await migrate(new Secret(postgres.url))
  await limitLogSize(postgres.url)
  const site = await startSite(t, {
    databaseUrl: postgres.url,
    sandbox: { generationSeconds: { min: 0.5, max: 1 } },
  })
  const { email } = await site.product.newUser()

  for (let round = 0; round < rounds; round += 1) {
    await site.connect()
    await fillUntilWritesFail(t, site, disk)
    const browser = new HttpBrowser(`http://localhost:${site.processes[0]?.port}`)
    await signIn(browser, email)
    t.ok([200, 503].includes(browser.page.status), `signing in returns ${browser.page.status}`)
    if (browser.page.status === 503) t.match(browser.text, outageSentence)
    await fillUntilPostgresStops(t, site, disk)
    // PostgreSQL restarts automatically, finds a little space and stops again; a page may succeed in between.
    const end = performance.now() + (round === 0 ? outageSeconds * 1000 : 1000)
    do {
      await site.connect().catch(() => undefined)
      await assertPagesOrOutage(t, site)
      await sleep(500)
    } while (performance.now() < end)
    for (const answer of await site.requestPages('/healthz'))
      t.equal(answer?.status, 200, 'the process is running')
    await disk.clear()
    await assertRecovery(t, site, `filled ${round + 1} times`)
  }

  for (const { kind, output } of site.processes)
    t.notMatch(output, /"level":[56]0/, `a ${kind} process logs an outage, not an internal error`)
})
