import pg from 'pg'
import t, { type Test } from 'tap'
import { tableMetrics } from '../../../src/adapters/fastify/seller/figures/metrics.ts'
import { levelDefinitions, levels } from '../../../src/domain/performance/level.ts'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { until } from '../user-records.ts'
import { aLoadedSeller, aSeller, signInWithBrowser } from '../users.ts'

async function openSignedInWindow(t: Test) {
  const product = await startTestProduct(t, { ...manyRows, worker: true })
  const { email } = await aLoadedSeller(product)
  const { seller: window } = await signInWithBrowser(t, product, email)
  return { product, window, page: window.page }
}

interface TableRow {
  readonly title: string
  readonly figures: readonly string[]
}

const rowsOn = ({ $ }: Answer): TableRow[] =>
  $('section[aria-labelledby="table-title"] tbody tr')
    .toArray()
    .map(row => ({
      title: $(row).find('.campaign__name bdi').text(),
      figures: $(row)
        .find('td')
        .toArray()
        .map(cell => $(cell).text()),
    }))

async function readAllPages(
  seller: Caller,
  address: string,
): Promise<{ pages: number; rows: TableRow[]; first: Answer }> {
  const first = await seller.get(address)
  const rows: TableRow[] = []
  for (let [page, pages] = [first, 1]; ; pages += 1) {
    if (page.status !== 200) throw new Error(`${page.status} at page ${pages}`)
    rows.push(...rowsOn(page))
    const next = page.$('a[rel=next]').attr('href')
    if (!next) return { pages, rows, first }
    page = await seller.get(next)
  }
}

/** An account with more rows than fit on a page. */
const manyRows = { sandbox: { usual: 'usual' } } as const

type Column = (typeof tableMetrics)[number]
const figureOf = ({ figures }: TableRow, name: Column) => figures[tableMetrics.indexOf(name)]
const numberIn = (text: string | undefined): number | null =>
  text === undefined || text === '–' ? null : Number(text.replace(/[^0-9.-]/g, ''))
const sumOf = (rows: readonly TableRow[], name: Column): number =>
  rows.reduce((all, row) => all + (numberIn(figureOf(row, name)) ?? 0), 0)

