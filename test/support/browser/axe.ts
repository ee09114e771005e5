import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

export interface AxeViolation {
  readonly rule: string
  readonly where: readonly string[]
  readonly why: string
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Runs axe-core on the page. Its styles violate the page's content security policy: check the browser's errors first.
 * @param options rule ids: `only` these, or all `but` these. Default: all rules that axe doesn't call experimental.
 */
export async function axeViolationsOn(
  page: Page,
  { only, but = [] }: { readonly only?: readonly string[]; readonly but?: readonly string[] } = {},
): Promise<AxeViolation[]> {
  // WCAG 2.5.8, which axe checks only on request.
  const required = { 'target-size': { enabled: true } }
  const rules = { ...required, ...Object.fromEntries(but.map(rule => [rule, { enabled: false }])) }
  // Only an experimental rule needs the style sheets, which axe would fetch again each time.
  const options = { resultTypes: ['violations'], preload: false, ...(only ? { runOnly: only } : { rules }) }
  // Halfway through a colour transition, the contrast is meaningless.
  const runAxe = `
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
    axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, help, nodes }) =>
        ({ rule: id, why: help, where: nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)) })))`
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(source)
  const violations = await page.evaluate<AxeViolation[]>(runAxe)
  if (!violations.some(({ rule }) => rule === 'color-contrast')) return violations
  // A colour scheme change may have been in progress; real violations are still there half a second later.
  await page.waitForTimeout(500)
  return page.evaluate<AxeViolation[]>(runAxe)
}

/** Pixels by which the page, or an open dialog, is wider than the window. */
export function horizontalOverflow(page: Page): Promise<number> {
  return page.evaluate(
    `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open], dialog[open] > *')]
      .map(part => part.scrollWidth - part.clientWidth))`,
  )
}
