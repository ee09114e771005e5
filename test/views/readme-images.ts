/**
 * `npm run docs:images`: takes the README's screenshots of the product with its demo data, 1280 px wide, into
 * `docs/images`. Takes three minutes.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { Totp } from '../../src/adapters/security/totp.ts'
import { demoPassword } from '../../src/commands/start/demo-users.ts'
import { loadOrCreateKey } from '../../src/commands/start/keys.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { startRunningProduct } from '../support/product/running-product.ts'
import { findChromium } from '../support/runner/chromium.ts'

const images = join(import.meta.dirname, '../../docs/images')
const print = (line: string) => process.stdout.write(`${line}\n`)

async function takeScreenshot(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(images, `${name}.png`) })
  print(`docs/images/${name}.png`)
}

const found = await findChromium(print)
if ('missing' in found) throw new Error(found.missing)
const folder = await makeDataFolder()
const product = await startRunningProduct({
  dataDirectory: folder.path,
  env: { DEMO_SELLERS: '100', SANDBOX_GENERATION_SECONDS: '1-9' },
})
const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] })
mkdirSync(images, { recursive: true })

/** Opens a window and signs in. */
async function open(path: string, email: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' })
  const page = await context.newPage()
  await page.goto(product.address + path)
  await page.fill('#email', email)
  await page.fill('#password', demoPassword)
  await page.click('main button[type=submit]')
  return page
}

try {
  const seller = await open('/dashboard/ads/', 'seller@demo.test')
  await takeScreenshot(seller, 'welcome')
  await seller.click('main button:text-is("Connect Amazon Ads Account")')
  await seller.check('input[name=user][value="us-seller"]')
  await seller.click('button[value=allow]')
  await takeScreenshot(seller, 'picker')
  await seller.locator('button[name=profile]', { hasText: 'My Brand US' }).click()
  await seller.getByText(/^[6-9] of 15 done$/).waitFor()
  await seller.screenshot({ path: join(images, 'waiting.png') })
  print('docs/images/waiting.png')
  await seller.waitForSelector('[data-chart]', { timeout: 120_000 })
  await takeScreenshot(seller, 'dashboard')
  await seller.goto(`${product.address}/dashboard/ads/search-terms`)
  await takeScreenshot(seller, 'search-terms')

  while (!product.output().includes('Demo data: done')) await sleep(500)
  const agent = await open('/admin/', 'support@demo.test')
  await agent.fill(
    'input[name=code]',
    new Totp().codeAt(await loadOrCreateKey(folder.path, 'demo-staff'), new Date()),
  )
  await agent.click('main button[type=submit]')
  // Waits for the demo sellers' syncs, which would fill the page.
  while (/Initial syncs\s*[1-9]\d/.test((await agent.textContent('main')) ?? '')) {
    await sleep(2000)
    await agent.reload()
  }
  await takeScreenshot(agent, 'overview')
  await agent.goto(`${product.address}/admin/cases?cause=grant_revoked`)
  await agent.click('tr[data-row] a')
  await takeScreenshot(agent, 'case')
} finally {
  await browser.close()
  await product.stop()
  await folder.discard()
}
