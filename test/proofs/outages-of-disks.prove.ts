/** S-20 S-24 S-25 S-52: the disk under PostgreSQL is full, and has room again. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../src/adapters/postgres/migrating.ts'
import { Secret } from '../../src/domain/secret.ts'
import { aSmallDisk, type SmallDisk, whyNoMount } from '../process/small-disk.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import { signIn } from '../support/sellers-journey.ts'
import { counts } from './counts.ts'
import { demandRecovery, outageSentence } from './outages/recovery.ts'
import { aSite, type Site } from './outages/site.ts'

const skip = await whyNoMount()
const { count: fillings } = counts(1, 10)
const { count: minute } = counts(3, 60)

/** Nobody may see more of it than that we cannot get at their data. */
async function demandPlainWords(t: Test, site: Site): Promise<void> {
  for (const answer of await site.look()) {
    t.ok(answer?.status === 200 || answer?.status === 503, `a page answers ${answer?.status}`)
    if (answer?.status === 503) t.match(await answer.text(), outageSentence)
  }
}

/** What there is room for already is still written; then statements are refused one by one. */
async function untilItRefuses(t: Test, site: Site, disk: SmallDisk): Promise<void> {
  for (let written = 0; ; written += 1) {
    // Whatever PostgreSQL gives back is taken, too.
    await disk.fill(0)
    const refusal = await site.product.newPerson().then(
      () => null,
      (error: unknown) => error,
    )
    await demandPlainWords(t, site)
    if (refusal) return
    if (written > 2000) throw new Error('a full disk takes everything')
  }
}

/** With the next piece of its log PostgreSQL ends, sooner or later: here sooner. */
async function untilItEnds(t: Test, site: Site, disk: SmallDisk): Promise<void> {
  for (let tried = 0; tried < 500; tried += 1) {
    await disk.fill(0)
    await site.product.query('select pg_switch_wal()').catch(() => undefined)
    await site.product.newPerson().catch(() => undefined)
    await demandPlainWords(t, site)
    const [ready] = await site.look('/readyz')
    if (ready?.status === 503) return
  }
  throw new Error('a full disk does not end PostgreSQL')
}

/** By itself PostgreSQL lets its log grow to a gigabyte, which is more than there is here. */
async function keepLogShort(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`alter system set max_wal_size = '64MB'`)
  await client.query(`alter system set min_wal_size = '32MB'`)
  await client.query('select pg_reload_conf()')
  await client.end()
}

t.test(`the disk under PostgreSQL is full, ${fillings} times, under load`, { skip }, async t => {
  const disk = await aSmallDisk(t, 'size=600m')
  const lost: string[] = []
  const onLost = (sentence: string) => lost.push(sentence)
  const postgres = await startEmbeddedPostgres({ dataDirectory: disk.path, onLost })
  t.teardown(() => postgres.stop())
  await migrate(new Secret(postgres.url))
  await keepLogShort(postgres.url)
  const site = await aSite(t, {
    databaseUrl: postgres.url,
    sandbox: { generationSeconds: { min: 0.5, max: 1 } },
  })
  const { email } = await site.product.newPerson()

  for (let filling = 0; filling < fillings; filling += 1) {
    await site.connect()
    await untilItRefuses(t, site, disk)
    const browser = new HttpBrowser(`http://localhost:${site.processes[0]?.port}`)
    await signIn(browser, email)
    t.ok([200, 503].includes(browser.page.status), `signing in answers ${browser.page.status}`)
    if (browser.page.status === 503) t.match(browser.words, outageSentence)
    await untilItEnds(t, site, disk)
    // It comes back by itself, finds room for a little, and ends again: a page may be served in between.
    const end = performance.now() + (filling === 0 ? minute * 1000 : 1000)
    do {
      await site.connect().catch(() => undefined)
      await demandPlainWords(t, site)
      await sleep(500)
    } while (performance.now() < end)
    for (const answer of await site.look('/healthz')) t.equal(answer?.status, 200, 'the process lives')
    await disk.clear()
    await demandRecovery(t, site, `filled ${filling + 1} times`)
  }

  t.strictSame(lost, [], 'nobody has to start anything')
  for (const { kind, said } of site.processes)
    t.notMatch(said, /"level":[56]0/, `what a ${kind} process says is of an outage, not of a defect`)
})
