import t from 'tap'
import { after, seconds } from '../../../src/domain/calendar.ts'
import { type ReportType, reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import {
  defaultDuration,
  progressOf,
  stageOf,
  type TypicalDuration,
  type TypicalDurations,
} from '../../../src/domain/ingestion/progress.ts'
import type { Report } from '../../../src/domain/ingestion/report.ts'
import { noon } from '../../support/examples.ts'
import { randomNumbers } from '../../support/seed.ts'

const durationsOf = (duration = defaultDuration): TypicalDurations => new Map([['sp_campaigns', duration]])

type Status = Report['status']

const reportsWith = (...statuses: readonly Status[]) =>
  statuses.map(status => ({ status, type: 'sp_campaigns' as const }))
const stageAt = (...statuses: readonly Status[]) => stageOf(reportsWith(...statuses))
const progressAt = (...statuses: readonly Status[]) =>
  progressOf(reportsWith(...statuses), noon, durationsOf(), noon)
const statesAt = (...statuses: readonly Status[]) => progressAt(...statuses).stages.map(({ state }) => state)

t.test('S-21 any mix of report states belongs to exactly one stage', async t => {
  const random = randomNumbers(21)
  const all: readonly Status[] = ['requested', 'generating', 'completed', 'loaded', 'failed']
  for (let round = 0; round < 2000; round += 1) {
    const mix = Array.from(
      { length: 1 + Math.floor(random() * 6) },
      () => all[Math.floor(random() * 5)] ?? 'failed',
    )
    const has = (...statuses: Status[]) => mix.some(status => statuses.includes(status))
    const isGenerating = has('requested', 'generating')
    const expected = isGenerating
      ? 'generating_reports'
      : has('completed')
        ? 'processing'
        : has('loaded')
          ? 'ready'
          : 'failed'
    if (stageAt(...mix) !== expected) t.fail(`${mix.join()} is ${stageAt(...mix)}, not ${expected}`)
  }
  t.pass('2,000 mixes')
})

t.test('S-21 the four stages have their names, and OAuth is done from the start', async t => {
  const names = progressAt('requested').stages.map(({ name }) => name)

  t.strictSame(names, ['OAuth', 'Generating Reports', 'Processing', 'Ready'])
  t.strictSame(statesAt('requested'), ['done', 'current', 'waiting', 'waiting'])
  t.strictSame(statesAt('completed'), ['done', 'done', 'current', 'waiting'])
  t.strictSame(statesAt('loaded'), ['done', 'done', 'done', 'done'])
  t.strictSame(statesAt('failed'), ['done', 'done', 'done', 'failed'])
})

t.test('S-21 the count of finished reports includes failed ones', async t => {
  t.strictSame(progressAt('loaded', 'failed', 'completed', 'generating', 'requested').reports, {
    done: 2,
    total: 5,
  })
})

t.test('S-21 the estimated time left shrinks as time passes', async t => {
  const duration = { lowSeconds: 100, highSeconds: 240 }
  const estimateAfter = (waited: number) =>
    progressOf(reportsWith('generating'), noon, durationsOf(duration), after(noon, seconds(waited))).estimate

  t.strictSame(estimateAfter(0), { fromSeconds: 100, toSeconds: 240 })
  t.strictSame(estimateAfter(60), { fromSeconds: 40, toSeconds: 180 })
  t.strictSame(estimateAfter(200), { fromSeconds: 0, toSeconds: 40 })
  t.strictSame(estimateAfter(-60), { fromSeconds: 100, toSeconds: 240 }, 'a clock that jumps back is ignored')
})

t.test('S-21 no estimate is shown once a sync has exceeded its typical duration', async t => {
  const late = after(noon, seconds(defaultDuration.highSeconds))

  t.equal(progressOf(reportsWith('generating'), noon, durationsOf(), late).estimate, null)
})

t.test('S-21 a sync that is ready or failed has no estimate', async t => {
  t.equal(progressAt('loaded').estimate, null)
  t.equal(progressAt('failed').estimate, null)
})

t.test('S-21 the estimate ignores failed reports and continues while files are processed', async t => {
  const durations = new Map([
    ['sp_campaigns', { lowSeconds: 100, highSeconds: 240 }],
    ['sp_targeting', { lowSeconds: 900, highSeconds: 1800 }],
  ] as const)
  const failed = { type: 'sp_targeting', status: 'failed' } as const
  for (const status of ['generating', 'completed'] as const)
    t.strictSame(progressOf([{ type: 'sp_campaigns', status }, failed], noon, durations, noon).estimate, {
      fromSeconds: 100,
      toSeconds: 240,
    })
})

t.test('S-04 an initial sync usually takes about four minutes', async t => {
  t.ok(defaultDuration.lowSeconds < 240 && 240 <= defaultDuration.highSeconds)
})

t.test('the dashboard can be opened early once the first campaign report is loaded', async t => {
  const campaigns = { type: 'sp_campaigns', status: 'loaded' } as const
  const targeting = { type: 'sp_targeting', status: 'loaded' } as const
  const waiting = { type: 'sp_search_terms', status: 'generating' } as const
  const canOpenEarly = (...reports: Parameters<typeof progressOf>[0]) =>
    progressOf(reports, noon, durationsOf(), noon).canOpenEarly

  t.ok(canOpenEarly(campaigns, waiting))
  t.ok(canOpenEarly(campaigns, { ...waiting, status: 'completed' }))
  t.notOk(canOpenEarly(targeting, waiting))
  t.notOk(canOpenEarly({ ...campaigns, status: 'failed' }, waiting))
  t.notOk(canOpenEarly(campaigns), 'the dashboard is open anyway')
})

t.test('S-21 the estimated end never moves later, in any order of reports', async t => {
  const random = randomNumbers(4)
  const types = reportCatalogue.map(({ type }) => type)
  for (let round = 0; round < 300; round += 1) {
    const durations = new Map(
      types.slice(Math.floor(random() * 4)).map((type): [ReportType, TypicalDuration] => {
        const lowSeconds = random() * 900
        return [type, { lowSeconds, highSeconds: lowSeconds + random() * 900 }]
      }),
    )
    const arrivals = new Map(types.map(type => [type, random() * 2000]))
    let previous = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    for (let waited = 0; waited < 2000; waited += 50) {
      const reports = types.map(type => ({
        type,
        status: waited < (arrivals.get(type) ?? 0) ? ('generating' as const) : ('loaded' as const),
      }))
      const { estimate } = progressOf(reports, noon, durations, after(noon, seconds(waited)))
      if (!estimate) continue
      const current = { from: waited + estimate.fromSeconds, to: waited + estimate.toSeconds }
      // Once the low estimate has passed it stays 0 and doesn't rise again.
      if ((estimate.fromSeconds > 0 && current.from > previous.from + 1) || current.to > previous.to + 1)
        t.fail(`after ${waited} s: ${JSON.stringify(current)} instead of ${JSON.stringify(previous)}`)
      previous = current
    }
  }
  t.pass('300 syncs')
})
