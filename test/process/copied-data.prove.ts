import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { makeDataFolder } from '../support/data-folder.ts'
import { HttpBrowser } from '../support/http-browser.ts'
import { startRunningProduct } from '../support/running-product.ts'
import {
  authorise,
  choose,
  figuresOnPage,
  mismatches,
  shownDays,
  signIn,
  truthOf,
  waitForSync,
} from '../support/sellers-journey.ts'

const usSeller = '8017093095374960'

t.test('a data directory that was copied while stopped is all that a start needs', async t => {
  const [folder, copy] = [await makeDataFolder(), await makeDataFolder()]
  t.teardown(() => Promise.all([folder.discard(), copy.discard()]))
  const first = await startRunningProduct({ dataDirectory: folder.path })
  const browser = new HttpBrowser(first.address)
  await signIn(browser, 'seller@demo.test')
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US — Amazon.com')
  t.equal((await waitForSync(browser)).stage, 'ready')
  t.equal(await first.stop('SIGTERM'), 0)
  await promisify(execFile)('cp', ['-a', folder.path, copy.path])
  await folder.discard()

  const second = await startRunningProduct({
    dataDirectory: copy.path,
    env: { PORT: new URL(first.address).port },
  })
  t.teardown(() => second.stop('SIGTERM'))
  await browser.open('/dashboard/ads/')
  t.equal(browser.heading, 'Ads performance', 'the seller is still signed in and connected')
  const truth = await truthOf(second.sandboxUrl, usSeller, shownDays(browser))
  t.strictSame(mismatches(figuresOnPage(browser, truth.minorUnits), truth), [])
  const another = new HttpBrowser(second.address)
  await signIn(another, 'seller@demo.test')
  t.equal(another.heading, 'Ads performance', 'signing in works')
})
