import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { until } from '../user-records.ts'
import { aLoadedAccount } from '../users.ts'

t.test('S-24 S-25 a row without its campaign is set aside, shown in the case, and no mismatch', async t => {
  const product = await startTestProduct(t, { worker: true })
  const fault = { call: 'download', fault: 'row_without_campaign', reportType: 'spSearchTerm' } as const
  product.sandbox.controls.set({ faults: [{ ...fault, region: null, times: null }] })
  const { id: userId } = await aLoadedAccount(product)
  const eventsOf = (kind: string) =>
    product.query<{ event: object }>('select event from timeline_entry where user_id = $1 and kind = $2', [
      userId,
      kind,
    ])

  await until('the figures are reconciled', async () => (await eventsOf('figures_reconciled')).length > 0)

  t.match(await eventsOf('figures_reconciled'), [{ event: { setAside: 1 } }])
  const setAside = (await eventsOf('report_loaded')).filter(
    ({ event }) => 'setAside' in event && event.setAside,
  )
  t.match(setAside, [{ event: { report: 'sp_search_terms', setAside: 1 } }])
})

t.test('S-25 the dashboard shows when its figures were reconciled and when they may be wrong', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { browser, id: userId } = await aLoadedAccount(product)
  const mismatches = async () => {
    const [row] = await product.query<{ mismatches: number | null }>(
      `select mismatches from reconciliation join connection on connection.id = connection_id
       where user_id = $1 and due_at is null`,
      [userId],
    )
    return row?.mismatches ?? null
  }

  await until('the figures are reconciled', async () => (await mismatches()) === 0)
  await browser.open('/dashboard/ads/')
  t.match(browser.text, /checked against Amazon’s reports at (\d+ \w+ \d{4}, )?\d\d:\d\d UTC/)
  doesNotMatch(t, browser.text, 'Some figures may be wrong')

  await product.query(
    `update campaign_day set cost = cost + 0.01
     where (connection_id, day, campaign_id) = (select connection_id, day, campaign_id from campaign_day limit 1)`,
  )
  await product.query('update reconciliation set due_at = checked_at')

  await until('the mismatch is found', async () => (await mismatches()) === 1)
  await browser.open('/dashboard/ads/')
  t.match(browser.text, 'Some figures may be wrong')
  doesNotMatch(t, browser.text, 'checked against')
  const [entry] = await product.query(`select severity from timeline_entry where kind = 'figures_mismatch'`)
  t.match(entry, { severity: 'error' })
  t.match(product.logged(), /FiguresMismatch/, 'the mismatch is logged for the operator')
})
