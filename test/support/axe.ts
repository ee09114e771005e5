import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** Where axe-core found fault, short enough to read in a failed test. */
export interface Barrier {
  readonly rule: string
  readonly where: readonly string[]
  readonly why: string
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe-core finds wrong on the page as it is. Its own styles meet the page's policy: whoever listens for the
 * browser's complaints has to do so before.
 * @param rules which to ask, by their ids: `only` these, or all `but` these; without either all, except those that axe
 *   calls experimental.
 */
export async function barriersOn(
  page: Page,
  { only, but = [] }: { readonly only?: readonly string[]; readonly but?: readonly string[] } = {},
): Promise<Barrier[]> {
  const rules = Object.fromEntries(but.map(rule => [rule, { enabled: false }]))
  // Only an experimental rule wants the sheets, for which axe would ask the server again each time.
  const options = { resultTypes: ['violations'], preload: false, rules, ...(only && { runOnly: only }) }
  // A button that is half way between two colours has neither.
  const look = `
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
    axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, help, nodes }) =>
        ({ rule: id, why: help, where: nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)) })))`
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(source)
  const seen = await page.evaluate<Barrier[]>(look)
  if (!seen.some(({ rule }) => rule === 'color-contrast')) return seen
  // A change of the scheme may still have been on its way: what is really wrong is so a moment later, too.
  await page.waitForTimeout(500)
  return page.evaluate<Barrier[]>(look)
}

/** By how many pixels the page, or a dialog over it, is wider than its window. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] > *')]
      .map(part => part.scrollWidth - part.clientWidth))`,
  )
}