t.test('the tables of an account with many rows are paged, sorted and filtered', async t => {
  const product = await startTestProduct(t, { ...manyRows, worker: true })
  const { seller, connectionId } = await aLoadedSeller(product)

  t.test('S-28 each table lists every row once, with the loaded totals', async t => {
    for (const level of levels) {
      const { table, keys } = levelDefinitions[level]
      const [expected] = await product.query<Record<string, string>>(
        `select count(distinct (ad_product, ${keys.join(', ')})) as rows, sum(cost) as cost, sum(clicks) as clicks,
         sum(impressions) as impressions, sum(orders) as orders, sum(sales) as sales
       from ${table} where connection_id = $1`,
        [connectionId],
      )
      const { rows, first, pages } = await readAllPages(seller, `/dashboard/ads/${level}`)
      t.equal(rows.length, Number(expected?.['rows']), `${level}: ${rows.length} rows on ${pages} pages`)
      t.match(first.$('.card__head .quiet').text(), new Intl.NumberFormat('en-GB').format(rows.length), level)
      for (const [name, column] of [
        ['clicks', 'clicks'],
        ['impressions', 'impressions'],
        ['orders', 'orders'],
        ['spend', 'cost'],
        ['sales', 'sales'],
      ] as const)
        t.equal(sumOf(rows, name).toFixed(2), Number(expected?.[column]).toFixed(2), `${level}: ${name}`)
    }
  })

  t.test('S-28 paging lists each row exactly once in every sort order', async t => {
    const all = (await readAllPages(seller, '/dashboard/ads/search-terms')).rows
      .map(row => JSON.stringify(row))
      .sort()
    t.ok(all.length > 100, `${all.length} search terms`)
    for (const sort of ['spend', 'acos', 'clicks', 'ctr'] as const) {
      for (const order of ['descending', 'ascending'] as const) {
        const { rows } = await readAllPages(seller, `/dashboard/ads/search-terms?sort=${sort}&order=${order}`)
        t.strictSame(rows.map(row => JSON.stringify(row)).sort(), all, `${sort}, ${order}`)
        const values = rows.map(row => numberIn(figureOf(row, sort)))
        const known = values.filter(value => value !== null)
        t.strictSame(
          values.slice(known.length),
          values.slice(known.length).fill(null),
          'rows without a ratio come last',
        )
        // Sorted by exact values, shown rounded.
        const sign = order === 'descending' ? 1 : -1
        const outOfOrder = known.filter(
          (value, index) => sign * (value - (known[index - 1] ?? value)) > 0.011,
        )
        t.strictSame(outOfOrder, [], `${sort}, ${order}`)
      }
    }
  })

  t.test('S-28 the address of a table filters it by name, clicks, wasted spend and campaign', async t => {
    const { rows } = await readAllPages(seller, '/dashboard/ads/campaigns')
    const [firstRow] = rows
    const part = firstRow?.title.slice(3, 12).toUpperCase() ?? ''
    const matching = await readAllPages(seller, `/dashboard/ads/campaigns?q=${encodeURIComponent(part)}`)
    t.strictSame(
      matching.rows.map(({ title }) => title).sort(),
      rows
        .filter(({ title }) => title.toUpperCase().includes(part))
        .map(({ title }) => title)
        .sort(),
    )
    t.equal((await readAllPages(seller, '/dashboard/ads/campaigns?q=%25')).rows.length, 0, '% is no wildcard')
    const busy = await readAllPages(seller, '/dashboard/ads/campaigns?least_clicks=300')
    t.strictSame(
      busy.rows,
      rows.filter(row => (numberIn(figureOf(row, 'clicks')) ?? 0) >= 300),
    )

    const terms = (await readAllPages(seller, '/dashboard/ads/search-terms')).rows
    const wastedSpend = await readAllPages(seller, '/dashboard/ads/search-terms?wasted=yes')
    t.ok(wastedSpend.rows.length > 0)
    t.strictSame(
      wastedSpend.rows,
      terms.filter(
        row =>
          figureOf(row, 'orders') === '0' &&
          figureOf(row, 'clicks') !== '0' &&
          numberIn(figureOf(row, 'spend')) !== 0,
      ),
    )

    const page = await seller.get('/dashboard/ads/campaigns?period=14d')
    const campaignLinks = page
      .$('.campaign__name[href]')
      .toArray()
      .map(link => page.$(link).attr('href') ?? '')
    t.equal(new URLSearchParams(campaignLinks[0]?.split('?')[1]).get('period'), '14d')
    const [adGroups] = [await seller.get(campaignLinks[0] ?? '')]
    t.match(adGroups?.text, `In the campaign ${rowsOn(page)[0]?.title}.`)
    const inCampaign = await readAllPages(seller, campaignLinks[0] ?? '')
    t.ok(inCampaign.rows.length > 0)
    t.equal(sumOf(inCampaign.rows, 'clicks') > 0, true)
    const sorts = adGroups?.$('.sorts').first().attr('href') ?? ''
    const sections =
      adGroups
        ?.$('.levels a')
        .toArray()
        .map(link => adGroups.$(link).attr('href') ?? '') ?? []
    t.strictSame(
      sections.map(href => href.includes('campaign=')),
      [false, false, true, true, true, true, true],
      'the section links keep the campaign',
    )
    for (const part of ['campaign=', 'period=14d', 'sort=spend', 'order=ascending']) t.match(sorts, part)
  })

  t.test('S-28 S-29 an empty account shows an empty table, and an invalid address is rejected', async t => {
    const { seller } = await aLoadedSeller(product, 'empty', 'Quiet Brand US')
    const emptyTable = await seller.get('/dashboard/ads/search-terms')
    t.equal(emptyTable.status, 200)
    t.match(emptyTable.text, 'No traffic for these dates')
    t.match(
      (await seller.get('/dashboard/ads/campaigns?from=2020-01-01&to=2020-01-02')).text,
      'No data for these dates',
    )
    const cursor = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const query of [
      'sort=profit',
      'order=up',
      'least_clicks=-1',
      'most_acos=many',
      'most_acos=1e3',
      'column=profit',
      'wasted=no',
      'campaign=a%27b',
      'after=!',
      `after=${cursor(['1', '1', 'SP'])}`,
      `after=${cursor(['x', '1', 'SP', '1'])}`,
      `after=${cursor(['1', '1', 'SP', 'a\u0000'])}`,
      `after=${cursor(['1', 'x', 'SP', '1'])}`,
      `after=${cursor({ value: '1' })}`,
      `after=${Buffer.from('no json').toString('base64url')}`,
    ])
      t.equal((await seller.get(`/dashboard/ads/campaigns?${query}`)).status, 400, query)
    t.equal((await seller.get('/dashboard/ads/campaigns?q=a%00b%0A%27%22%25_%5C')).status, 200)
    t.equal(
      (await seller.get(`/dashboard/ads/campaigns?after=${cursor([null, '1', 'SP', '1'])}`)).status,
      200,
    )
    const stranger = new Caller(product.address)
    await stranger.signIn((await product.newUser()).email)
    t.equal((await stranger.get('/dashboard/ads/targeting')).location, '/dashboard/ads/')
  })

  t.test('S-28 leaving the page while its table is aggregated logs no error', async t => {
    const cookie = await seller.cookies()
    // A single day has no roll-up: its rows are aggregated from the facts.
    const [day] = await product.query<{ last: string }>('select max(day)::text as last from search_term_fact')
    const blocker = new pg.Client({ connectionString: product.databaseUrl })
    await blocker.connect()
    t.teardown(() => blocker.end())
    await blocker.query('begin')
    await blocker.query('lock table search_term_fact in access exclusive mode')
    const controller = new AbortController()
    const request = fetch(`${product.address}/dashboard/ads/search-terms?from=${day?.last}&to=${day?.last}`, {
      headers: { cookie },
      signal: controller.signal,
    })
    await until('the query waits for the lock', async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return (await product.query(waiting)).length > 0
    })
    controller.abort()
    await t.rejects(request)

    await until('the abort is logged', async () =>
      product.logged().includes('client disconnected before the response'),
    )
    t.notOk(product.logged().includes('"level":50'), 'no error is logged for the operator')
  })
})

