import { load } from 'cheerio'
import type { Test } from 'tap'
import type { Site } from './site.ts'

export const outageSentence = /We can’t reach your data right now/

const isFull = process.env['PROVE'] === 'full'

export async function assertOutagePage(t: Test, site: Site): Promise<void> {
  for (const answer of await site.requestPages()) {
    t.equal(answer?.status, 503)
    t.equal(answer?.headers.get('retry-after'), '5')
    t.match(load((await answer?.text()) ?? '')('main').text(), outageSentence)
  }
  for (const answer of await site.requestPages('/healthz'))
    t.equal(answer?.status, 200, 'the process is running')
  for (const answer of await site.requestPages('/readyz'))
    t.equal(answer?.status, 503, 'the process is not ready')
}

export async function assertRecovery(t: Test, site: Site, outage: string): Promise<void> {
  const [pageSeconds, reportSeconds] = await Promise.all([
    site.untilPagesServed(),
    site.untilReportRequested(),
  ])
  t.comment(
    `${outage}: ${pageSeconds.toFixed(1)} s until a page is served, ${reportSeconds.toFixed(1)} s until a report is requested`,
  )
  if (isFull)
    t.ok(
      Math.max(pageSeconds, reportSeconds) <= 10,
      'within ten seconds, a page is served and a report is requested',
    )
  await site.untilFinished()
  t.strictSame(await site.findMismatches(), [], 'nothing is lost, doubled or wrong')
  for (const { child, kind } of site.processes) t.equal(child.exitCode, null, `${kind} is running`)
}
