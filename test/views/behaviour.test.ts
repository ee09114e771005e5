import type { BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import { closeWhenIdle, inChromium, sharedChromium } from '../support/browser/chromium-browser.ts'
import { servePages } from './serve.ts'

t.test('the pages work in a browser', inChromium(), async t => {
  const statuses = new Map<string, unknown>()
  const site = await servePages(statuses)
  const browser = await sharedChromium()
  t.teardown(async () => {
    await site.close()
  })

  async function visit(name: string, options: BrowserContextOptions = {}, now?: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    t.teardown(() => closeWhenIdle(context))
    if (now) await context.clock.setSystemTime(now)
    const page = await context.newPage()
    await page.goto(`${site.address}/pages/${name}`, { waitUntil: 'networkidle' })
    return page
  }
  const focusedText = (page: Page) =>
    page.evaluate<string>('document.activeElement.textContent.replace(/\\s+/g, " ").trim()')
  const lastPost = () => site.posts.at(-1)

  t.test('S-08 the picker works with the keyboard alone', async t => {
    const page = await visit('picker')
    t.equal(await page.evaluate('document.querySelector("dialog").matches(":modal")'), true)
    t.match(await focusedText(page), 'Choose an account to connect')

    await page.keyboard.press('Tab')
    t.match(await focusedText(page), 'Close')
    await page.keyboard.press('Tab')
    t.match(await focusedText(page), 'My Brand US — Amazon.com')
    await page.keyboard.press('ArrowDown')
    t.match(await focusedText(page), 'My Brand CA — Amazon.ca')
    await page.keyboard.press('End')
    t.match(await focusedText(page), 'Profile 772')
    await page.keyboard.press('Tab')
    t.match(await focusedText(page), 'Cancel this connection')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/dashboard/ads/choose')
    t.match(lastPost(), {
      path: '/dashboard/ads/choose',
      fields: { profile: '3716291847563920', pending: 'p-1', _csrf: 'csrf-token' },
    })
  })

  t.test('S-13 S-14 Escape closes the picker, and the seller can resume it', async t => {
    const page = await visit('picker')
    t.equal(await page.isVisible('[data-picker-resume]'), false)

    await page.keyboard.press('Escape')
    t.equal(await page.isVisible('dialog'), false)
    // The browser reports the closing of a dialog in a later task.
    await page.waitForSelector('[data-picker-resume]:focus')
    t.equal(await focusedText(page), 'Choose an account')

    await page.keyboard.press('Enter')
    t.equal(await page.evaluate('document.querySelector("dialog").matches(":modal")'), true)

    await page.click('[data-picker-close]')
    t.equal(await page.isVisible('dialog'), false)
  })

  t.test('S-08 a thousand profiles can be searched by name and marketplace', async t => {
    const page = await visit('picker-thousand')
    await page.fill('#picker-search', 'client 12 amazon.de')

    const shown = page.locator('[data-picker-list] > li:visible')
    t.equal(await shown.count(), 8)
    t.equal(await page.textContent('[data-picker-count]'), '8 of 1,000')

    await page.keyboard.press('Enter')
    t.match(await focusedText(page), 'Client 12 — Amazon.de')
    t.match(page.url(), 'picker-thousand')

    await page.fill('#picker-search', 'nobody')
    t.equal(await page.isVisible('[data-picker-none]'), true)
  })

  t.test('S-08 S-13 the picker works without JavaScript', async t => {
    const page = await visit('picker-thousand', { javaScriptEnabled: false })
    t.equal(await page.locator('[data-picker-list] > li').count(), 1000)
    t.equal(await page.isVisible('#picker-search'), false)
    t.equal(await page.isVisible('[data-picker-close]'), false)

    await page.click('button[value="90000000777"]')
    t.match(lastPost(), { path: '/dashboard/ads/choose', fields: { profile: '90000000777' } })
  })

  t.test('S-09 an agency profile cannot be chosen, and a connected one can', async t => {
    const page = await visit('picker-kinds')
    t.equal(await page.isDisabled('button[value="99"]'), true)
    t.equal(await page.isEnabled('button[value="3716291847563920"]'), true)
  })

  t.test('S-17 the blocked picker names the account that will be disconnected', async t => {
    const page = await visit('picker-blocked')
    await page.click('text=Disconnect My Brand US')
    await page.waitForURL('**/dashboard/ads/choose')
    t.match(lastPost()?.fields, { profile: '8374650192837465', replace: 'c-0' })
  })

  t.test('S-13 the picker counts down the remaining time', async t => {
    const page = await visit('picker-nearly-expired', {}, '2026-10-06T15:40:25.000Z')
    await page.waitForSelector('[data-expiry-text]:text-matches("You have [1-9]\\\\d? seconds to choose")')
    t.match(await page.textContent('[data-picker-status]'), 'After that, you need to connect again')
  })

  for (const javaScriptEnabled of [true, false]) {
    t.test(
      `S-05 the account switcher works ${javaScriptEnabled ? 'by keyboard' : 'without JavaScript'}`,
      async t => {
        const page = await visit('dashboard-three-accounts', { javaScriptEnabled })
        await page.focus('.switcher > summary')
        await page.keyboard.press('Enter')
        t.equal(await page.isVisible('text=Connect another account'), true)
        if (javaScriptEnabled) {
          await page.keyboard.press('Escape')
          t.equal(await page.isVisible('text=Connect another account'), false)
          await page.keyboard.press('Enter')
        }
        await page.keyboard.press('Tab')
        t.match(await focusedText(page), 'Schwarzwälder')
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
        await page.waitForURL('**/connections/**')
        t.match(lastPost(), { path: '/dashboard/ads/connections/c-1/current' })
      },
    )
  }

  t.test('the chart is one Tab stop, and the arrow keys read out the days', async t => {
    const page = await visit('dashboard')
    t.equal(await page.locator('[data-chart-day][tabindex="0"]').count(), 1)
    await page.focus('[data-chart-day][tabindex="0"]')
    t.match(await page.textContent('[data-chart-readout]'), /23 Nov 2026: Spend \$.*Sales \$/)
    await page.keyboard.press('ArrowLeft')
    t.match(await page.textContent('[data-chart-readout]'), '22 Nov 2026: Spend')
  })

  t.test('S-21 the waiting screen follows the status, announces it and reloads at the end', async t => {
    const path = '/dashboard/ads/status'
    const stages = (...states: string[]) =>
      ['OAuth', 'Generating Reports', 'Processing', 'Ready'].map((name, at) => ({ name, state: states[at] }))
    const status = (stage: string, done: number, ...states: string[]) => ({
      stage,
      stages: stages(...states),
      reports: { done, total: 7 },
      estimate: null,
      problem: null,
      nextPollSeconds: 1,
    })
    statuses.set(path, status('generating_reports', 0, 'done', 'current', 'waiting', 'waiting'))
    const page = await visit('waiting-quick')
    await page.waitForResponse(response => response.url().includes(path))
    t.equal(await page.textContent('[data-waiting-status]'), '')

    statuses.set(path, status('processing', 4, 'done', 'done', 'current', 'waiting'))
    await page.waitForSelector('[data-stage-name="Processing"][aria-current="step"]')
    t.equal(await page.getAttribute('[data-stage-name="Generating Reports"]', 'data-state'), 'done')
    t.equal(await page.evaluate('document.querySelector("progress").value'), 4)
    t.match(await page.textContent('[data-waiting-status]'), 'Processing: 4 of 7 reports done')

    const unchanged = await page.waitForResponse(response => response.url().includes(path))
    t.equal(unchanged.status(), 304)

    await page.route(`**${path}*`, route => route.abort())
    await page.waitForSelector('[data-waiting-error]:visible', { timeout: 10_000 })
    await page.unroute(`**${path}*`)

    statuses.set(path, status('ready', 7, 'done', 'done', 'done', 'done'))
    await page.waitForEvent('load', { timeout: 10_000 })
  })
})
