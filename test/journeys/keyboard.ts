import type { Locator, Page } from 'playwright-core'
import { retryOnReload, type Visitor } from '../support/chromium-browser.ts'

/** A way to operate a page, so that one journey runs with mouse and keyboard. */
export interface InputMethod {
  /** Activates the first link, button or menu whose text starts like this. */
  press(text: string): Promise<void>
  /** Replaces the text of the field with this label. */
  fill(label: string, text: string): Promise<void>
  /** Selects the radio button or checkbox with this text. */
  check(text: string): Promise<void>
}

/** Needs no script of the page. */
export function mouse({ page }: Visitor): InputMethod {
  const controls = (text: string): Locator =>
    page.locator('a:visible, button:visible, summary:visible').filter({ hasText: beginning(text) })
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
  const drawn = element.matches('[data-chart-day]') && getComputedStyle(element.querySelector('rect'))
  const text = [...(element.labels?.length ? element.labels : [element])].map(each => each.textContent).join(' ')
  return {
    text: text.replace(/\\s+/g, ' ').trim(),
    tag: element.type === 'radio' || element.type === 'checkbox' ? element.type : element.localName,
    isFocusVisible: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' ||
      (drawn && drawn.strokeWidth !== '0px' && !drawn.stroke.includes(', 0)')),
  }
})()`

/** Tab, Enter, Space, arrows and letters. Fails when the focus is invisible or trapped. */
export function keyboard({ page }: Visitor, home: string): InputMethod {
  const { keyboard } = page
  const focusedElement = () => retryOnReload(() => page.evaluate<FocusedElement>(readFocusedElement))

  async function tabTo(
    what: string,
    isThere: (stop: FocusedElement) => boolean | Promise<boolean>,
  ): Promise<void> {
    for (let presses = 0; presses < 200; presses += 1) {
      const at = await focusedElement()
      if (at.tag !== 'body' && (await isThere(at))) return
      await keyboard.press('Tab')
      const next = await focusedElement()
      // Amazon's page isn't ours to check.
      const isInternal = page.url().startsWith(home) && next.tag !== 'body'
      if (isInternal && !next.isFocusVisible)
        throw new Error(`the focus is not seen on ${next.tag} ${next.text}`)
    }
    throw new Error(`the Tab key does not lead to ${what}`)
  }
  /** Arrow keys move within a list that is one Tab stop. */
  async function walkTo(text: string, key: string): Promise<boolean> {
    const first = (await focusedElement()).text
    for (let at = first, presses = 0; presses < 40; presses += 1) {
      if (begins(at, text)) return true
      await keyboard.press(key)
      const next = (await focusedElement()).text
      if (next === at || next === first) return false
      at = next
    }
    return false
  }
  const isInList = () => page.evaluate<boolean>(`document.activeElement.matches('[data-picker-list] button')`)

  return {
    async press(text) {
      await tabTo(text, async ({ tag, text: at }) => {
        if (!['a', 'button', 'summary'].includes(tag)) return false
        return begins(at, text) || ((await isInList()) && (await walkTo(text, 'ArrowDown')))
      })
      // A menu or a sorted table stays; anything else loads the page that gets the next key.
      const stays = await page.evaluate('document.activeElement.matches("summary, [data-table-link]")')
      // So that `load` below is the next page's.
      await page.waitForLoadState()
      const arrives = stays ? null : page.waitForEvent('load')
      await keyboard.press('Enter')
      await arrives
    },
    async fill(label, text) {
      await tabTo(label, ({ tag, text: at }) => tag === 'input' && at === label)
      if (await page.evaluate('document.activeElement.type === "date"')) return keyboard.type(asTyped(text))
      await keyboard.press('ControlOrMeta+A')
      await keyboard.type(text)
    },
    async check(text) {
      await tabTo(text, async ({ tag, text: at }) => {
        if (tag === 'radio') return begins(at, text) || walkTo(text, 'ArrowDown')
        return tag === 'checkbox' && begins(at, text)
      })
      if ((await focusedElement()).tag === 'checkbox') await keyboard.press('Space')
    },
  }
}

/** A flag precedes the name of its account. */
const beginning = (text: string): RegExp =>
  new RegExp(`^\\W*(?:[A-Z]{2}\\s+)?${text.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&')}`)
const begins = (at: string, text: string): boolean => beginning(text).test(at)

/** A date field has three parts in the browser's locale: `2026-11-23` is typed as 11232026. */
const asTyped = (day: string): string => day.replace(/^(\d+)-(\d+)-(\d+)$/, '$2$3$1')

export async function arrivesAt(page: Page, heading: string): Promise<void> {
  await page.waitForSelector(`h1:text-is("${heading}")`, { timeout: 60_000 })
}
