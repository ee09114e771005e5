import type { Locator, Page } from 'playwright-core'
import { retryOnReload, type Visitor } from '../../support/browser/chromium-browser.ts'

/** A way to operate a page, so that one journey runs with mouse and keyboard. */
export interface InputMethod {
  /** Activates the first link, button or menu whose text starts with this. */
  press(text: string): Promise<void>
  /** Replaces the text of the field with this label. */
  fill(label: string, text: string): Promise<void>
  /** Selects the radio button or checkbox with this text. */
  check(text: string): Promise<void>
}

/** Works without the page's scripts. */
export function mouse({ page }: Visitor): InputMethod {
  const controls = (text: string): Locator =>
    page.locator('a:visible, button:visible, summary:visible').filter({ hasText: startPattern(text) })
  return {
    press: text => controls(text).first().click(),
    fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
    check: text => page.getByLabel(text).check(),
  }
}

/** The focused element's text, and whether the focus is visible. */
interface FocusedElement {
  readonly text: string
  readonly tag: string
  readonly isFocusVisible: boolean
}

const readFocusedElement = `(() => {
  const element = document.activeElement
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
  const barStyle = element.matches('[data-chart-day]') && getComputedStyle(element.querySelector('rect'))
  const text = [...(element.labels?.length ? element.labels : [element])].map(each => each.textContent).join(' ')
  return {
    text: text.replace(/\\s+/g, ' ').trim(),
    tag: element.type === 'radio' || element.type === 'checkbox' ? element.type : element.localName,
    isFocusVisible: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' ||
      (barStyle && barStyle.strokeWidth !== '0px' && !barStyle.stroke.includes(', 0)')),
  }
})()`

/** Uses Tab, Enter, Space, arrows and letters. Fails when the focus is invisible or trapped. */
export function keyboard({ page }: Visitor, home: string): InputMethod {
  const { keyboard } = page
  const focusedElement = () => retryOnReload(() => page.evaluate<FocusedElement>(readFocusedElement))

  async function tabTo(
    what: string,
    isTarget: (stop: FocusedElement) => boolean | Promise<boolean>,
  ): Promise<void> {
    for (let presses = 0; presses < 200; presses += 1) {
      const focused = await focusedElement()
      if (focused.tag !== 'body' && (await isTarget(focused))) return
      await keyboard.press('Tab')
      const next = await focusedElement()
      // Amazon's page isn't ours to check.
      const isOurPage = page.url().startsWith(home) && next.tag !== 'body'
      if (isOurPage && !next.isFocusVisible)
        throw new Error(`the focus is not visible on ${next.tag} ${next.text}`)
    }
    throw new Error(`the Tab key does not lead to ${what}`)
  }
  /** Arrow keys move within a list that is one Tab stop. */
  async function walkTo(text: string, key: string): Promise<boolean> {
    const first = (await focusedElement()).text
    for (let current = first, presses = 0; presses < 40; presses += 1) {
      if (startsWith(current, text)) return true
      await keyboard.press(key)
      const next = (await focusedElement()).text
      if (next === current || next === first) return false
      current = next
    }
    return false
  }
  const isInList = () => page.evaluate<boolean>(`document.activeElement.matches('[data-picker-list] button')`)

  return {
    async press(text) {
      await tabTo(text, async ({ tag, text: focusedText }) => {
        if (!['a', 'button', 'summary'].includes(tag)) return false
        return startsWith(focusedText, text) || ((await isInList()) && (await walkTo(text, 'ArrowDown')))
      })
      // A menu or a sorted table stays on the page; anything else loads the page that gets the next key.
      const staysOnPage = await page.evaluate('document.activeElement.matches("summary, [data-table-link]")')
      // So that the `load` event below belongs to the next page.
      await page.waitForLoadState()
      const nextLoad = staysOnPage ? null : page.waitForEvent('load')
      await keyboard.press('Enter')
      await nextLoad
    },
    async fill(label, text) {
      await tabTo(label, ({ tag, text: focusedText }) => tag === 'input' && focusedText === label)
      if (await page.evaluate('document.activeElement.type === "date"')) return keyboard.type(asTyped(text))
      await keyboard.press('ControlOrMeta+A')
      await keyboard.type(text)
    },
    async check(text) {
      await tabTo(text, async ({ tag, text: focusedText }) => {
        if (tag === 'radio') return startsWith(focusedText, text) || walkTo(text, 'ArrowDown')
        return tag === 'checkbox' && startsWith(focusedText, text)
      })
      if ((await focusedElement()).tag === 'checkbox') await keyboard.press('Space')
    },
  }
}

/** Matches the start of a text; a flag may precede an account's name. */
const startPattern = (text: string): RegExp =>
  new RegExp(`^\\W*(?:[A-Z]{2}\\s+)?${text.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&')}`)
const startsWith = (focusedText: string, text: string): boolean => startPattern(text).test(focusedText)

/** A date field has three parts in the browser's locale: `2026-11-23` is typed as 11232026. */
const asTyped = (day: string): string => day.replace(/^(\d+)-(\d+)-(\d+)$/, '$2$3$1')

export async function waitForHeading(page: Page, heading: string): Promise<void> {
  await page.waitForSelector(`h1:text-is("${heading}")`, { timeout: 60_000 })
}
