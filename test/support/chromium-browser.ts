import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import root, { type Test } from 'tap'
import { type Barrier, barriersOn, sidewaysScroll } from './axe.ts'
import { demoPassword } from './sellers-journey.ts'
import { demandNoToken } from './token-scan.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? ''

/** For tests that need a real browser: skipped by name where there is none. New each time: tap writes into it. */
export const inChromium = () => ({
  skip: executablePath ? false : 'needs Chromium: install Chrome or Chromium, or set CHROMIUM_PATH',
})

/**
 * A journey in a real browser, in `npm run prove`. `npm test` asks the same pages over HTTP, tries their scripts on samples
 * (`test/views`) and walks one journey by keyboard (`test/journeys/twelve.test.ts`).
 */
export function browserTest(t: Test, name: string, run: (t: Test) => Promise<void>): void {
  if (process.env['PROVE']) t.test(name, inChromium(), run)
}

/**
 * With JavaScript, and in `npm run prove` once more without it. Without it `npm test` goes over plain HTTP (`HttpBrowser`),
 * which costs a tenth of a browser.
 */
export const javaScriptVariants = process.env['PROVE'] === 'full' ? [true, false] : [true]

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath, args: quiet })

/**
 * Closes once nothing is on its way any more: Chromium says that it has closed a page which is just arriving
 * somewhere else, and then does not (playwright issues 41900 and 42366); whoever waits for it waits for ever.
 */
export async function closeAtRest(context: BrowserContext): Promise<void> {
  const rest = (page: Page) => undisturbed(() => page.goto('about:blank')).catch(() => undefined)
  await Promise.all(context.pages().map(rest))
  await context.close()
}

let launching: Promise<Browser> | null = null

/** The one Chromium of this process, started when the first test needs it. */
export function sharedChromium(): Promise<Browser> {
  if (!launching) {
    launching = launchChromium()
    root.teardown(async () => (await launching)?.close())
  }
  return launching
}

/** A window in a browser profile of its own. */
export async function openWindow(
  t: Test,
  home: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const browser = await sharedChromium()
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  t.teardown(() => closeAtRest(context))
  context.setDefaultTimeout(20_000)
  return Visitor.enter(context, home)
}

/** One person at one browser: does what a person does, and writes down what the browser complains of. */
export class Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Console errors, uncaught exceptions and breaches of the content security policy on the product's pages. */
  readonly complaints: string[]
  readonly #home: string

  private constructor(page: Page, home: string, complaints: string[]) {
    this.page = page
    this.context = page.context()
    this.complaints = complaints
    this.#home = home
  }

  static async enter(context: BrowserContext, home: string): Promise<Visitor> {
    const complaints: string[] = []
    await context.exposeBinding('tellBreach', (_source, breach: string) => complaints.push(breach))
    await context.addInitScript(
      `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        tellBreach('policy: ' + violatedDirective + ' ' + blockedURI))`,
    )
    context.on('console', message => {
      const isOurs = message.location().url.startsWith(home)
      if (isOurs && ['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    // S-12: what the browser itself received; a response that is gone by now was a redirect or a closed page.
    context.on('response', async response => {
      if (!response.url().startsWith(home)) return
      const text = await response.text().catch(() => '')
      const headers = JSON.stringify(await response.allHeaders().catch(() => ({})))
      try {
        demandNoToken(text + headers, new URL(response.url()).pathname)
      } catch (error) {
        complaints.push(String(error))
      }
    })
    context.on('weberror', error => complaints.push(`uncaught: ${error.error().message}`))
    return new Visitor(await context.newPage(), home, complaints)
  }

  /** Another tab of the same browser. */
  async newTab(): Promise<Visitor> {
    return new Visitor(await this.context.newPage(), this.#home, this.complaints)
  }

  async open(path: string): Promise<void> {
    const { href } = new URL(path, this.#home)
    await undisturbed(() => this.page.goto(href))
  }

  async signIn(email: string): Promise<void> {
    if (new URL(this.page.url(), this.#home).pathname !== '/login') await this.open('/dashboard/ads/')
    await this.page.fill('#email', email)
    await this.page.fill('#password', demoPassword)
    await this.page.click('button:text-is("Sign in")')
    await this.page.waitForURL(url => url.pathname !== '/login')
  }

  /** From the welcome screen's button to Amazon's own page. */
  async leaveForAmazon(): Promise<void> {
    await this.page.click('main button:text-is("Connect Amazon Ads Account")')
    await this.page.waitForURL('**/ap/oa?**')
  }

  /** From a connected account's switcher to Amazon's own page. */
  async leaveForAmazonAgain(): Promise<void> {
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

  entry(label: string) {
    return this.page.locator('button[name=profile]', { hasText: label })
  }

  async choose(label: string): Promise<void> {
    await this.entry(label).click()
    await this.page.waitForLoadState()
  }

  get path(): string {
    return new URL(this.page.url()).pathname
  }

  get title(): Promise<string> {
    return this.page.title()
  }

  heading(): Promise<string> {
    return this.words('h1')
  }

  /** What can be read on the page, blanks folded. */
  async words(within = 'body'): Promise<string> {
    const element = this.page.locator(within).first()
    const read = (found: { innerText?: string }) => found.innerText ?? ''
    return folded(await undisturbed(() => element.evaluate(read)))
  }

  /** What the keyboard is on, in words. */
  async focused(): Promise<string> {
    return folded(await this.page.evaluate('document.activeElement.textContent'))
  }

  isModal(): Promise<boolean> {
    return this.page.evaluate('document.querySelector("dialog")?.matches(":modal") ?? false')
  }

  /** Presses Tab until a control with these words is in focus, as somebody without a mouse would. */
  async tabTo(words: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await this.page.keyboard.press('Tab')
      const isControl = await this.page.evaluate(
        'document.activeElement.matches("a, button, input, summary")',
      )
      if (isControl && (await this.focused()).includes(words)) return
    }
    throw new Error(`the Tab key does not lead to ${words}`)
  }

  /** What axe-core finds wrong on the page as it is. */
  barriers(): Promise<Barrier[]> {
    return barriersOn(this.page)
  }

  /** By how many pixels the page, or a dialog over it, is wider than its window. */
  sidewaysScroll(): Promise<number> {
    return sidewaysScroll(this.page)
  }

  /** Whether the eye finds what the keyboard is on. */
  focusIsSeen(): Promise<boolean> {
    return this.page.evaluate(
      `(({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none')(getComputedStyle(document.activeElement))`,
    )
  }
}

/** Does it again when the page has reloaded itself in between, as the waiting screen does. */
export async function undisturbed<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await action()
    } catch (error) {
      const isReload = /ERR_ABORTED|context was destroyed|interrupted by another/.test(String(error))
      if (!isReload || tries === 3) throw error
    }
  }
}

const folded = (text: string): string => text.replace(/\s+/g, ' ').trim()
