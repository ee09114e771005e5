import type { Test } from 'tap'
import type { Visitor } from '../../support/browser/chromium-browser.ts'

const wide = { width: 1280, height: 800 }
/** A wide window at 400% zoom (WCAG 1.4.10). */
const narrow = { width: 320, height: 640 }

/** Asserts no axe-core violation, wide and light or narrow and dark, and no horizontal scrolling. */
export async function assertAccessible(
  t: Test,
  visitor: Visitor,
  state: string,
  options: { readonly but?: readonly string[] } = {},
): Promise<void> {
  const { page } = visitor
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'light' })
  t.strictSame(await visitor.accessibilityViolations(options), [], state)
  await page.setViewportSize(narrow)
  await page.emulateMedia({ colorScheme: 'dark' })
  t.strictSame(await visitor.accessibilityViolations(options), [], `${state}, narrow and dark`)
  t.equal(await visitor.horizontalOverflow(), 0, `${state}: nothing is wider than 320 pixels`)
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: null })
}
