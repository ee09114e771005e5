import type { BrowserContextOptions } from 'playwright-core'
import type { Test } from 'tap'
import type { Role } from '../../src/domain/access/user.ts'
import { openWindow } from '../support/browser/chromium-browser.ts'
import { authorise, choose, signIn, waitForSync } from '../support/browser/sellers-journey.ts'
import { enterConsole, newStaff } from '../support/browser/staff-journey.ts'
import { eventually } from '../support/eventually.ts'
import type { TestProduct } from '../support/product/test-product.ts'
import { Caller } from './caller.ts'
import { recordsOf } from './user-records.ts'

type Subscription = Parameters<TestProduct['newUser']>[1]

/** Creates a user of the seller pages and signs in. */
export async function aSeller(product: TestProduct, role: Role = 'seller', subscription?: Subscription) {
  const { email, id } = await product.newUser(role, subscription)
  const seller = new Caller(product.address)
  await seller.signIn(email)
  return { seller, email, id, records: recordsOf(product, id) }
}

/** Connects an account and waits until it is loaded. */
export async function aLoadedSeller(product: TestProduct, user = 'us-seller', label = 'My Brand US') {
  const account = await aSeller(product)
  await account.seller.connect(user, label)
  await untilLoaded(account.seller)
  const [connection] = await account.records.connections()
  return { ...account, connectionId: connection?.id ?? '' }
}

export const untilLoaded = (seller: Caller) =>
  eventually(
    'the account is loaded',
    async () => (await seller.get('/dashboard/ads/status')).body.includes('"ready"'),
    120,
  )

/** Connects an account with a browser without JavaScript and waits until it is loaded. */
export async function aLoadedAccount(product: TestProduct) {
  const { email, id } = await product.newUser()
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US')
  await waitForSync(browser)
  return { browser, email, id, records: recordsOf(product, id) }
}

/** Signs in with a browser. */
export async function signInWithBrowser(
  t: Test,
  { address }: TestProduct,
  email: string,
  options?: BrowserContextOptions,
) {
  const seller = await openWindow(t, address, options)
  await seller.signIn(email)
  return { seller, page: seller.page }
}

/** Creates a user of the seller pages and signs in with a browser. */
export async function aSellerInBrowser(
  t: Test,
  product: TestProduct,
  {
    role = 'seller',
    subscription,
    ...options
  }: BrowserContextOptions & { readonly role?: Role; readonly subscription?: Subscription } = {},
) {
  const { email, id } = await product.newUser(role, subscription)
  const browser = await signInWithBrowser(t, product, email, options)
  return { ...browser, email, id, records: recordsOf(product, id) }
}

/** Creates a staff member and enters the console. */
export async function anAgent(product: TestProduct, role: 'support' | 'admin' = 'support') {
  const staff = await newStaff(product, role)
  const console = new Caller(product.address)
  await enterConsole(console, staff)
  return { console, staff }
}
