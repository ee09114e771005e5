import type { Page } from 'playwright-core'
import t from 'tap'
import { closeWhenIdle, inChromium, sharedChromium } from '../support/browser/chromium-browser.ts'
import { readAnnouncements } from '../support/browser/screen-reader.ts'
import { servePages } from './serve.ts'

const statusPath = '/dashboard/ads/status'
const stageNames = ['OAuth', 'Generating Reports', 'Processing', 'Ready']

const status = (stage: string, done: number, states: string, fromSeconds = 60) => ({
  stage,
  stages: states.split(' ').map((state, at) => ({ name: stageNames[at], state })),
  reports: { done, total: 7 },
  estimate: { fromSeconds, toSeconds: 120 },
  problem: null,
  nextPollSeconds: 1,
})
const generating = 'done current waiting waiting'

/** Records each change of the live region's text, as assistive technology announces it. */
async function listen(page: Page): Promise<string[]> {
  const announcements: string[] = []
  await page.exposeBinding('announce', (_source, text: string) => announcements.push(text))
  await page.evaluate(`new MutationObserver(() => announce(document.querySelector('[data-waiting-status]').textContent))
    .observe(document.querySelector('[data-waiting-status]'), { childList: true, characterData: true, subtree: true })`)
  return announcements
}

const nextResponse = (page: Page) => page.waitForResponse(response => response.url().includes(statusPath))
const pageOf = (name: string) => `/pages/${name}`

t.test('S-21 a screen reader can follow the waiting screen', inChromium(), async t => {
  const statuses = new Map<string, unknown>()
  const site = await servePages(statuses)
  const browser = await sharedChromium()
  t.teardown(async () => {
    await site.close()
  })
  const visit = async (name: string) => {
    const context = await browser.newContext()
    t.teardown(() => closeWhenIdle(context))
    const page = await context.newPage()
    await page.goto(site.address + pageOf(name))
    return page
  }
  const stages = (lines: readonly string[]) => lines.slice(lines.indexOf('heading 2: Stages') + 1).slice(0, 4)

  t.test('a screen reader reads the whole page in order', async t => {
    t.strictSame(await readAnnouncements(await visit('waiting-generating')), [
      'text: US My Brand US — Amazon.com',
      'heading 1: Loading your last 30 days',
      'text: About 2 to 4 minutes left',
      'heading 2: Stages',
      'item: OAuth – done Authorisation at Amazon is complete.',
      'item: Generating Reports – in progress Reports for the last 30 days are being compiled.',
      'item: Processing – not started The raw data is being organised and prepared for the Ads Optimiser dashboard.',
      'item: Ready – not started This page reloads automatically when your data is loaded.',
      'heading 2: Reports',
      'text: 0 of 7 done',
      'progress of Reports: 0 of 7',
      'item: Sponsored Products campaigns Amazon is preparing it',
      'item: Sponsored Products targeting Amazon is preparing it',
      'item: Sponsored Products search terms Amazon is preparing it',
      'item: Sponsored Products advertised products Being requested',
      'item: Sponsored Brands campaigns Being requested',
      'item: Sponsored Brands search terms Being requested',
      'item: Sponsored Display campaigns Being requested',
      'polite status:',
      'text: What the stages mean Contact support or email support@1smart.link if the message beside a report says so.',
      'text: You can safely leave this page. Your data continues loading in the background, and the dashboard is here when you return.',
    ])
  })

  t.test('a screen reader reads the failed reports and the contact', async t => {
    const page = await visit('waiting-failed')
    const lines = await readAnnouncements(page)
    t.strictSame(lines.slice(1, 5), [
      'heading 1: We couldn’t load your data',
      'heading 2: Amazon was too busy to create this report. The next daily sync requests it again.',
      'text: Your account is still connected, and nothing is lost.',
      'text: Contact support or email support@1smart.link if this continues.',
    ])
    t.strictSame(stages(await readAnnouncements(await visit('waiting-failed-at-the-end'))), [
      'item: OAuth – done Authorisation at Amazon is complete.',
      'item: Generating Reports – done Reports for the last 30 days are being compiled.',
      'item: Processing – done The raw data is being organised and prepared for the Ads Optimiser dashboard.',
      'item: Ready – failed We couldn’t load your data.',
    ])
  })

  t.test('a screen reader announces each change once, politely', async t => {
    statuses.set(statusPath, status('generating_reports', 0, generating))
    const page = await visit('waiting-quick')
    const announcements = await listen(page)
    await nextResponse(page)
    t.equal((await nextResponse(page)).status(), 304)
    t.strictSame(announcements, [], 'an unchanged status is not announced')

    const expectAnnouncement = async (sentence: string) => {
      const before = announcements.length
      await page.waitForSelector(`[data-waiting-status]:text-is("${sentence}")`, { state: 'attached' })
      t.strictSame(announcements.slice(before), [sentence])
      t.equal((await readAnnouncements(page)).includes(`polite status: ${sentence}`), true)
    }
    statuses.set(statusPath, status('generating_reports', 2, generating))
    await expectAnnouncement('Generating Reports: 2 of 7 reports done')
    t.equal((await readAnnouncements(page)).includes('progress of Reports: 2 of 7'), true)

    const countBefore = announcements.length
    statuses.set(statusPath, status('generating_reports', 2, generating, 30))
    t.equal((await nextResponse(page)).status(), 200)
    await nextResponse(page)
    t.equal(announcements.length, countBefore, 'a changed estimate is not announced')

    statuses.set(statusPath, status('processing', 4, 'done done current waiting'))
    await expectAnnouncement('Processing: 4 of 7 reports done')
    t.strictSame(stages(await readAnnouncements(page)), [
      'item: OAuth – done Authorisation at Amazon is complete.',
      'item: Generating Reports – done Reports for the last 30 days are being compiled.',
      'item: Processing – in progress The raw data is being organised and prepared for the Ads Optimiser dashboard.',
      'item: Ready – not started This page reloads automatically when your data is loaded.',
    ])

    await page.route(`**${statusPath}*`, route => route.abort())
    await expectAnnouncement(
      'We can’t reach the server. Your data is still loading, and this page will keep trying.',
    )
    await page.unroute(`**${statusPath}*`)
    await expectAnnouncement('Processing: 4 of 7 reports done')

    // The new page's title and heading announce the reload.
    statuses.set(statusPath, status('ready', 7, 'done done done done'))
    await page.waitForEvent('load')
    t.equal(announcements.length, 4)
  })

  t.test('the reload does not cancel a link that the seller followed', async t => {
    statuses.set(statusPath, status('generating_reports', 0, generating))
    const page = await visit('waiting-quick')
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const next = pageOf('welcome')
    await page.route(`**${next}`, async route => {
      await arrived
      await route.continue()
    })
    await page.evaluate(`location.href = '${next}'`)

    statuses.set(statusPath, status('ready', 7, 'done done done done'))
    // The first response has taken effect by the second.
    for (const _ of [1, 2]) await nextResponse(page)
    arrive()

    await page.waitForURL(`**${next}`)
    t.pass('the chosen page has loaded')
  })
})
