import t from 'tap'
import { HttpBrowser } from '../support/browser/http-browser.ts'
import {
  authorise,
  choose,
  figuresOnPage,
  mismatches,
  readSandboxTotals,
  shownDays,
  signIn,
  waitForSync,
} from '../support/browser/sellers-journey.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startRunningProduct } from '../support/product/running-product.ts'

const usSeller = '8017093095374960'

t.test('S-25 S-50 a restart after kill -9 during a load shows the correct totals', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())

  const first = await startRunningProduct({ dataDirectory: folder.path })
  const browser = new HttpBrowser(first.address)
  await signIn(browser, 'seller@demo.test')
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US — Amazon.com')
  await new Promise(resolve => setTimeout(resolve, 1200))
  await first.stop('SIGKILL')

  const second = await startRunningProduct({
    dataDirectory: folder.path,
    env: { PORT: new URL(first.address).port },
  })
  t.teardown(() => second.stop('SIGTERM'))
  t.equal((await waitForSync(browser)).stage, 'ready')
  await browser.open('/dashboard/ads/')
  const days = shownDays(browser)
  const expected = await readSandboxTotals(second.sandboxUrl, usSeller, days)
  t.strictSame(mismatches(figuresOnPage(browser, expected.minorUnits), expected), [])
})
