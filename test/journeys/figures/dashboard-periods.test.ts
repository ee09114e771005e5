import t from 'tap'
import { addDays, type DayRange, dayCount, parseDay } from '../../../src/domain/calendar.ts'
import type { HttpBrowser } from '../../support/browser/http-browser.ts'
import { figuresOnPage, mismatches, readSandboxTotals } from '../../support/browser/sellers-journey.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { randomIntegerBelow, randomNumbers } from '../../support/seed.ts'
import { aLoadedAccount } from '../users.ts'

async function setUp(product: TestProduct) {
  const { browser, email, id } = await aLoadedAccount(product)
  const [connection] = await product.query<{ id: string; profile_id: string; from: string; to: string }>(
    `select connection.id, connection.profile_id, min(day_from)::text as from, max(day_to)::text as to
     from connection join report on report.connection_id = connection.id
     where user_id = $1 and type = 'sp_campaigns' group by connection.id`,
    [id],
  )
  if (!connection) throw new Error('there is no connection')
  const loaded: DayRange = { from: parseDay(connection.from), to: parseDay(connection.to) }
  return {
    email,
    browser,
    loaded,
    connectionId: connection.id,
    expectedTotals: (days: DayRange) => readSandboxTotals(product.sandbox.url, connection.profile_id, days),
    async expectedProductTotals(reportType: string, days: DayRange) {
      const query = new URLSearchParams({ profileId: connection.profile_id, reportType, ...days })
      const answer = await fetch(`${product.sandbox.url}/sandbox/truth?${query}`)
      return (await answer.json()) as { minorUnits: number; total: { rows: number } & Record<string, number> }
    },
  }
}

const cells = (browser: HttpBrowser, row: string): string[] =>
  browser.page
    .$('section[aria-labelledby="products-title"] tbody tr')
    .filter((_, element) => browser.page.$(element).text().includes(row))
    .find('td')
    .toArray()
    .map(cell => browser.page.$(cell).text())

const days = (from: string, to: string): DayRange => ({ from: parseDay(from), to: parseDay(to) })

