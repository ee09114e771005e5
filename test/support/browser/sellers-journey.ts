import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import type { TestProduct } from '../product/test-product.ts'
import { HttpBrowser } from './http-browser.ts'

/** Totals of the sandbox or the dashboard; money in the currency's smallest unit. */
export interface Figures {
  readonly impressions: number
  readonly clicks: number
  readonly orders: number
  readonly cost: number
  readonly sales: number
}

export type DailyFigures = ReadonlyMap<string, Pick<Figures, 'cost' | 'sales'>>

export async function signIn(browser: HttpBrowser, email: string): Promise<void> {
  await browser.open('/dashboard/ads/')
  await browser.submit('form[action="/login"]', { fields: { email, password: demoPassword } })
}

/** From *Connect* through Amazon's consent page to the page after the callback. */
export async function authorise(
  browser: HttpBrowser,
  amazonUser: string,
  decision: 'allow' | 'cancel' = 'allow',
): Promise<void> {
  await browser.submit('main form[action="/dashboard/ads/connect"]:not(:has(input[name=region][value!=""]))')
  await browser.submit('form:has(input[name=user])', {
    fields: { user: amazonUser },
    button: `button[value=${decision}]`,
  })
}

export async function choose(browser: HttpBrowser, label: string): Promise<void> {
  const button = browser.page
    .$('button[name=profile]')
    .filter((_, element) => browser.page.$(element).text().includes(label))
  const profileId = button.first().attr('value')
  if (!profileId) throw new Error(`the picker does not offer ${label}`)
  await browser.submit('form.picker__scroll', { button: `button[value="${profileId}"]` })
}

export interface Status {
  readonly stage: string
  readonly reports: { readonly done: number; readonly total: number }
}

/** Polls as the waiting screen does, until the sync is finished. */
export async function waitForSync(
  browser: HttpBrowser,
  {
    seconds = 120,
    onStatus = () => undefined,
  }: { seconds?: number; onStatus?: (status: Status) => void } = {},
): Promise<Status> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const response = await browser.request('/dashboard/ads/status')
    const status = (await response.json()) as Status
    onStatus(status)
    if (status.stage === 'ready' || status.stage === 'failed') return status
    await sleep(500)
  }
  throw new Error(`loading did not finish within ${seconds} seconds`)
}

type OpenPage = { readonly page: Pick<HttpBrowser['page'], '$'> }

export function figuresOnPage(
  browser: OpenPage,
  minorUnits: number,
): { totals: Figures; daily: DailyFigures } {
  const { $ } = browser.page
  const tile = (name: string): string => {
    const found = $('.tile').filter((_, element) => $(element).find('dt').text().trim() === name)
    if (found.length !== 1) throw new Error(`the dashboard has ${found.length} tiles for ${name}`)
    return found.find('.tile__value').text()
  }
  const daily = new Map<string, Pick<Figures, 'cost' | 'sales'>>()
  $('table')
    .first()
    .find('tbody tr')
    .each((_, row) => {
      const [spend = '', sales = ''] = $(row)
        .find('td')
        .toArray()
        .map(cell => $(cell).text())
      const day = isoDay($(row).find('th').text().trim())
      daily.set(day, { cost: minor(spend, minorUnits), sales: minor(sales, minorUnits) })
    })
  return {
    totals: {
      impressions: minor(tile('Impressions'), 1),
      clicks: minor(tile('Clicks'), 1),
      orders: minor(tile('Orders'), 1),
      cost: minor(tile('Spend'), minorUnits),
      sales: minor(tile('Sales'), minorUnits),
    },
    daily,
  }
}

/** `$1,234.56` is 123456 cents; digit by digit, so that no rounding hides a cent. */
function minor(text: string, minorUnits: number): number {
  const digits = text.replace(/[^0-9.]/g, '')
  const [units = '0', fraction = ''] = digits.split('.')
  if (fraction.length > String(minorUnits).length - 1) throw new Error(`${text} has too many decimals`)
  return Number(units) * minorUnits + Number(fraction || 0)
}

/** Parses `Tue, 24 Nov 2026`. */
const isoDay = (text: string): string =>
  new Date(`${text.replace(/^\w+,? /, '')} UTC`).toISOString().slice(0, 10)

interface SandboxFigures {
  readonly minorUnits: number
  readonly total: Readonly<Record<string, number>>
  readonly days: readonly (Readonly<Record<string, number>> & { readonly date: string })[]
}

const campaignReports = [
  { reportType: 'spCampaigns', sales: 'sales7d', orders: 'purchases7d' },
  { reportType: 'sbCampaigns', sales: 'sales', orders: 'purchases' },
  { reportType: 'sdCampaigns', sales: 'sales', orders: 'purchases' },
] as const

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`the sandbox does not return its figures: ${response.status}`)
  return response.text()
}

/**
 * Returns the sandbox's totals of the three campaign reports.
 * @param ask fetches an address; a browser's reaches a sandbox that this process can't.
 */
