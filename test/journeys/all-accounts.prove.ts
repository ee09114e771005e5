import t from 'tap'
import { browserTest, openWindow } from '../support/chromium-browser.ts'
import { startTestProduct } from '../support/test-product.ts'
import { type Answer, Caller } from './caller.ts'
import { isForEveryone } from './for-everyone.ts'
import { until } from './records.ts'

const heads = ['Spend', 'Sales', 'ACOS', 'ROAS', 'Orders', 'Clicks', 'CPC', 'Impressions', 'CTR']

/** By currency, the rows of its table and of its foot: an account's name, and its figures by the heads. */
function tablesOn({ $ }: Answer) {
  const rowOf = (row: Parameters<typeof $>[0]) => ({
    name: $(row).find('th').text().replace(/\s+/g, ' ').trim(),
    figures: Object.fromEntries(
      $(row)
        .find('td')
        .toArray()
        .map((cell, at) => [heads[at], $(cell).text()]),
    ) as Record<string, string>,
  })
  return new Map(
    $('section[aria-labelledby^=currency-]')
      .toArray()
      .map(section => {
        const rows = $(section).find('tbody tr').toArray().map(rowOf)
        const [all] = $(section).find('tfoot tr').toArray().map(rowOf)
        return [$(section).find('h2').text().replace('In ', ''), { rows, all }] as const
      }),
  )
}

const numberIn = (text = ''): number => Number(text.replace(/[^0-9.-]/g, ''))

browserTest(
  t,
  'S-28 a manager sees all accounts side by side, added up by currency and never across two',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { email } = await product.newPerson('manager')
    const caller = new Caller(product.address)
    await caller.signIn(email)
    t.equal(
      (await caller.get('/dashboard/ads/accounts')).location,
      '/dashboard/ads/',
      'with none there is nothing',
    )
    const labels = ['My Store US', 'My Store FR', 'My Store NL', 'My Store JP']
    for (const label of labels) await caller.connect('three-regions', label)
    const isLoaded = async () =>
      (await product.query(`select from ingestion_run where kind = 'first' and settled_at is null`))
        .length === 0
    await until('all are loaded', isLoaded, 240)

    const page = await caller.get('/dashboard/ads/accounts')
    t.equal(page.status, 200)
    const tables = tablesOn(page)
    t.strictSame([...tables.keys()], ['EUR', 'JPY', 'USD'])
    const euros = tables.get('EUR')
    t.strictSame(euros?.rows.map(({ name }) => /My Store ../.exec(name)?.[0]).sort(), [
      'My Store FR',
      'My Store NL',
    ])
    for (const head of ['Clicks', 'Impressions', 'Orders', 'Spend', 'Sales']) {
      const sum = euros?.rows.reduce((all, { figures }) => all + numberIn(figures[head]), 0) ?? 0
      t.equal(sum.toFixed(2), numberIn(euros?.all?.figures[head]).toFixed(2), head)
    }
    t.match(euros?.all?.figures['Spend'], '€')
    t.equal(tables.get('USD')?.all, undefined, 'one account is its own sum')

    for (const { name, figures } of [...tables.values()].flatMap(({ rows }) => rows)) {
      const [store = ''] = /My Store ../.exec(name) ?? []
      const link = page.$('section th[scope=row] a').filter((_, each) => page.$(each).text().includes(store))
      const own = await caller.get(link.attr('href') ?? '')
      t.match(own.$('.tile').text(), figures['Clicks'], `${store}: as its own dashboard says`)
    }

    const window = await openWindow(t, product.address)
    await window.signIn(email)
    await window.page.click('.switcher summary')
    await window.page.click('text="All accounts"')
    t.equal(await window.heading(), 'All accounts')
    await window.page.click('[aria-label="Period"] >> text="7 days"')
    await window.page.waitForURL('**period=7d**')
    await isForEveryone(t, window, 'all accounts')
  },
)
