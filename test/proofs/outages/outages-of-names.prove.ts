/** S-20 S-24 S-25 S-52: DNS fails, for Amazon's hosts and the database's. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { signIn } from '../../support/browser/sellers-journey.ts'
import { authoriseDirectly, profilesOf } from '../../support/product/connected.ts'
import { reservePort } from '../../support/servers/ports.ts'
import { repetitions } from '../repetitions.ts'
import { startNameServer, whyNoNameServer } from './name-server.ts'
import { assertRecovery } from './recovery.ts'
import { type Site, startSite } from './site.ts'

const isFull = process.env['PROVE'] === 'full'
const { count: outageSeconds } = repetitions(3, 60)
const skip = await whyNoNameServer()

/** Every host is called by name. Reports are fetched from `localhost`, which the name server resolves too. */
async function startSiteWithNameServer(t: Test) {
  const nameServer = await startNameServer(t)
  const port = await reservePort()
  const site = await startSite(t, {
    sandbox: { port, origin: `http://localhost:${port}`, generationSeconds: { min: 0.5, max: 1 } },
    hosts: { database: 'database.test', amazon: 'amazon.test' },
    startOptions: () => ({ commandPrefix: nameServer.commandPrefix }),
  })
  await site.connect()
  await site.untilFinished()
  t.ok(nameServer.countQueries() > 0, 'names are looked up')
  return { nameServer, site }
}

/** Signs in new sellers whose picker calls every Ads API region when it is opened. */
async function signInSellersWithPicker({ product, processes }: Site, count: number): Promise<HttpBrowser[]> {
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('there is no profile')
  const browsers: HttpBrowser[] = []
  for (let seller = 0; seller < count; seller += 1) {
    const { id, email } = await product.newUser()
    const browser = new HttpBrowser(`http://localhost:${processes[0]?.port}`)
    await signIn(browser, email)
    const { pendingId } = await authoriseDirectly(product, { user: 'us-seller', profile, existingUserId: id })
    const notFetched = { state: 'not_fetched' }
    await product.query(
      'update pending_connection set profiles_na = $2, profiles_eu = $2, profiles_fe = $2 where id = $1',
      [pendingId, notFetched],
    )
    browsers.push(browser)
  }
  return browsers
}

/** Returns the seconds that signing in takes. It uses the same thread pool as name lookups. */
async function measureSignIn({ product, processes }: Site): Promise<number> {
  const { email } = await product.newUser()
  const began = performance.now()
  await signIn(new HttpBrowser(`http://localhost:${processes[0]?.port}`), email)
  return (performance.now() - began) / 1000
}

/** @param beforeEach called before each round of pages, for example to close the database connections. */
async function assertPages(
  t: Test,
  site: Site,
  seconds: number,
  beforeEach: () => void = () => undefined,
): Promise<void> {
  let slowest = 0
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    beforeEach()
    // Each process needs time to notice; the cost of a closed connection is tested elsewhere.
    await sleep(300)
    const began = performance.now()
    for (const answer of await site.requestPages()) t.equal(answer?.status, 200)
    slowest = Math.max(slowest, performance.now() - began)
    await sleep(500)
  }
  t.comment(`the slowest page: ${(slowest / 1000).toFixed(1)} s`)
  if (isFull) t.ok(slowest < 5000, 'a page is served within five seconds')
}

t.test('the product keeps working while DNS fails', { skip }, async t => {
  const { nameServer, site } = await startSiteWithNameServer(t)
  for (const [failure, description] of [
    ['refuseQueries', 'the name server finds no name'],
    ['ignoreQueries', 'the name server ignores queries'],
  ] as const) {
    await site.connect()
    const browsers = await signInSellersWithPicker(site, 8)
    await Promise.all(browsers.map(browser => browser.open('/dashboard/ads/')))
    nameServer[failure]()
    await site.connect()
    site.database.closeConnections()
    await sleep(300)
    const pickers = browsers.map(browser => browser.submit('form[action$="/regions/na/retry"]'))
    const [signInSeconds] = await Promise.all([measureSignIn(site), assertPages(t, site, 3)])
    t.comment(`signing in takes ${signInSeconds.toFixed(1)} s`)
    if (isFull) t.ok(signInSeconds < 5, 'a seller signs in within five seconds')
    for (const { status } of await Promise.all(pickers)) t.equal(status, 200)
    await assertPages(t, site, outageSeconds, () => site.database.closeConnections())
    for (const { text: pageText } of browsers)
      t.match(pageText, /(couldn’t be reached|didn’t respond in time)/)
    for (const answer of await site.requestPages('/readyz')) t.equal(answer?.status, 200)
    nameServer.answerQueries()
    await assertRecovery(t, site, description)
  }
})
