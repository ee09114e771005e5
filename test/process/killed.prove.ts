import t from 'tap'
import { waitForSync } from '../support/browser/sellers-journey.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startRunningProduct } from '../support/product/running-product.ts'
import { connectDemoSeller, mismatchesOn } from './demo-seller.ts'

t.test('S-25 S-50 a restart after kill -9 during a load shows the correct totals', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())

  const first = await startRunningProduct({ dataDirectory: folder.path })
  const browser = await connectDemoSeller(first)
  await new Promise(resolve => setTimeout(resolve, 1200))
  await first.stop('SIGKILL')

  const second = await startRunningProduct({
    dataDirectory: folder.path,
    env: { PORT: new URL(first.address).port },
  })
  t.teardown(() => second.stop('SIGTERM'))
  t.equal((await waitForSync(browser)).stage, 'ready')
  t.strictSame(await mismatchesOn(browser, second), [])
})