t.test('the dashboard of a loaded account follows the chosen period', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { browser, loaded, connectionId, expectedTotals, expectedProductTotals } = await setUp(product)

  t.test('S-28 tiles and ad products match Amazon’s figures to the cent for any period', async t => {
    const rangeOf = (first: number, last: number): DayRange => ({
      from: addDays(loaded.from, first),
      to: addDays(loaded.from, last),
    })
    const random = randomNumbers()
    const randomRanges = Array.from({ length: 12 }, () => {
      const [one, other] = [randomIntegerBelow(30, random), randomIntegerBelow(30, random)]
      return rangeOf(Math.min(one, other), Math.max(one, other))
    })
    for (const range of [rangeOf(0, 29), rangeOf(0, 0), rangeOf(29, 29), ...randomRanges]) {
      const what = `${range.from} to ${range.to}`
      await browser.open(`/dashboard/ads/?from=${range.from}&to=${range.to}`)
      const amazonTotals = await expectedTotals(range)
      t.strictSame(mismatches(figuresOnPage(browser, amazonTotals.minorUnits), amazonTotals), [], what)

      for (const [name, reportType, sales] of [
        ['Sponsored Products', 'spCampaigns', 'sales7d'],
        ['Sponsored Brands', 'sbCampaigns', 'sales'],
        ['Sponsored Display', 'sdCampaigns', 'sales'],
      ] as const) {
        const { minorUnits, total } = await expectedProductTotals(reportType, range)
        // An ad product is also listed for rows in the previous period, if that is fully loaded.
        const length = dayCount(range)
        const before = { from: addDays(range.from, -length), to: addDays(range.to, -length) }
        const isListed =
          total.rows > 0 ||
          (before.from >= loaded.from && (await expectedProductTotals(reportType, before)).total.rows > 0)
        const money = (amount = 0) =>
          new Intl.NumberFormat('en-GB', {
            style: 'currency',
            currency: 'USD',
            currencyDisplay: 'narrowSymbol',
          }).format(amount / minorUnits)
        const shown = cells(browser, name)
        const expected = isListed ? [money(total['cost']), money(total[sales])] : []
        t.strictSame(shown.slice(0, 2), expected, `${name}, ${what}`)
      }
    }
  })

  t.test('S-28 a period is compared with the previous period if that is loaded', async t => {
    const previousFigure = (name: string) =>
      browser.page
        .$('.tile')
        .filter((_, tile) => browser.page.$(tile).find('dt').text() === name)
        .find('.tile__previous')
        .text()
    for (const preset of ['7d', '14d'] as const) {
      await browser.open(`/dashboard/ads/?period=${preset}`)
      const length = Number.parseInt(preset, 10)
      const earlier = { from: addDays(loaded.to, 1 - 2 * length), to: addDays(loaded.to, -length) }
      const { totals } = await expectedTotals(earlier)
      t.match(previousFigure('Clicks'), new Intl.NumberFormat('en-GB').format(totals.clicks), preset)
      t.equal(browser.page.$('[aria-label="Period"] [aria-current]').text(), `${length} days`)
    }
    await browser.open('/dashboard/ads/')
    t.match(previousFigure('Clicks'), '–', 'the previous thirty days are not loaded')
    t.equal(browser.page.$('[aria-label="Period"] [aria-current]').text(), '30 days')
  })

  t.test('S-28 a link counts clicks only, and every link of the page keeps that', async t => {
    const money = (text: string | undefined) => Number(text?.replace(/[^\d.]/g, ''))
    const countingLinks = () => browser.page.$('[aria-label="Orders and sales"] a')
    const acosShown: number[] = []
    for (const [label, suffix, note] of [
      ['As in Amazon’s console', '', 'Views count too'],
      ['Clicks only', 'Clicks', 'count clicks only'],
    ] as const) {
      const link = countingLinks().filter((_, element) => browser.page.$(element).text() === label)
      await browser.open(link.attr('href') ?? '')
      t.equal(countingLinks().filter('[aria-current]').text(), label)
      t.match(browser.page.$('.footnotes').text(), note)
      for (const [name, reportType] of [
        ['Sponsored Brands', 'sbCampaigns'],
        ['Sponsored Display', 'sdCampaigns'],
      ] as const) {
        const { minorUnits, total } = await expectedProductTotals(reportType, loaded)
        const [, sales, acos, , orders] = cells(browser, name)
        t.equal(Math.round(money(sales) * minorUnits), total[`sales${suffix}`], `${name}, ${label}`)
        t.equal(money(orders), total[`purchases${suffix}`], `${name}, ${label}`)
        acosShown.push(money(acos))
      }
    }
    const [, display = 0, , displayByClick = 0] = acosShown
    t.ok(displayByClick > 2 * display, `vCPM: ACOS is ${displayByClick}% by click, not ${display}%`)
    const kept = browser.page
      .$('.levels a, [aria-label="Period"] a, .campaign__name[href], .movers a')
      .toArray()
      .map(element => browser.page.$(element).attr('href') ?? '')
    t.ok(kept.length > 12)
    t.strictSame(
      kept.filter(href => !href.includes('count=clicks')),
      [],
    )
    for (const form of ['.periods__form', '.chart__form'])
      t.equal(browser.page.$(`${form} input[name="count"]`).attr('value'), 'clicks', form)

    await browser.open('/dashboard/ads/search-terms?count=clicks')
    t.match(browser.page.$('.footnotes').text(), 'count clicks only')
    t.match(browser.page.$('a[download]').attr('href'), 'count=clicks')
    t.equal(browser.page.$('.filters input[name="count"]').attr('value'), 'clicks')
    await browser.open('/dashboard/ads/')
  })

  t.test('S-28 the URL keeps the account, the period and the chart after every selection', async t => {
    await browser.open(`/dashboard/ads/?account=${connectionId}&period=14d&columns=impressions&line=acos`)
    t.match(browser.page.$('#chart-title').text(), 'Impressions and ACOS, day by day')
    t.equal(browser.page.$('.chart__column').length, 14)
    t.equal(
      browser.page.$('.chart__column--provisional').length,
      14,
      'the last fourteen days are provisional',
    )
    const link = browser.page.$('[aria-label="Period"] a').first().attr('href') ?? ''
    t.strictSame(Object.fromEntries(new URLSearchParams(link.split('?')[1])), {
      account: connectionId,
      columns: 'impressions',
      line: 'acos',
      period: '7d',
    })
    const readHiddenFields = (form: string) =>
      Object.fromEntries(
        browser.page
          .$(`${form} input[type=hidden]`)
          .toArray()
          .map(input => [browser.page.$(input).attr('name') ?? '', browser.page.$(input).attr('value')]),
      )
    t.strictSame(readHiddenFields('.periods__form'), {
      account: connectionId,
      columns: 'impressions',
      line: 'acos',
    })
    t.strictSame(readHiddenFields('.chart__form'), { account: connectionId, period: '14d' })

    const [from, to] = [addDays(loaded.to, -3), addDays(loaded.to, -1)]
    await browser.open(`/dashboard/ads/?from=${to}&to=${from}`)
    t.equal(browser.page.$('.chart__column').length, 3, 'a reversed date range is corrected')
    await browser.open(`/dashboard/ads/?from=${addDays(loaded.from, -300)}&to=${loaded.from}`)
    t.equal(browser.page.$('.chart__column').length, 1, 'days that are not loaded are left out')
  })

  t.test('S-28 a period without data is reported, and an invalid period is rejected', async t => {
    const early = days('2020-01-01', '2020-01-31')
    t.equal(dayCount(early), 31)
    await browser.open(`/dashboard/ads/?from=${early.from}&to=${early.to}`)
    t.match(browser.text, 'No data for these dates')
    t.equal(browser.page.$('#from').attr('min'), loaded.from)
    for (const query of [
      'period=9d',
      'from=2026-02-30&to=2026-03-01',
      'from=yesterday',
      'columns=profit',
      'line=',
    ]) {
      const answer = await browser.request(`/dashboard/ads/?${query}`)
      t.equal(answer.status, 400, query)
    }
    for (const query of ['from=&to=', `from=${loaded.to}&to=`])
      t.equal((await browser.request(`/dashboard/ads/?${query}`)).status, 200, query)
  })
})
