import t from 'tap'
import { recurringJobNames } from '../../../src/admin/overview/recurring-jobs.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { enterConsoleInBrowser, newStaff } from '../../support/browser/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import type { Answer, Caller } from '../caller.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { anAgent, aSeller } from '../users.ts'

const always = 1_000_000
const noThrottle = { times: 0, retryAfterSeconds: null, html: false, reportType: null }

async function connectSeller(product: TestProduct, user: string, label: string) {
  const seller = await aSeller(product)
  await seller.seller.connect(user, label)
  return seller
}

const text = ({ $ }: Answer, selector: string): string => $(selector).text().replace(/\s+/g, ' ').trim()

function countsIn({ $ }: Answer, part: string) {
  return $(`#part-${part} tbody tr`)
    .toArray()
    .map(row => ({
      name: $(row).find('th').text().trim(),
      count: Number($(row).find('a').text()),
      href: $(row).find('a').attr('href') ?? '',
    }))
}

const numbersIn = (page: Answer, part: string): Record<string, number> =>
  Object.fromEntries(countsIn(page, part).map(({ name, count }) => [name, count]))

/** Counts by tile name; failed reports by period. */
function queueIn({ $ }: Answer): Record<string, number> {
  const tiles = $('.queue__tile')
    .toArray()
    .map(tile => {
      const name = $(tile).find('.queue__name').text()
      const hint = $(tile).find('.queue__hint').text()
      return [name === 'Failed' ? hint : name, Number($(tile).find('a').text())]
    })
  return Object.fromEntries(tiles)
}

const alertsIn = ({ $ }: Answer): string[] =>
  $('.alerts__list li')
    .toArray()
    .map(alert => $(alert).text().replace(/\s+/g, ' ').trim())

/** The region's cells: status, calls, shares, times, rate, last throttled. */
function regionIn({ $ }: Answer, name: string): string[] {
  const row = $('.regions tbody tr').filter((_, each) => $(each).find('th').text() === name)
  return row
    .find('td')
    .toArray()
    .map(cell => $(cell).text().replace(/\s+/g, ' ').trim())
}

const rowsOf = ({ $ }: Answer): number => $('tr[data-row]').length

t.test('S-45 each number on the overview matches the cases that it links to', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { sandbox, clock } = product
  sandbox.controls.set({ failReports: { spSearchTerm: always } })
  const failing = await connectSeller(product, 'us-seller', 'My Brand US')
  await postponeSyncs(product)
  await until(
    'one report has failed',
    async () => {
      clock.advance(minutes(5))
      return (await failing.records.events('sync_finished')).length > 0
    },
    60,
  )
  sandbox.controls.set({ failReports: {} })
  const healthy = await connectSeller(product, 'empty', 'Quiet Brand US')
  await postponeSyncs(product)
  await until('the account is loaded', async () => (await healthy.records.events('sync_finished')).length > 0)
  sandbox.controls.set({ createThrottle: { ...noThrottle, times: always, retryAfterSeconds: 3000 } })
  const throttled = await connectSeller(product, 'us-seller', 'My Brand US')
  await postponeSyncs(product)
  await until(
    'all reports of the account are throttled',
    async () => (await throttled.records.events('report_error')).length >= 15,
    40,
  )
  const { seller: waiting } = await aSeller(product)
  await waiting.returnFromAmazon(await waiting.authorise('us-seller'))
  const { seller: discarded } = await aSeller(product)
  await discarded.returnFromAmazon(await discarded.authorise('us-seller'))
  await discarded.post('/dashboard/ads/pending/discard')
  await product.newUser()

  const { console: agent } = await anAgent(product)
  const openOverview = () => agent.get('/admin/')
  await until('every case summary is up to date', async () => {
    const [remaining] = await product.query<{ count: string }>('select count(*) from case_change')
    return remaining?.count === '0' && (numbersIn(await openOverview(), 'health')['Throttled'] ?? 0) === 1
  })
  const page = await openOverview()

  t.strictSame(numbersIn(page, 'health'), { Connected: 1, Throttled: 1, 'Partly failing': 1 })
  const stages = numbersIn(page, 'stage')
  t.match(stages, { Ready: 2, Choosing: 1, 'Generating Reports': 1 })
  // One seller discarded, another never tried; staff are not cases.
  t.equal(stages['Not started'], 2)
  const causes = numbersIn(page, 'cause')
  t.match(causes, { 'Throttled by Amazon': 1, 'Amazon couldn’t generate a report': 1 })
  for (const part of ['health', 'stage', 'cause']) {
    const counts = countsIn(page, part)
    t.ok(counts.length > 2, part)
    for (const { name, count, href } of counts)
      t.equal(rowsOf(await agent.get(href)), count, `${part}: ${name} leads to ${count}`)
  }

  t.strictSame(queueIn(page), {
    Waiting: 15,
    Running: 0,
    Late: 0,
    'in the last 24 hours': 1,
    'in the last 7 days': 1,
  })
  t.equal(
    text(page, '.queue__runs'),
    'Syncs in progress Initial syncs1After reauthorisation0Daily syncs0Retries0Backfills0',
  )
  const longest = page.$('.queue__longest a')
  const [connection] = await throttled.records.connections()
  t.equal(longest.attr('href'), `/admin/cases/${connection?.id}`)
  t.match(text(page, '.queue__longest'), /A seller for .*My Brand US — Amazon\.com since .* \(/)
})

