import type { Locator, Page } from 'playwright-core'
import { undisturbed, type Visitor } from '../support/chromium-browser.ts'

/** How somebody works a page: a journey is written once, and gone with each kind of hands. */
export interface Hands {
  /** Presses the first control whose words begin so: a link, a button, a menu. */
  press(words: string): Promise<void>
  /** Writes into the field with this label, over what stands in it. */
  write(label: string, text: string): Promise<void>
  /** Chooses the radio button, or sets the tick, with these words. */
  pick(words: string): Promise<void>
}

/** The mouse, which needs no script of the page. */
export function mouse({ page }: Visitor): Hands {
  const controls = (words: string): Locator =>
    page.locator('a:visible, button:visible, summary:visible').filter({ hasText: beginning(words) })
  return {
    press: words => controls(words).first().click(),
    write: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
    pick: words => page.getByLabel(words).check(),
  }
}

/** What the keyboard is on: its words, and whether an eye finds it. */
interface Stop {
  readonly words: string
  readonly tag: string
  readonly isSeen: boolean
}

const stop = `(() => {
  const element = document.activeElement
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
  const drawn = element.matches('[data-chart-day]') && getComputedStyle(element.querySelector('rect'))
  const words = [...(element.labels?.length ? element.labels : [element])].map(each => each.textContent).join(' ')
  return {
    words: words.replace(/\\s+/g, ' ').trim(),
    tag: element.type === 'radio' || element.type === 'checkbox' ? element.type : element.localName,
    isSeen: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' ||
      (drawn && drawn.strokeWidth !== '0px' && !drawn.stroke.includes(', 0)')),
  }
})()`

/** Tab, Enter, Space, the arrows and letters. Each stop on the way has to be seen, and none may hold the focus fast. */
export function keyboard({ page }: Visitor, home: string): Hands {
  const { keyboard } = page
  const here = () => undisturbed(() => page.evaluate<Stop>(stop))

  async function tabTo(what: string, isThere: (stop: Stop) => boolean | Promise<boolean>): Promise<void> {
    for (let presses = 0; presses < 200; presses += 1) {
      const at = await here()
      if (at.tag !== 'body' && (await isThere(at))) return
      await keyboard.press('Tab')
      const next = await here()
      // Amazon's page is not ours to judge.
      const isOurs = page.url().startsWith(home) && next.tag !== 'body'
      if (isOurs && !next.isSeen) throw new Error(`the focus is not seen on ${next.tag} ${next.words}`)
    }
    throw new Error(`the Tab key does not lead to ${what}`)
  }
  /** A list with one stop for Tab is walked with the arrows. */
  async function walkTo(words: string, key: string): Promise<boolean> {
    const first = (await here()).words
    for (let at = first, presses = 0; presses < 40; presses += 1) {
      if (begins(at, words)) return true
      await keyboard.press(key)
      const next = (await here()).words
      if (next === at || next === first) return false
      at = next
    }
    return false
  }
  const isInList = () => page.evaluate<boolean>(`document.activeElement.matches('[data-picker-list] button')`)

  return {
    async press(words) {
      await tabTo(words, async ({ tag, words: at }) => {
        if (!['a', 'button', 'summary'].includes(tag)) return false
        return begins(at, words) || ((await isInList()) && (await walkTo(words, 'ArrowDown')))
      })
      // The next key belongs to the page that comes; a menu opens on the one that is there, and so does a sorted table.
      const stays = await page.evaluate('document.activeElement.matches("summary, [data-table-way]")')
      // Of the page that comes, and not of the one that is there.
      await page.waitForLoadState()
      const arrives = stays ? null : page.waitForEvent('load')
      await keyboard.press('Enter')
      await arrives
    },
    async write(label, text) {
      await tabTo(label, ({ tag, words }) => tag === 'input' && words === label)
      if (await page.evaluate('document.activeElement.type === "date"')) return keyboard.type(asTyped(text))
      await keyboard.press('ControlOrMeta+A')
      await keyboard.type(text)
    },
    async pick(words) {
      await tabTo(words, async ({ tag, words: at }) => {
        if (tag === 'radio') return begins(at, words) || walkTo(words, 'ArrowDown')
        return tag === 'checkbox' && begins(at, words)
      })
      if ((await here()).tag === 'checkbox') await keyboard.press('Space')
    },
  }
}

/** A flag is read before the name of its account. */
const beginning = (words: string): RegExp =>
  new RegExp(`^\\W*(?:[A-Z]{2}\\s+)?${words.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&')}`)
const begins = (at: string, words: string): boolean => beginning(words).test(at)

/** A field for a day has three parts, in the order of the browser's own language: `2026-11-23` is typed as 11232026. */
const asTyped = (day: string): string => day.replace(/^(\d+)-(\d+)-(\d+)$/, '$2$3$1')

/** Until the page has this heading. */
export async function arrivesAt(page: Page, heading: string): Promise<void> {
  await page.waitForSelector(`h1:text-is("${heading}")`, { timeout: 60_000 })
}
