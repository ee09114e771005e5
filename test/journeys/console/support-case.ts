import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { browserTest, openWindow, type Visitor } from '../../support/browser/chromium-browser.ts'
import { enterConsoleInBrowser, newStaff } from '../../support/browser/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf, until } from '../user-records.ts'
import { anAgent } from '../users.ts'

/** A seller's message to support; the console must show how to solve it. */
export interface SupportMessage {
  readonly message: string
  /** The search term in the email. */
  readonly searchTerm: string
  /** How the agent solves the case: with the console's message, or with the diagnosis's first linked tool. */
  readonly agent: 'sends message' | 'uses tool'
  /** The name of the diagnosis. */
  readonly diagnosis: string
  /** Checks the seller's side, Amazon or the database, never the page the agent followed. */
  readonly checkSolved: (outcome: CaseOutcome) => Promise<void>
}

export interface CaseOutcome {
  /** The message to the seller, from the clipboard or the page. */
  readonly message: string
  readonly text: string
  /** Signed in to the console as a second staff member. */
  readonly console: Caller
}

export interface SupportCase {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
  readonly arrange: (product: TestProduct, t: Test) => Promise<SupportMessage>
}

export const maxClicks = 6
export const day = 86_400_000

export function testSupportCases(parent: Test, cases: readonly SupportCase[]): void {
  for (const { name, env = {}, arrange } of cases)
    browserTest(parent, `S-42 S-43 a support case: ${name}`, async t => {
      const product = await startTestProduct(t, { worker: true, env })
      const supportMessage = await arrange(product, t)
      t.match(supportMessage.message, supportMessage.searchTerm, 'the email contains the search term')
      const { console } = await anAgent(product)
      await waitUntilListed(product, console, supportMessage.searchTerm)

      const visitor = await openWindow(t, product.address, {
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await enterConsoleInBrowser(visitor, await newStaff(product))
      const agent = new Agent(visitor)
      const message = await agent.solve(t, supportMessage)
      t.ok(agent.clicks <= maxClicks, `${agent.clicks} clicks`)
      t.comment(`${agent.clicks} clicks: ${name}`)
      await supportMessage.checkSolved({ message, text: await visitor.text('main'), console })
      t.strictSame(visitor.browserErrors, [])
    })
}

/** Waits until the case summary is up to date. */
const waitUntilListed = ({ query }: TestProduct, console: Caller, searchTerm: string) =>
  until(`${searchTerm} is found`, async () => {
    const [queue] = await query<{ count: string }>('select count(*) from case_change')
    const { $ } = await console.get(`/admin/cases?${new URLSearchParams({ q: searchTerm })}`)
    return queue?.count === '0' && $('tr[data-row]').length === 1
  })

/** Knows the console's pages but not the cause. Counts each click, and Enter in the search field. */
class Agent {
  clicks = 0
  readonly #page: Page

  constructor({ page }: Visitor) {
    this.#page = page
  }

  /** Goes from the overview to the diagnosis and solves the case. @returns the message for the seller. */
  async solve(t: Test, { searchTerm, agent, diagnosis }: SupportMessage): Promise<string> {
    const page = this.#page
    await this.#click('.staff-nav >> text="Cases"')
    await this.#click('#q')
    await page.keyboard.type(searchTerm)
    this.clicks += 1
    await page.keyboard.press('Enter')
    await page.waitForURL(url => url.searchParams.get('q') === searchTerm)
    await this.#click('tr[data-row] a')
    t.equal(await page.textContent('#diagnosis-title'), diagnosis)
    const message = (await page.textContent('.diagnosis > .seller-message')) ?? ''
    if (agent === 'uses tool') {
      await this.#useTool(t)
      return message
    }
    await this.#click('.diagnosis >> text="Copy the message"')
    await page.waitForSelector('text="Copied"')
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    t.equal(copied, message, 'the clipboard contains the message on the page')
    return copied
  }

  /** Uses the first linked tool. Opens the tool's form itself if the link doesn't. */
  async #useTool(t: Test): Promise<void> {
    const page = this.#page
    const tool = page.locator('.diagnosis > .links a').first()
    const name = (await tool.textContent()) ?? ''
    await this.#click('.diagnosis > .links a')
    const form = page.locator('details.action', { hasText: name })
    const appears = (selector: string) =>
      form
        .locator(selector)
        .waitFor({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        )
    if (!(await appears('form'))) await this.#click(`summary >> text="${name}"`)
    if (!(await appears('input[name=reason]:focus'))) await this.#click('details[open] input[name=reason]')
    await page.keyboard.type('The seller asked for it by email')
    await this.#click('details[open] button[type=submit]')
    await page.waitForSelector('.notice')
    t.equal(await page.locator('.notice--error').count(), 0, 'the action succeeds')
  }

  async #click(selector: string): Promise<void> {
    this.clicks += 1
    await this.#page.locator(selector).first().click()
    await this.#page.waitForLoadState()
  }
}

export async function createSeller(
  product: TestProduct,
  subscription?: Parameters<TestProduct['newUser']>[1],
) {
  const user = await product.newUser('seller', subscription)
  const caller = new Caller(product.address)
  await caller.signIn(user.email)
  const records = recordsOf(product, user.id)
  const stage = async (): Promise<string> =>
    JSON.parse((await caller.get('/dashboard/ads/status')).body).stage
  return {
    ...user,
    caller,
    records,
    stage,
    waitUntilLoaded: () => until('the account is loaded', async () => (await stage()) === 'ready', 60),
    /** Connects and waits until the account is loaded. @returns the connection's id. */
    async connectAndLoad(user = 'us-seller', label = 'My Brand US'): Promise<string> {
      await caller.connect(user, label)
      await this.waitUntilLoaded()
      return (await records.connections()).at(-1)?.id ?? ''
    },
    /** Reauthorises at Amazon. @returns the page that follows. */
    async reauthorise(connectionId: string, user: string) {
      const { location } = await caller.post(`/dashboard/ads/connections/${connectionId}/renew`)
      return this.followCallback(await caller.decide(new URL(location ?? ''), user))
    },
    async followCallback(back: URL) {
      let page = await caller.get(back.pathname + back.search)
      while (page.location) page = await caller.get(page.location)
      return page
    },
    openDashboard: () => caller.get('/dashboard/ads/'),
  }
}
