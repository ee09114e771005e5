import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { addDays, parseDay } from '../../../src/domain/calendar.ts'
import { levelDefinitions, levels } from '../../../src/domain/performance/level.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { randomIntegerBelow, randomNumbers, shuffled } from '../../support/seed.ts'
import { Caller } from '../caller.ts'
import { until } from '../user-records.ts'
import { aLoadedSeller } from '../users.ts'

async function scene(product: TestProduct, user?: string, label?: string) {
  const { seller, connectionId } = await aLoadedSeller(product, user, label)
  const [connection] = await product.query<Record<'profile_id' | 'currency' | 'from', string>>(
    `select profile_id, currency, min(day_from)::text as from
     from connection join report on connection_id = connection.id where connection.id = $1 group by connection.id`,
    [connectionId],
  )
  if (!connection) throw new Error('there is no connection')
  const { profile_id: profileId, currency, from } = connection
  return { seller, connectionId, profileId, currency, from: parseDay(from) }
}

type CsvRow = Readonly<Record<string, string>>

/** Parses a file with a different library from the one that wrote it. */
const rowsOf = (body: string): CsvRow[] =>
  parse(body, { bom: true, columns: true, record_delimiter: '\r\n' }) as CsvRow[]

const reportTypes = {
  campaigns: ['spCampaigns', 'sbCampaigns', 'sdCampaigns'],
  targeting: ['spTargeting', 'sbTargeting', 'sdTargeting'],
  'search-terms': ['spSearchTerm', 'sbSearchTerm'],
  products: ['spAdvertisedProduct', 'sdAdvertisedProduct'],
} as const

