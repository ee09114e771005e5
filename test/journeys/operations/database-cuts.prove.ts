import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { eventually } from '../../support/eventually.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'

/** Terminates all connections to the product's database while one of them loads a report. */
const cutLoads = `with loading as (
    select from pg_stat_activity where datname = $1 and state <> 'idle' and query like '%staging\\_%' limit 1
  )
  select pg_terminate_backend(pid) from pg_stat_activity, loading where datname = $1`

/** @returns a function that cuts the connections and returns how many it cut. */
async function connectionCutter(t: Test, { databaseUrl }: TestProduct): Promise<() => Promise<number>> {
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })
  await client.connect()
  t.teardown(() => client.end())
  const name = new URL(databaseUrl).pathname.slice(1)
  return async () => (await client.query(cutLoads, [name])).rowCount ?? 0
}

t.test(
  'S-25 cutting database connections during a load does not change the totals',
  { timeout: 120_000 },
  async t => {
    const product = await startTestProduct(t, {
      worker: true,
      sandbox: { generationSeconds: { min: 0, max: 1 } },
    })
    const cut = await connectionCutter(t, product)
    const { email, id } = await product.newUser()
    const browser = product.browser()
    await signIn(browser, email)
    await authorise(browser, 'us-seller')
    await choose(browser, 'My Brand US — Amazon.com')

    let cuts = 0
    for (let waited = 0; cuts < 4 && waited < 20_000; waited += 5) {
      if ((await cut()) > 0) cuts += 1
      // Interrupted steps are retried after a while.
      if (waited % 100 === 0) product.clock.advance(2000)
      await sleep(5)
    }
    t.equal(cuts, 4, 'each cut happened during a load')

    const deadline = Date.now() + 60_000
    let openReports = -1
    while (openReports !== 0 && Date.now() < deadline) {
      product.clock.advance(5000)
      await sleep(300)
      const [row] = await product.query<{ count: string }>(
        `select count(*) as count from report where status not in ('loaded', 'failed')`,
      )
      openReports = Number(row?.count)
    }
    t.equal(openReports, 0, 'the load finishes')
    t.equal((await waitForSync(browser)).stage, 'ready')
    const [connection] = await product.query<{ id: string }>('select id from connection where user_id = $1', [
      id,
    ])
    t.strictSame(await factDifferences(product, connection?.id ?? ''), [])
    t.equal((await browser.request('/readyz')).status, 200)
  },
)

t.test(
  'when the connection pool is exhausted, pages and readiness fail until it is free again',
  { timeout: 60_000 },
  async t => {
    const product = await startTestProduct(t)
    const { email } = await product.newUser()
    const browser = product.browser()
    await signIn(browser, email)
    const { em } = product.product.database
    let [isOver, clientsInUse] = [false, 0]
    const transactions = Array.from({ length: 10 }, () =>
      em.transactional(async transaction => {
        await transaction.execute('select 1')
        clientsInUse += 1
        // PostgreSQL would end an idle transaction.
        for (; !isOver; await sleep(500)) await transaction.execute('select 1')
      }),
    )
    await eventually('every pooled client is in use', () => clientsInUse === 10)

    t.equal((await browser.request('/readyz')).status, 503)
    t.equal((await browser.request('/healthz')).status, 200)
    const page = await browser.request('/dashboard/ads/')
    t.equal(page.status, 503)
    t.equal(page.headers.get('retry-after'), '5')
    t.match(await page.text(), 'We can’t reach your data right now')

    isOver = true
    await Promise.all(transactions)
    t.equal((await browser.request('/readyz')).status, 200)
    t.equal((await browser.request('/dashboard/ads/')).status, 200)
  },
)
