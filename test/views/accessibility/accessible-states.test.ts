import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import t from 'tap'
import { axeViolationsOn, horizontalOverflow } from '../../support/browser/axe.ts'
import { inChromium, sharedChromium } from '../../support/browser/chromium-browser.ts'
import { seed } from '../../support/seed.ts'
import { emailPages } from '../samples/email-pages.ts'
import { samples } from '../samples.ts'
import { servePages } from '../serve.ts'

/** The minimum number of states, so that none disappears unnoticed. */
const minStates = 205

/** One reloads every second, the other takes seconds. `accessible-live` checks them. */
const checkedElsewhere = new Set(['waiting-quick', 'picker-thousand'])

const wide = { width: 1280, height: 800 }
/** A wide window at 400% zoom (WCAG 1.4.10). */
const narrow = { width: 320, height: 640 }

/** Rules that depend on colours and space. All other rules read markup, which is the same in every look. */
const lookRules = ['color-contrast', 'target-size']

/** `npm run prove -- accessible-states` */
const isFull = process.env['PROVE'] === 'full'

/** `npm test` checks one state in 12, by seed and name; the full run checks all. */
const share = 12
const isChosen = (state: string): boolean =>
  isFull || createHash('sha256').update(`${seed} ${state}`).digest().readUInt32BE() % share === 0

interface Look {
  readonly name: string
  readonly size: typeof wide
  readonly colorScheme: 'dark' | 'light'
  readonly only?: readonly string[]
}

/** Checked with every rule. The other looks need only rules that can differ there; the full run checks all again. */
const tightest: Look = { name: 'narrow and dark', size: narrow, colorScheme: 'dark' }
const otherLooks: readonly Look[] = [
  { name: 'narrow and light', size: narrow, colorScheme: 'light', only: ['color-contrast'] },
  { name: 'wide and light', size: wide, colorScheme: 'light', only: lookRules },
  { name: 'wide and dark', size: wide, colorScheme: 'dark', only: ['color-contrast'] },
]
const looks = [tightest, ...otherLooks]

/** Adds one of the other looks, by seed, because pages share their styles. The full run checks all looks. */
const looksOf = (at: number): readonly Look[] =>
  isFull ? looks : [tightest, ...otherLooks.filter((_, index) => index === (at + seed) % otherLooks.length)]

function exemptionsOf(state: string): readonly string[] {
  // The reader requests this refresh by a link, which WCAG 2.2.1 allows.
  if (state.endsWith('/waiting-refreshing')) return ['meta-refresh']
  // Emails are shown in a page that has the landmarks.
  if (state.startsWith('/mails/')) return ['landmark-one-main', 'region']
  return []
}

async function problemsOf(
  page: Page,
  { exempt = [], inLooks = looks }: { exempt?: readonly string[]; inLooks?: readonly Look[] } = {},
): Promise<string[]> {
  const problems: string[] = []
  for (const { name, size, colorScheme, only } of inLooks) {
    if (page.viewportSize()?.width !== size.width) await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    const violations = await axeViolationsOn(page, only && !isFull ? { only } : { but: exempt })
    problems.push(...violations.map(({ rule, where }) => `${name}: ${rule} at ${where.join(' ')}`))
    const overflow = await horizontalOverflow(page)
    if (overflow > 0) problems.push(`${name}: ${overflow} pixels wider than the window`)
  }
  return problems
}

t.test('every state of every page is accessible', inChromium(), async t => {
  const site = await servePages()
  const browser = await sharedChromium()
  t.teardown(async () => {
    await site.close()
  })
  const open = async () => (await browser.newContext({ reducedMotion: 'reduce' })).newPage()

  const states = [
    ...samples.filter(({ name }) => !checkedElsewhere.has(name)).map(({ name }) => `/pages/${name}`),
    ...[...(await emailPages()).keys()].map(name => `/mails/${name}`),
  ]
  t.equal(new Set(states).size, states.length)
  t.ok(states.length >= minStates, `${states.length} states`)

  const chosen = states.filter(isChosen)
  t.ok(chosen.length > minStates / share / 2, `${chosen.length} states are checked`)
  const next = chosen.entries()
  const checkers = [open(), open()].map(async pagePromise => {
    const page = await pagePromise
    for (const [at, state] of next) {
      await page.goto(`${site.address}${state}`)
      t.strictSame(await problemsOf(page, { exempt: exemptionsOf(state), inLooks: looksOf(at) }), [], state)
    }
  })
  await Promise.all(checkers)

  await t.test('each colour scheme and width finds its own accessibility errors', async t => {
    const page = await open()
    const problemsAfter = async (script: string) => {
      await page.goto(`${site.address}/pages/sign-in`)
      await page.evaluate(script)
      return (await problemsOf(page)).map(problem => problem.replace(/ at .*/s, ''))
    }
    const inEveryLook = (rule: string) => looks.map(({ name }) => `${name}: ${rule}`)
    const setColour = (colours: string) =>
      `document.querySelector('.quiet').replaceChildren('faint');
       document.querySelector('.quiet').style.color = '${colours}'`

    t.strictSame(await problemsAfter('null'), [])
    t.strictSame(
      await problemsAfter('document.querySelector("label[for=email]").remove()'),
      isFull ? inEveryLook('label') : ['narrow and dark: label'],
    )
    t.strictSame(await problemsAfter(setColour('#888')), [
      'narrow and light: color-contrast',
      'wide and light: color-contrast',
    ])
    t.strictSame(await problemsAfter(setColour('light-dark(#000, #444)')), [
      'narrow and dark: color-contrast',
      'wide and dark: color-contrast',
    ])
    t.strictSame(await problemsAfter(setColour('light-dark(#aaa, #444)')), inEveryLook('color-contrast'))
    t.match(await problemsAfter('document.querySelector("h1").style.width = "400px"'), [
      /^narrow and dark: \d+ pixels wider/,
      /^narrow and light: \d+ pixels wider/,
    ])
  })
})