t.test('the tables of a loaded account can be exported', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, connectionId } = await scene(product)

  t.test('S-28 each table exports as a file of all its rows', async t => {
    for (const level of levels) {
      const { table, keys } = levelDefinitions[level]
      const file = await seller.get(`/dashboard/ads/${level}.csv`)
      t.equal(file.status, 200, level)
      const lines = rowsOf(file.body)
      const [expected] = await product.query<{ rows: number }>(
        `select count(distinct (ad_product, ${keys.join(', ')}))::int as rows from ${table} where connection_id = $1`,
        [connectionId],
      )
      t.equal(lines.length, expected?.rows, `${level}: every row`)
      t.match(file.text, /^.?"/, 'a byte order mark shows that the file is UTF-8')
    }
    const [firstRow] = rowsOf((await seller.get('/dashboard/ads/search-terms.csv')).body)
    t.strictSame(Object.keys(firstRow ?? {}), [
      'Search term',
      'Targeting',
      'Match type',
      'Target ID',
      'Ad group',
      'Ad group ID',
      'Campaign',
      'Campaign ID',
      'Ad product',
      'Spend (USD)',
      'Sales (USD)',
      'ACOS',
      'ROAS',
      'Orders',
      'Clicks',
      'CPC (USD)',
      'Impressions',
      'CTR',
      'Attribution',
    ])
  })

  t.test('S-28 a file has the order, dates and filter of its page', async t => {
    const baseQuery = '?period=14d&sort=clicks&order=ascending&least_clicks=2&column=clicks&column=acos'
    const acosValues = rowsOf((await seller.get(`/dashboard/ads/campaigns.csv${baseQuery}`)).body)
      .map(line => Number(line['ACOS']))
      .sort((one, other) => one - other)
    // A hundredth more, because the bound is rounded.
    const bound = (100 * (acosValues[Math.floor(acosValues.length / 2)] ?? 0) + 0.01).toFixed(2)
    const query = `${baseQuery}&most_acos=${bound}`
    const page = await seller.get(`/dashboard/ads/campaigns${query}`)
    const shown = page
      .$('section[aria-labelledby="table-title"] tbody tr')
      .toArray()
      .map(row => [page.$(row).find('.campaign__name bdi').text(), page.$(row).find('td').first().text()])
    t.strictSame(
      page
        .$('.sorts')
        .toArray()
        .map(head => page.$(head).text()),
      ['ACOS', 'Clicks ↑'],
    )
    const href = page.$('a[download]').attr('href') ?? ''
    const file = await seller.get(href)
    const lines = rowsOf(file.body)
    t.ok(lines.length > 1 && lines.length < acosValues.length, `${lines.length} of ${acosValues.length}`)
    t.strictSame(
      lines.map(line => [line['Campaign'], `${(Number(line['ACOS']) * 100).toFixed(2)}%`]),
      shown,
    )
    for (const line of lines)
      t.ok(Number(line['Clicks']) >= 2 && Number(line['ACOS']) <= Number(bound) / 100, `${line['Campaign']}`)
    const received = seller.received.at(-1)
    t.match(received, /content-disposition,attachment; filename="Campaigns, My Brand US, \d{4}-/)
    t.match(received, 'text/csv; charset=utf-8')

    const form = await seller.get(
      '/dashboard/ads/campaigns?q=&least_clicks=2&most_acos=&column=spend&wasted=',
    )
    t.equal(form.status, 303)
    t.equal(
      form.location,
      '/dashboard/ads/campaigns?least_clicks=2&column=spend',
      'the address has no empty parameters',
    )
  })

  t.test('S-29 only the account’s owner can download a file, and an invalid address is rejected', async t => {
    const stranger = new Caller(product.address)
    t.equal((await stranger.get('/dashboard/ads/campaigns.csv')).location?.startsWith('/login'), true)
    await stranger.signIn((await product.newUser()).email)
    const foreign = await stranger.get(`/dashboard/ads/campaigns.csv?account=${connectionId}`)
    t.equal(foreign.status, 404)
    t.equal(foreign.$('#help-title').length, 1, 'the error page has the help form')
    t.equal((await stranger.get('/dashboard/ads/campaigns.csv')).location, '/dashboard/ads/')
    t.equal((await stranger.get('/dashboard/ads/campaigns.csv?sort=profit')).status, 400)
    t.equal((await stranger.get('/dashboard/ads/purchases.csv')).status, 404)
  })

  t.test('S-28 every table equals Amazon’s figures to the last unit for any account and dates', async t => {
    const random = randomNumbers()
    const countries = ['US', 'CA', 'MX', 'UK', 'DE', 'FR', 'IT', 'ES', 'NL', 'IN', 'JP', 'AU'] as const
    const stores = [...shuffled(countries, random).slice(0, 2), 'JP'].map(country => `My Store ${country}`)
    for (const name of [...stores, 'Acme Vendor', 'Sponsored ads - KDP']) {
      const isVendor = !stores.includes(name)
      const account = await scene(product, isVendor ? 'vendor-and-agency' : 'three-regions', name)
      const window = isVendor ? '14d' : '7d'
      const { profileId, currency, from } = account
      for (let round = 0; round < 3; round += 1) {
        const [one, other] = [randomIntegerBelow(30, random), randomIntegerBelow(30, random)].sort(
          (a, b) => a - b,
        )
        const days = { from: addDays(from, one ?? 0), to: addDays(from, other ?? 0) }
        for (const [level, types] of Object.entries(reportTypes)) {
          const isByClick = randomIntegerBelow(2, random) === 1
          const suffix = isByClick ? 'Clicks' : ''
          const expected = { cost: 0, clicks: 0, impressions: 0, orders: 0, sales: 0 }
          let minorUnits = 1
          for (const reportType of types) {
            const amazonFigures = product.sandbox.controls.truth({ profileId, reportType, ...days })
            const isSp = reportType.startsWith('sp')
            const add = (name: keyof typeof expected, amazon: string) => {
              expected[name] += amazonFigures?.total[amazon] ?? 0
            }
            for (const name of ['cost', 'clicks', 'impressions'] as const) add(name, name)
            add('orders', isSp ? `purchases${window}` : `purchases${suffix}`)
            add('sales', isSp ? `sales${window}` : `sales${suffix}`)
            minorUnits = amazonFigures?.minorUnits ?? minorUnits
          }
          const query = new URLSearchParams({ ...days, ...(isByClick && { count: 'clicks' }) })
          const lines = rowsOf((await account.seller.get(`/dashboard/ads/${level}.csv?${query}`)).body)
          const sum = (column: string, units = 1) =>
            Math.round(lines.reduce((all, line) => all + Number(line[column]) * units, 0))
          t.strictSame(
            {
              cost: sum(`Spend (${currency})`, minorUnits),
              clicks: sum('Clicks'),
              impressions: sum('Impressions'),
              orders: sum('Orders'),
              sales: sum(`Sales (${currency})`, minorUnits),
            },
            expected,
            `${level} of ${name}, ${query}`,
          )
          for (const line of lines) {
            const [spend, sales, clicks, shown, acos, ctr] = [
              `Spend (${currency})`,
              `Sales (${currency})`,
              'Clicks',
              'Impressions',
              'ACOS',
              'CTR',
            ].map(column => Number(line[column])) as [number, number, number, number, number, number]
            const isConsistent =
              Math.abs(sales ? spend / sales - acos : acos) < 1e-6 &&
              Math.abs(shown ? clicks / shown - ctr : ctr) < 1e-6
            if (!isConsistent) t.fail(JSON.stringify(line))
          }
        }
      }
    }
  })

  t.test('S-28 no name in a file is read as a spreadsheet formula', async t => {
    const names = [
      '=cmd|" /C calc"!A0',
      '+1+1',
      '-2+3',
      '@SUM(A1)',
      '\t=1+1',
      '\r\n=1+1',
      '＝1+1',
      '＋1',
      '－1',
      '＠SUM(A1)',
      '﹦1+1',
      '−1',
      '\u00a0=1+1',
      '\u200b+1+1',
      '\ufeff@SUM(A1)',
      '\u3000\u2060 -2+3',
      'a;=1+1',
      'a","=1+1',
      'O\'Brien, "the" best',
      'عرض خاص',
    ]
    const rows = await product.query<{ campaign_id: string }>(
      'select distinct campaign_id from campaign_day where connection_id = $1',
      [connectionId],
    )
    let cells: string[] = []
    for (let first = 0; first < names.length; first += rows.length) {
      const batch = names.slice(first, first + rows.length)
      for (const [index, name] of batch.entries())
        await product.query('update campaign_day set campaign_name = $2 where campaign_id = $1', [
          rows[index]?.campaign_id,
          name,
        ])
      const { body } = await seller.get('/dashboard/ads/campaigns.csv')
      const exportedNames = rowsOf(body).map(line => line['Campaign'])
      for (const name of batch) {
        const sanitised = name.replace(/[\t\r\n]+/, ' ')
        t.ok(
          exportedNames.some(one => one === sanitised || one === `'${sanitised}`),
          sanitised,
        )
      }
      t.strictSame(
        exportedNames.filter(one => /^[\s\p{Cf}]*[=+\-@＝＋－＠﹦−]/u.test(one ?? '')),
        [],
      )
      cells = [...cells, ...body.replace(/"(?:[^"]|"")*"/g, '""').split(/[,;\t|\r\n]+/)]
    }
    // With semicolons, tabs or bars as separators, no cell starts a formula either.
    t.strictSame(
      cells.filter(cell => /^[=+\-@]/.test(cell)),
      [],
    )

    // Amazon's corrections can be negative numbers.
    const [corrected] = rows
    await product.query('update campaign_day set cost = -1.5 where campaign_id = $1', [
      corrected?.campaign_id,
    ])
    const lines = rowsOf((await seller.get('/dashboard/ads/campaigns.csv')).body)
    const spend = lines.find(line => line['Campaign ID'] === corrected?.campaign_id)?.['Spend (USD)']
    t.ok(Number(spend) < 0, `${spend} is below zero`)
  })

  t.test('S-28 two exports run at once, and an abandoned one frees its slot', async t => {
    await product.query(
      `insert into search_term_fact (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting,
       match_type, search_term, impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d)
     select $1::uuid, 'SP', max(day), '1', '1', '1', 'shoes', 'BROAD', repeat('a long search term ', 9) || n,
       1, 1, 1, 0, 0, 0, 0, 0
     from campaign_day, generate_series(1, 150000) n where connection_id = $1::uuid group by n`,
      [connectionId],
    )
    // The rows were inserted without a load, which would have dropped the earlier roll-ups.
    await until('the tables are rolled up', async () => {
      return (await product.query('select from table_roll_up_due')).length === 0
    })
    await product.query('delete from table_roll_up')
    const cookie = await seller.cookies()
    const startExport = async () => {
      const controller = new AbortController()
      const address = `${product.address}/dashboard/ads/search-terms.csv`
      const response = await fetch(address, { headers: { cookie }, signal: controller.signal })
      return { status: response.status, response, abort: () => controller.abort() }
    }
    const [first, second] = [await startExport(), await startExport()]
    t.strictSame([first.status, second.status], [200, 200])
    const third = await startExport()
    t.equal(third.status, 429)
    if (third.status === 429) t.match(await third.response.text(), 'Downloads in progress')
    else third.abort()
    t.equal((await seller.get('/dashboard/ads/search-terms')).status, 200, 'the pages still answer')

    first.abort()
    second.abort()
    await until('the export slots are free again', async () => {
      const { status, response, abort } = await startExport()
      abort()
      await response.body?.cancel().catch(() => undefined)
      if (status !== 200) await sleep(100)
      return status === 200
    })
    await until('no database client is in use', async () => {
      const busy = await product.query(
        `select from pg_stat_activity where datname = current_database() and query like '%table_roll_up%'
         and state <> 'idle' and pid <> pg_backend_pid()`,
      )
      return busy.length === 0
    })
    t.equal(
      rowsOf((await seller.get('/dashboard/ads/search-terms.csv?q=term+77')).body).length,
      1 + 10 + 100 + 1000,
    )
  })
})