export async function readSandboxTotals(
  sandboxUrl: string,
  profileId: string,
  days: { readonly from: string; readonly to: string },
  ask: (address: string) => Promise<string> = fetchText,
): Promise<{ minorUnits: number; totals: Figures; daily: DailyFigures }> {
  const totals = { impressions: 0, clicks: 0, orders: 0, cost: 0, sales: 0 }
  const daily = new Map<string, { cost: number; sales: number }>()
  let minorUnits = 1
  for (const { reportType, sales, orders } of campaignReports) {
    const query = new URLSearchParams({ profileId, reportType, ...days })
    const truth = JSON.parse(await ask(`${sandboxUrl}/sandbox/truth?${query}`)) as SandboxFigures
    minorUnits = truth.minorUnits
    totals.impressions += truth.total['impressions'] ?? 0
    totals.clicks += truth.total['clicks'] ?? 0
    totals.cost += truth.total['cost'] ?? 0
    totals.sales += truth.total[sales] ?? 0
    totals.orders += truth.total[orders] ?? 0
    for (const day of truth.days) {
      const sum = daily.get(day.date) ?? { cost: 0, sales: 0 }
      daily.set(day.date, { cost: sum.cost + (day['cost'] ?? 0), sales: sum.sales + (day[sales] ?? 0) })
    }
  }
  return { minorUnits, totals, daily }
}

/** Describes every difference; empty when equal to the cent. */
export function mismatches(
  page: { totals: Figures; daily: DailyFigures },
  truth: { totals: Figures; daily: DailyFigures },
): string[] {
  const found: string[] = []
  for (const name of ['impressions', 'clicks', 'orders', 'cost', 'sales'] as const) {
    const [shown, expected] = [page.totals[name], truth.totals[name]]
    if (shown !== expected) found.push(`${name}: the dashboard shows ${shown}, the truth is ${expected}`)
  }
  if (page.daily.size !== truth.daily.size)
    found.push(`${page.daily.size} days are shown, not ${truth.daily.size}`)
  for (const [day, { cost, sales }] of truth.daily) {
    const shown = page.daily.get(day)
    if (shown?.cost !== cost || shown.sales !== sales) {
      found.push(`${day}: ${shown?.cost} spent and ${shown?.sales} sold are shown, not ${cost} and ${sales}`)
    }
  }
  return found
}

/** Walks from sign-in to the dashboard. @returns the differences from the sandbox. */
export async function walkSellersJourney({
  address,
  sandboxUrl,
  email,
  amazonUser,
  profile,
  log,
}: {
  readonly address: string
  readonly sandboxUrl: string
  readonly email: string
  readonly amazonUser: string
  readonly profile: string
  readonly log: (step: string) => void
}): Promise<string[]> {
  const browser = new HttpBrowser(address)
  const check = (condition: boolean, problem: string) => {
    if (!condition) throw new Error(`${problem}; the page says: ${browser.text.slice(0, 300)}`)
  }

  await browser.open('/dashboard/ads/')
  check(browser.page.url.pathname === '/login', 'a signed-out user is not sent to the sign-in page')
  await signIn(browser, email)
  check(browser.text.includes('Connect Amazon Ads Account'), 'the welcome screen has no connect button')
  log(`signed in as ${email}: the welcome screen`)

  await authorise(browser, amazonUser)
  check(browser.page.$('dialog').length === 1, 'no account picker after the consent')
  const offered = browser.page.$('button[name=profile]').length
  log(`allowed access at Amazon as ${amazonUser}: the account picker offers ${offered} profile(s)`)

  const profileId =
    browser.page
      .$('button[name=profile]')
      .filter((_, element) => browser.page.$(element).text().includes(profile))
      .first()
      .attr('value') ?? ''
  await choose(browser, profile)
  check(browser.text.includes('Generating Reports'), 'no waiting screen after the choice')
  log(`chose ${profile}: the waiting screen`)

  let lastLogged = ''
  const status = await waitForSync(browser, {
    onStatus({ stage, reports }) {
      const now = `${stage}, ${reports.done} of ${reports.total} reports`
      if (now !== lastLogged) log(`  ${now}`)
      lastLogged = now
    },
  })
  check(status.stage === 'ready', `loading ended as ${status.stage}`)

  await browser.open('/dashboard/ads/')
  check(browser.heading === 'Ads performance', 'no dashboard after loading')
  const days = shownDays(browser)
  const truth = await readSandboxTotals(sandboxUrl, profileId, days)
  const page = figuresOnPage(browser, truth.minorUnits)
  log(`the dashboard shows ${days.from} to ${days.to}: ${JSON.stringify(page.totals)}`)
  return mismatches(page, truth)
}

/** Walks the journey with one US profile. @returns the differences from the sandbox. */
export async function walkUsSellersJourney(
  t: Pick<Test, 'comment'>,
  { address, sandbox, newUser }: Pick<TestProduct, 'address' | 'sandbox' | 'newUser'>,
): Promise<string[]> {
  const { email } = await newUser()
  return walkSellersJourney({
    address,
    sandboxUrl: sandbox.url,
    email,
    amazonUser: 'us-seller',
    profile: 'My Brand US — Amazon.com',
    log: step => t.comment(step),
  })
}

export function shownDays(browser: OpenPage): { from: string; to: string } {
  const days = browser.page.$('table').first().find('tbody th').toArray()
  const texts = days.map(day => isoDay(browser.page.$(day).text().trim()))
  const [from, to] = [texts.at(0), texts.at(-1)]
  if (!from || !to) throw new Error('the dashboard has no daily table')
  return { from, to }
}
