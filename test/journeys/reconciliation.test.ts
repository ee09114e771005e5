import t from 'tap'
import { lacks } from '../support/lacks.ts'
import { authorise, choose, signIn, waitForLoading } from '../support/sellers-journey.ts'
import { startTestProduct } from '../support/test-product.ts'
import { until } from './records.ts'

t.test('S-25 the dashboard shows when its figures were reconciled and when they may be wrong', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id: personId } = await product.newPerson()
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US')
  await waitForLoading(browser)
  const differences = async () => {
    const [row] = await product.query<{ differences: number | null }>(
      `select differences from reconciliation join connection on connection.id = connection_id
       where person_id = $1 and due_at is null`,
      [personId],
    )
    return row?.differences ?? null
  }

  await until('the figures are reconciled', async () => (await differences()) === 0)
  await browser.open('/dashboard/ads/')
  t.match(browser.words, /Checked against Amazon’s reports at (\d+ \w+ \d{4}, )?\d\d:\d\d UTC/)
  lacks(t, browser.words, 'Some figures may be wrong')

  await product.query(
    `update campaign_day set cost = cost + 0.01
     where (connection_id, day, campaign_id) = (select connection_id, day, campaign_id from campaign_day limit 1)`,
  )
  await product.query('update reconciliation set due_at = checked_at')

  await until('the mismatch is found', async () => (await differences()) === 1)
  await browser.open('/dashboard/ads/')
  t.match(browser.words, 'Some figures may be wrong')
  lacks(t, browser.words, 'Checked against')
  const [told] = await product.query(`select level from timeline_entry where kind = 'figures_differ'`)
  t.match(told, { level: 'error' })
  t.match(product.logged(), /FiguresDiffer/, 'the mismatch is logged for the operator')
})
