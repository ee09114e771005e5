import t from 'tap'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import type { Answer } from '../caller.ts'
import { until } from '../user-records.ts'
import { aSeller, signInWithBrowser } from '../users.ts'

const headings = ['Spend', 'Sales', 'ACOS', 'ROAS', 'Orders', 'Clicks', 'CPC', 'Impressions', 'CTR']

/** Returns each currency's rows and total row: account name, and figures by heading. */
function tablesOn({ $ }: Answer) {
  const rowOf = (row: Parameters<typeof $>[0]) => ({
    name: $(row).find('th').text().replace(/\s+/g, ' ').trim(),
    figures: Object.fromEntries(
      $(row)
        .find('td')
        .toArray()
        .map((cell, at) => [headings[at], $(cell).text()]),
    ) as Record<string, string>,
  })
  return new Map(
    $('section[aria-labelledby^=currency-]')
      .toArray()
      .map(section => {
        const rows = $(section).find('tbody tr').toArray().map(rowOf)
        const [total] = $(section).find('tfoot tr').toArray().map(rowOf)
        return [$(section).find('h2').text().replace('In ', ''), { rows, total }] as const
      }),
  )
}

const numberIn = (text = ''): number => Number(text.replace(/[^0-9.-]/g, ''))

browserTest(t, 'S-28 a manager sees all accounts side by side, with one total for each currency', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, email } = await aSeller(product, 'manager')
  t.equal(
    (await seller.get('/dashboard/ads/accounts')).location,
    '/dashboard/ads/',
    'a manager without accounts is sent to the start page',
  )
  const labels = ['My Store US', 'My Store FR', 'My Store NL', 'My Store JP']
  for (const label of labels) await seller.connect('three-regions', label)
  const isLoaded = async () =>
    (await product.query(`select from sync_run where kind = 'initial' and finished_at is null`)).length === 0
  await until('all accounts are loaded', isLoaded, 240)

  const page = await seller.get('/dashboard/ads/accounts')
  t.equal(page.status, 200)
  const tables = tablesOn(page)
  t.strictSame([...tables.keys()], ['EUR', 'JPY', 'USD'])
  const euros = tables.get('EUR')
  t.strictSame(euros?.rows.map(({ name }) => /My Store ../.exec(name)?.[0]).sort(), [
    'My Store FR',
    'My Store NL',
  ])
  for (const heading of ['Clicks', 'Impressions', 'Orders', 'Spend', 'Sales']) {
    const sum = euros?.rows.reduce((subtotal, { figures }) => subtotal + numberIn(figures[heading]), 0) ?? 0
    t.equal(sum.toFixed(2), numberIn(euros?.total?.figures[heading]).toFixed(2), heading)
  }
  t.match(euros?.total?.figures['Spend'], '€')
  t.equal(tables.get('USD')?.total, undefined, 'a currency with one account has no total row')

  for (const { name, figures } of [...tables.values()].flatMap(({ rows }) => rows)) {
    const [store = ''] = /My Store ../.exec(name) ?? []
    const link = page.$('section th[scope=row] a').filter((_, each) => page.$(each).text().includes(store))
    const dashboard = await seller.get(link.attr('href') ?? '')
    t.match(dashboard.$('.tile').text(), figures['Clicks'], `${store} has the same clicks as its dashboard`)
  }

  const { seller: window } = await signInWithBrowser(t, product, email)
  await window.page.click('.switcher summary')
  await window.page.click('text="All accounts"')
  t.equal(await window.heading(), 'All accounts')
  await window.page.click('[aria-label="Period"] >> text="7 days"')
  await window.page.waitForURL('**period=7d**')
  await assertAccessible(t, window, 'all accounts')
})
