import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import root, { type Test } from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { assertNoToken } from '../runner/token-scan.ts'
import { type AxeViolation, axeViolationsOn, horizontalOverflow } from './axe.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? ''

/** Test options that skip a test without a browser. A new object each time, because tap writes into it. */
export const inChromium = () => ({
  skip: executablePath ? false : 'needs Chromium: install Chrome or Chromium, or set CHROMIUM_PATH',
})

/**
 * Runs in `npm run prove` only. `npm test` requests the same pages over HTTP, tests their scripts on samples
 * (`test/views`) and walks one journey by keyboard (`test/journeys/connecting/twelve.test.ts`).
 */
export function browserTest(t: Test, name: string, run: (t: Test) => Promise<void>): void {
  if (process.env['PROVE']) t.test(name, inChromium(), run)
}

/**
 * `npm run prove` also runs without JavaScript. `npm test` uses plain HTTP for that (`HttpBrowser`), which takes a
 * tenth of the time.
 */
export const javaScriptVariants = process.env['PROVE'] === 'full' ? [true, false] : [true]

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: launchArguments })

/**
 * Closes the context once no page is navigating. Chromium can report a navigating page closed and then not close it,
 * and waiting for it hangs (playwright issues 41900 and 42366).
 */
export async function closeWhenIdle(context: BrowserContext): Promise<void> {
  const leavePage = (page: Page) => retryOnReload(() => page.goto('about:blank')).catch(() => undefined)
  await Promise.all(context.pages().map(leavePage))
  await context.close()
}

let launching: Promise<Browser> | null = null

export function sharedChromium(): Promise<Browser> {
  if (!launching) {
    launching = launchChromium()
    root.teardown(async () => (await launching)?.close())
  }
  return launching
}

export async function openWindow(
  t: Test,
  home: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const browser = await sharedChromium()
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  t.teardown(() => closeWhenIdle(context))
  context.setDefaultTimeout(20_000)
  return Visitor.enter(context, home)
}

/** A user in a browser, with the errors that the browser reported. */
export class Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Console errors, uncaught exceptions and content security policy violations on the product's pages. */
  readonly browserErrors: string[]
  readonly #home: string

  private constructor(page: Page, home: string, complaints: string[]) {
    this.page = page
    this.context = page.context()
    this.browserErrors = complaints
    this.#home = home
  }

  static async enter(context: BrowserContext, home: string): Promise<Visitor> {
    const complaints: string[] = []
    await context.exposeBinding('reportViolation', (_source, violation: string) => complaints.push(violation))
    await context.addInitScript(
      `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        reportViolation('policy: ' + violatedDirective + ' ' + blockedURI))`,
    )
    context.on('console', message => {
      const isInternal = message.location().url.startsWith(home)
      if (isInternal && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    // S-12 checks what the browser received; a response without a body was a redirect or a closed page.
    context.on('response', async response => {
      if (!response.url().startsWith(home)) return
      const text = await response.text().catch(() => '')
      const headers = JSON.stringify(await response.allHeaders().catch(() => ({})))
      try {
        assertNoToken(text + headers, new URL(response.url()).pathname)
      } catch (error) {
        complaints.push(String(error))
      }
    })
    context.on('weberror', error => complaints.push(`uncaught: ${error.error().message}`))
    return new Visitor(await context.newPage(), home, complaints)
  }

  async newTab(): Promise<Visitor> {
    return new Visitor(await this.context.newPage(), this.#home, this.browserErrors)
  }

  async open(path: string): Promise<void> {
    const { href } = new URL(path, this.#home)
    await retryOnReload(() => this.page.goto(href))
  }

  async signIn(email: string): Promise<void> {
    if (new URL(this.page.url(), this.#home).pathname !== '/login') await this.open('/dashboard/ads/')
    await this.page.fill('#email', email)
    await this.page.fill('#password', demoPassword)
    await this.page.click('button:text-is("Sign in")')
    await this.page.waitForURL(url => url.pathname !== '/login')
  }

  async leaveForAmazon(): Promise<void> {
    await this.page.click('main button:text-is("Connect Amazon Ads Account")')
    await this.page.waitForURL('**/ap/oa?**')
  }

  async connectAnotherAccount(): Promise<void> {
    await this.page.click('.switcher > summary')
    await this.page.click('.switcher button:text-is("Connect another account")')
    await this.page.waitForURL('**/ap/oa?**')
  }

  async allow(amazonUser: string): Promise<void> {
    await this.page.check(`input[name=user][value="${amazonUser}"]`)
    await this.page.click('button[value=allow]')
    await this.page.waitForURL('**/dashboard/ads/**')
  }

  async refuse(): Promise<void> {
    await this.page.click('button[value=cancel]')
    await this.page.waitForURL('**/dashboard/ads/**')
  }

  profileEntry(label: string) {
    return this.page.locator('button[name=profile]', { hasText: label })
  }

  async choose(label: string): Promise<void> {
    await this.profileEntry(label).click()
    await this.page.waitForLoadState()
  }

  get path(): string {
    return new URL(this.page.url()).pathname
  }

  get title(): Promise<string> {
    return this.page.title()
  }

  heading(): Promise<string> {
    return this.text('h1')
  }

  /** Visible text, whitespace collapsed. */
  async text(selector = 'body'): Promise<string> {
    const element = this.page.locator(selector).first()
    const read = (found: { innerText?: string }) => found.innerText ?? ''
    return collapseWhitespace(await retryOnReload(() => element.evaluate(read)))
  }

  async focusedText(): Promise<string> {
    return collapseWhitespace(await this.page.evaluate('document.activeElement.textContent'))
  }

  isDialogModal(): Promise<boolean> {
    return this.page.evaluate('document.querySelector("dialog")?.matches(":modal") ?? false')
  }

  async tabTo(text: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await this.page.keyboard.press('Tab')
      const isControl = await this.page.evaluate(
        'document.activeElement.matches("a, button, input, summary")',
      )
      if (isControl && (await this.focusedText()).includes(text)) return
    }
    throw new Error(`the Tab key does not reach ${text}`)
  }

  accessibilityViolations(options?: { readonly but?: readonly string[] }): Promise<AxeViolation[]> {
    return axeViolationsOn(this.page, options)
  }

  horizontalOverflow(): Promise<number> {
    return horizontalOverflow(this.page)
  }

  /** True when the focused element has a visible focus indicator. */
  isFocusVisible(): Promise<boolean> {
    return this.page.evaluate(
      `(({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none')(getComputedStyle(document.activeElement))`,
    )
  }
}

/** Repeats the action when the page reloaded during it, as the waiting screen does. */
export async function retryOnReload<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await action()
    } catch (error) {
      const isReload = /ERR_ABORTED|context was destroyed|interrupted by another/.test(String(error))
      if (!isReload || tries === 3) throw error
    }
  }
}

const collapseWhitespace = (text: string): string => text.replace(/\s+/g, ' ').trim()
