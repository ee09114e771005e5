import t from 'tap'
import { minutes } from '../../../src/domain/calendar.ts'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { postponeSyncs, recordsOf, until } from '../user-records.ts'

t.test('S-24 all reports of an account wait while their region is down, and then load', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  const { email, id: userId } = await product.newUser()
  const { events, connections } = recordsOf(product, userId)
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  controls.set({ regionsDown: ['NA'] })
  await choose(browser, 'My Brand US')
  await postponeSyncs(product)

  await until('reports are deferred', async () => {
    product.clock.advance(minutes(0.1))
    return (await events('report_deferred')).length > 3
  })
  t.match(await events('report_deferred'), [{ why: 'region_down' }])
  await browser.open('/dashboard/ads/')
  t.match(browser.text, 'Amazon is busy. Retrying soon.')

  controls.resetCalls()
  for (let minute = 0; minute < 60; minute += 10) {
    product.clock.advance(minutes(10))
    await new Promise(resolve => setTimeout(resolve, 2500))
  }
  const { create, status } = controls.calls()
  t.ok(create + status <= 7, `${create + status} calls in an hour of region outage`)
  t.strictSame(await events('report_failed'), [])

  controls.set({ regionsDown: [] })
  // A call in progress may still fail; the next comes one pause later.
  await until('the region is called again', async () => {
    product.clock.advance(minutes(0.5))
    return (await events('report_loaded')).length > 0
  })
  await waitForSync(browser)
  const [connection] = await connections()
  t.strictSame(await factDifferences(product, connection?.id ?? ''), [])
})