browserTest(t, 'S-28 a table is sorted and paged without a reload, and the back button works', async t => {
  const { window, page, product } = await openSignedInWindow(t)
  await window.open('/dashboard/ads/search-terms')
  await page.evaluate('window.wasNotReloaded = true')
  const first = () => page.textContent('section tbody .campaign__name bdi')
  const bySpend = await first()

  await page.click('.sorts >> text="Clicks"')
  await page.waitForSelector('th[aria-sort=descending] >> text=Clicks')
  await page.waitForURL('**sort=clicks**')
  t.match(
    await page.textContent('[data-table-status]'),
    'by clicks, highest first',
    'a screen reader announces the order',
  )
  t.match(await page.evaluate('document.activeElement.textContent'), 'Clicks', 'the focus is unchanged')
  await page.keyboard.press('Enter')
  await page.waitForSelector('th[aria-sort=ascending] >> text=Clicks')
  await page.click('a[rel=next]')
  await page.waitForURL('**after=**')
  t.match(
    await page.evaluate('document.activeElement.textContent'),
    'Search terms',
    'the focus is at the beginning of the page',
  )
  t.equal(
    await page.getAttribute('.filters input[name=order]', 'value'),
    'ascending',
    'a filter keeps the order',
  )
  await page.click('.filters summary >> text="Columns"')
  await page.keyboard.press('Escape')
  t.equal(
    await page.evaluate('document.querySelectorAll("details[open]").length'),
    0,
    'Escape closes the menu',
  )

  for (let turn = 0; turn < 3; turn += 1) await page.goBack()
  await page.waitForSelector('th[aria-sort=descending] >> text=Spend')
  t.equal(await first(), bySpend)
  t.equal(await page.evaluate('window.wasNotReloaded'), true, 'the page has not reloaded')

  await page.evaluate('location.hash = "main"')
  await page.click('.sorts >> text="Clicks"')
  await page.waitForURL('**sort=clicks**')
  await page.goBack()
  await page.waitForSelector('th[aria-sort=descending] >> text=Spend')
  t.match(page.url(), /search-terms#main$/, 'the address keeps the fragment')

  await product.query('update session set closed_at = now()')
  await page.click('.sorts >> text="Sales"')
  await page.waitForURL('**/login**')
})

browserTest(t, 'S-28 S-43 a sorted table belongs to the same account as its heading', async t => {
  const product = await startTestProduct(t, { ...manyRows, worker: true })
  const { seller, email, id } = await aSeller(product, 'manager')
  for (const [user, label] of [
    ['us-seller', 'My Brand US'],
    ['three-regions', 'My Store UK'],
  ] as const) {
    await seller.connect(user, label)
    await until(
      'the account is loaded',
      async () => {
        const open = 'select from sync_run join connection on connection.id = connection_id'
        return (await product.query(`${open} where user_id = $1 and finished_at is null`, [id])).length === 0
      },
      120,
    )
  }
  const selectAccount = (name: string) =>
    product.query(
      `update session set current_connection_id = (select id from connection where user_id = $1 and account_name = $2)
       where user_id = $1`,
      [id, name],
    )
  const { seller: window, page } = await signInWithBrowser(t, product, email)
  await selectAccount('My Brand US')
  await window.open('/dashboard/ads/search-terms')
  t.match(await page.textContent('[data-table-heading]'), 'USD')

  await selectAccount('My Store UK')
  await page.click('.sorts >> text="Clicks"')
  await page.waitForSelector('th[aria-sort=descending] >> text=Clicks')
  t.match(await page.textContent('[data-table-heading]'), 'GBP', 'the heading shows the other account')
})

browserTest(t, 'S-28 text typed into the filter is kept while a table is fetched', async t => {
  const { window, page } = await openSignedInWindow(t)
  await window.open('/dashboard/ads/search-terms')
  const { promise: typed, resolve: finishTyping } = Promise.withResolvers<void>()
  await page.route('**sort=clicks**', async route => {
    await typed
    await route.continue().catch(() => undefined)
  })
  await page.click('.sorts >> text="Clicks"')
  await page.waitForSelector('[data-table][aria-busy]')
  await page.fill('[name=q]', 'shoes')
  finishTyping()
  await page.waitForSelector('[data-table]:not([aria-busy])')
  t.equal(await page.inputValue('[name=q]'), 'shoes')
  await page.keyboard.press('Enter')
  await page.waitForURL('**q=shoes**')
  t.notMatch(page.url(), 'sort=clicks', 'the pending sort is dropped')
})

browserTest(
  t,
  'S-28 sorting works while the page scrolls to a fragment and after the page is translated',
  async t => {
    const { window, page } = await openSignedInWindow(t)
    await window.open('/dashboard/ads/search-terms')
    await page.evaluate('window.wasNotReloaded = true')
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**sort=clicks**', async route => {
      await released
      await route.continue()
    })
    await page.click('.sorts >> text="Clicks"')
    await page.waitForSelector('[data-table][aria-busy]')
    await page.evaluate('location.hash = "main"')
    release()
    await page.waitForSelector('th[aria-sort=descending] >> text=Clicks')

    await page.evaluate('document.querySelector("h1").innerHTML = "<font>Suchbegriffe</font>"')
    await page.click('.sorts >> text="Sales"')
    await page.waitForSelector('th[aria-sort=descending] >> text=Sales')
    t.equal(await page.evaluate('window.wasNotReloaded'), true, 'the page has not reloaded')
  },
)
