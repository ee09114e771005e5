import { HttpBrowser } from '../support/browser/http-browser.ts'
import {
  authorise,
  choose,
  figuresOnPage,
  mismatches,
  readSandboxTotals,
  shownDays,
  signIn,
} from '../support/browser/sellers-journey.ts'
import type { RunningProduct } from '../support/product/running-product.ts'

/** Signs the demo seller in and connects their US profile. */
export async function connectDemoSeller({ address }: RunningProduct): Promise<HttpBrowser> {
  const browser = new HttpBrowser(address)
  await signIn(browser, 'seller@demo.test')
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US — Amazon.com')
  return browser
}

/** Opens the dashboard. @returns the differences from the sandbox. */
export async function mismatchesOn(browser: HttpBrowser, { sandboxUrl }: RunningProduct): Promise<string[]> {
  await browser.open('/dashboard/ads/')
  const expected = await readSandboxTotals(sandboxUrl, '8017093095374960', shownDays(browser))
  return mismatches(figuresOnPage(browser, expected.minorUnits), expected)
}
