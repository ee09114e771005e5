import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { makeDataFolder } from '../../support/product/data-folder.ts'
import { startRunningProduct } from '../../support/product/running-product.ts'
import { connectDemoSeller, mismatchesOn } from '../demo-seller.ts'

t.test('a product starts with nothing but a copy of a stopped product’s data directory', async t => {
  const [folder, copy] = [await makeDataFolder(), await makeDataFolder()]
  t.teardown(() => Promise.all([folder.discard(), copy.discard()]))
  const first = await startRunningProduct({ dataDirectory: folder.path })
  const browser = await connectDemoSeller(first)
  t.equal((await waitForSync(browser)).stage, 'ready')
  t.equal(await first.stop('SIGTERM'), 0)
  await promisify(execFile)('cp', ['-a', folder.path, copy.path])
  await folder.discard()

  const second = await startRunningProduct({
    dataDirectory: copy.path,
    env: { PORT: new URL(first.address).port },
  })
  t.teardown(() => second.stop('SIGTERM'))
  t.strictSame(await mismatchesOn(browser, second), [], 'the seller is still signed in and connected')
  const otherBrowser = new HttpBrowser(second.address)
  await signIn(otherBrowser, 'seller@demo.test')
  t.equal(otherBrowser.heading, 'Ads performance', 'signing in works')
})
