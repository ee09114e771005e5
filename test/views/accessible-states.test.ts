import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import t from 'tap'
import { barriersOn, sidewaysScroll } from '../support/axe.ts'
import { inChromium, sharedChromium } from '../support/chromium-browser.ts'
import { seed } from '../support/seed.ts'
import { mailPages } from './mail-pages.ts'
import { samples } from './samples.ts'
import { servePages } from './serve.ts'

/** How many states there are at least: they grow with the product, and nobody takes one out unseen. */
const fewest = 205

/**
 * A page that asks for its status every second goes away under axe, and a thousand rows are looked through for seconds:
 * `accessible-picker` and `accessible-start` among the journeys do that once.
 */
const elsewhere = new Set(['waiting-quick', 'picker-thousand'])

const wide = { width: 1280, height: 800 }
/** What is left of a wide window at 400 % (WCAG 1.4.10). */
const narrow = { width: 320, height: 640 }

/** The rules whose answer follows from colours and from room; all others read the same markup in every look. */
const ofLooks = ['color-contrast', 'target-size']

/** `npm run prove -- accessible-states` */
const isFull = process.env['PROVE'] === 'full'

/** `npm test` looks at one state in so many, drawn by the seed and the state's name; in full at all of them. */
const share = 12
const isChosen = (state: string): boolean =>
  isFull || createHash('sha256').update(`${seed} ${state}`).digest().readUInt32BE() % share === 0

interface Look {
  readonly name: string
  readonly size: typeof wide
  readonly colorScheme: 'dark' | 'light'
  readonly only?: readonly string[]
}

/** Every rule once, in the look that has the least room; in the other three what can differ there, or in full all again. */
const tightest: Look = { name: 'narrow and dark', size: narrow, colorScheme: 'dark' }
const otherLooks: readonly Look[] = [
  { name: 'narrow and light', size: narrow, colorScheme: 'light', only: ['color-contrast'] },
  { name: 'wide and light', size: wide, colorScheme: 'light', only: ofLooks },
  { name: 'wide and dark', size: wide, colorScheme: 'dark', only: ['color-contrast'] },
]
const looks = [tightest, ...otherLooks]

/** Of the other three each state has one, chosen by the seed, unless all are asked for: pages have their styles in common. */
const looksOf = (at: number): readonly Look[] =>
  isFull ? looks : [tightest, ...otherLooks.filter((_, turn) => turn === (at + seed) % otherLooks.length)]

/** What a rule cannot know of a state. */
function exemptionsOf(state: string): readonly string[] {
  // The refresh is asked for by the reader, link by link, which WCAG 2.2.1 allows.
  if (state.endsWith('/waiting-refreshing')) return ['meta-refresh']
  // A mail is shown inside the page of a mail program, which has the landmarks.
  if (state.startsWith('/mails/')) return ['landmark-one-main', 'region']
  // The same part of a page stands there in each of its states, so that landmarks have their names in common.
  if (state === '/styleguide') return ['landmark-unique']
  return []
}

/** Everything wrong with a page, in the four looks or in some of them. */
async function faultsOf(
  page: Page,
  { but = [], seen = looks }: { but?: readonly string[]; seen?: readonly Look[] } = {},
): Promise<string[]> {
  const faults: string[] = []
  for (const { name, size, colorScheme, only } of seen) {
    if (page.viewportSize()?.width !== size.width) await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    const barriers = await barriersOn(page, only && !isFull ? { only } : { but })
    faults.push(...barriers.map(({ rule, where }) => `${name}: ${rule} at ${where.join(' ')}`))
    const over = await sidewaysScroll(page)
    if (over > 0) faults.push(`${name}: ${over} pixels wider than the window`)
  }
  return faults
}

t.test('every state of every page is for everyone', inChromium(), async t => {
  const site = await servePages()
  const browser = await sharedChromium()
  t.teardown(async () => {
    await site.close()
  })
  const open = async () => (await browser.newContext({ reducedMotion: 'reduce' })).newPage()

  const states = [
    '/styleguide',
    ...samples.filter(({ name }) => !elsewhere.has(name)).map(({ name }) => `/pages/${name}`),
    ...[...(await mailPages()).keys()].map(name => `/mails/${name}`),
  ]
  t.equal(new Set(states).size, states.length)
  t.ok(states.length >= fewest, `${states.length} states`)

  const chosen = states.filter(isChosen)
  t.ok(chosen.length > fewest / share / 2, `${chosen.length} are looked at`)
  const next = chosen.entries()
  const checkers = [open(), open()].map(async opening => {
    const page = await opening
    for (const [at, state] of next) {
      await page.goto(`${site.address}${state}`)
      t.strictSame(await faultsOf(page, { but: exemptionsOf(state), seen: looksOf(at) }), [], state)
    }
  })
  await Promise.all(checkers)

  await t.test('each look finds what is wrong in it', async t => {
    const page = await open()
    const after = async (spoil: string) => {
      await page.goto(`${site.address}/pages/sign-in`)
      await page.evaluate(spoil)
      return (await faultsOf(page)).map(fault => fault.replace(/ at .*/s, ''))
    }
    const everywhere = (rule: string) => looks.map(({ name }) => `${name}: ${rule}`)
    const paint = (colours: string) =>
      `document.querySelector('.quiet').replaceChildren('faint');
       document.querySelector('.quiet').style.color = '${colours}'`

    t.strictSame(await after('null'), [])
    t.strictSame(
      await after('document.querySelector("label[for=email]").remove()'),
      isFull ? everywhere('label') : ['narrow and dark: label'],
    )
    t.strictSame(await after(paint('#888')), [
      'narrow and light: color-contrast',
      'wide and light: color-contrast',
    ])
    t.strictSame(await after(paint('light-dark(#000, #444)')), [
      'narrow and dark: color-contrast',
      'wide and dark: color-contrast',
    ])
    t.strictSame(await after(paint('light-dark(#aaa, #444)')), everywhere('color-contrast'))
    t.match(await after('document.querySelector("h1").style.width = "400px"'), [
      /^narrow and dark: \d+ pixels wider/,
      /^narrow and light: \d+ pixels wider/,
    ])
  })
})