t.test('S-45 the overview shows an unresponsive region and its calls', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { sandbox, clock } = product
  const { console: agent } = await anAgent(product)
  t.strictSame(alertsIn(await agent.get('/admin/')), [])
  t.match(text(await agent.get('/admin/'), '.alerts'), 'No alerts Workers running')
  const europe = ['Normal', '0', '–', '–', '–', '–', '1,500 of 1,500', '–']
  t.strictSame(regionIn(await agent.get('/admin/'), 'Europe'), europe)

  const { seller } = await aSeller(product)
  const picker = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  sandbox.controls.set({ regionsDown: ['NA'] })
  await seller.choose(picker, 'My Brand US')
  await until('the region is paused', async () => {
    clock.advance(minutes(0.1))
    return alertsIn(await agent.get('/admin/')).some(alert => alert.startsWith('North America'))
  })
  await until(
    'the region’s calls are counted',
    async () => regionIn(await agent.get('/admin/'), 'North America')[1] !== '0',
  )
  const paused = await agent.get('/admin/')
  t.match(alertsIn(paused)[0], /North America not responding\. .* since \d+ \w+ 20\d\d, \d\d:\d\d UTC \(/)
  const [state, calls, throttled, unanswered] = regionIn(paused, 'North America')
  t.match(state, /^Paused until \d\d:\d\d UTC, for /)
  t.ok(Number(calls) >= 6)
  t.strictSame([throttled, unanswered], ['0%', '100%'])
  t.strictSame(regionIn(paused, 'Europe'), europe)
})

const jobsIn = ({ $ }: Answer): string[] =>
  $('.jobs tbody tr')
    .toArray()
    .map(row => $(row).text().replace(/\s+/g, ' ').trim())

t.test('S-45 the overview lists when a worker last ran each recurring job', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { console: agent } = await anAgent(product)
  const onTime = /^[A-Z].+\. ?On time ?(30 s|1 min|10 min) ?\w.* ago ?\w.* ago$/

  await t.resolves(
    until('each job has run', async () => {
      const jobs = jobsIn(await agent.get('/admin/'))
      return jobs.length === recurringJobNames.length && jobs.every(job => onTime.test(job))
    }),
  )
})

t.test('S-45 S-46 the overview’s automatic refresh does not extend a session', async t => {
  const product = await startTestProduct(t, { worker: true })
  const agents = [await anAgent(product), await anAgent(product), await anAgent(product)] as const
  const [watching, active, onCases] = agents.map(({ console }) => console) as [Caller, Caller, Caller]
  const automatic = { 'x-refresh': 'script' }
  for (let at = 5; at < 30; at += 5) {
    product.clock.advance(minutes(5))
    t.equal((await watching.get('/admin/', automatic)).status, 200, `after ${at} minutes`)
    await active.get('/admin/')
    await onCases.get('/admin/cases', automatic)
  }
  product.clock.advance(minutes(6))
  t.match(
    (await watching.get('/admin/', automatic)).location,
    /^\/admin\/login/,
    'the session ends after 30 minutes',
  )
  t.equal((await active.get('/admin/')).status, 200, 'opening the page extends the session')
  t.equal((await onCases.get('/admin/cases')).status, 200, 'other pages ignore the refresh header')
})

browserTest(t, 'S-45 the overview refreshes automatically until the agent pauses it', async t => {
  const product = await startTestProduct(t, { worker: true })
  const staff = await newStaff(product)
  await product.newUser()
  await until('the first user is counted', async () => {
    const [remaining] = await product.query<{ count: string }>('select count(*) from case_change')
    return remaining?.count === '0'
  })
  const visitor = await openWindow(t, product.address, { viewport: { width: 1000, height: 500 } })
  const { page } = visitor
  await page.clock.install()
  await enterConsoleInBrowser(visitor, staff)
  const refreshes: string[] = []
  page.on('request', request => {
    if (request.headers()['x-refresh'] === 'script') refreshes.push(request.url())
  })
  const notStarted = page.locator('#part-stage tr', { hasText: 'Not started' }).locator('a')
  const before = Number(await notStarted.textContent().catch(() => '0'))
  await page.locator('#part-stage a').first().focus()
  await page.evaluate('scrollTo(0, 300)')
  const scrolled = await page.evaluate('scrollY')
  const href = await page.evaluate('document.activeElement.getAttribute("href")')

  await product.newUser()
  await until('the new user is counted', async () => {
    await page.clock.fastForward(15_000)
    return Number(await notStarted.textContent()) === before + 1
  })

  t.equal(await page.evaluate('document.activeElement.getAttribute("href")'), href, 'the focus is unchanged')
  t.equal(await page.evaluate('scrollY'), scrolled, 'the scroll position is unchanged')
  t.equal(await page.locator('[data-refresh-error]').isVisible(), false)

  await page.click('[data-refresh-pause]')
  t.equal(await page.textContent('[data-refresh-pause]'), 'Resume refreshing')
  const requestCount = refreshes.length
  t.ok(requestCount > 0)
  await page.clock.fastForward(120_000)
  t.equal(refreshes.length, requestCount, 'a paused page sends no request')

  product.clock.advance(minutes(31))
  await page.click('[data-refresh-pause]')
  await page.locator('[data-refresh-error] a').waitFor()
  t.match(await page.textContent('[data-refresh-error]'), 'Signed out')
  const countAtSignOut = refreshes.length
  await page.clock.fastForward(120_000)
  t.equal(refreshes.length, countAtSignOut, 'a signed-out page sends no request')
  t.strictSame(visitor.browserErrors, [])
})
