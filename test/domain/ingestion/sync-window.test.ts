import t from 'tap'
import { addDays, type Day, dayCount, daysOf } from '../../../src/domain/calendar.ts'
import {
  amazonMaxRequestDays,
  definitionOf,
  type ReportType,
} from '../../../src/domain/ingestion/catalogue.ts'
import { rangesToSync } from '../../../src/domain/ingestion/sync-window.ts'
import { noon } from '../../support/examples.ts'
import { randomNumbers } from '../../support/seed.ts'

/** With `noon` on 12 May in UTC, yesterday is the 11th. */
const timezone = 'Etc/UTC'
const yesterday = '2026-05-11' as Day
const daysAgo = (days: number): Day => addDays(yesterday, 1 - days)
const loadedRange = (from: number, to: number, type: ReportType = 'sp_campaigns') => ({
  type,
  days: { from: daysAgo(from), to: daysAgo(to) },
})
const rangesFor = (loaded: readonly ReturnType<typeof loadedRange>[], type: ReportType = 'sp_campaigns') =>
  rangesToSync(definitionOf(type), loaded, { timezone, now: noon })

t.test('S-23 the last fourteen days are loaded again every day', async t => {
  t.strictSame(rangesFor([loadedRange(60, 1)]), [{ from: daysAgo(14), to: yesterday }])
})

t.test('S-23 days not loaded for a week are loaded again, in at most two requests', async t => {
  t.strictSame(rangesFor([loadedRange(14, 1)]), [
    { from: daysAgo(30), to: yesterday },
    { from: daysAgo(60), to: daysAgo(31) },
  ])
  t.strictSame(rangesFor([loadedRange(60, 31), loadedRange(20, 1)]), [{ from: daysAgo(30), to: yesterday }])
})

t.test('S-23 missing days are requested: those before the initial sync, and every gap', async t => {
  t.strictSame(
    rangesFor([loadedRange(31, 2)]),
    [
      { from: daysAgo(14), to: yesterday },
      { from: daysAgo(60), to: daysAgo(32) },
    ],
    'the day after an initial sync',
  )
  t.strictSame(
    rangesFor([loadedRange(60, 20), loadedRange(14, 1)]),
    [{ from: daysAgo(19), to: yesterday }],
    'five days are missing',
  )
  t.strictSame(rangesFor([loadedRange(60, 46), loadedRange(44, 1)]), [
    { from: daysAgo(14), to: yesterday },
    { from: daysAgo(45), to: daysAgo(45) },
  ])
  t.strictSame(rangesFor([]), [
    { from: daysAgo(30), to: yesterday },
    { from: daysAgo(60), to: daysAgo(31) },
  ])
})

t.test('S-23 days loaded by another report do not count for this one', async t => {
  t.equal(rangesFor([loadedRange(60, 1, 'sd_campaigns')]).length, 2)
})

t.test('S-23 Amazon is never asked for a day that it may have dropped', async t => {
  const oldestDay = (type: ReportType) => rangesFor([], type).at(-1)?.from

  t.equal(oldestDay('sp_campaigns'), daysAgo(60))
  t.equal(oldestDay('sd_campaigns'), daysAgo(60))
  t.equal(oldestDay('sb_campaigns'), daysAgo(59), 'Amazon keeps 60 days of Sponsored Brands by its own clock')
})

t.test('S-23 yesterday is determined in the profile’s time zone', async t => {
  const lateEvening = new Date('2026-05-12T02:00:00Z')
  const [first] = rangesToSync(definitionOf('sp_campaigns'), [], {
    timezone: 'America/Los_Angeles',
    now: lateEvening,
  })

  t.equal(first?.to, '2026-05-10')
})

t.test('S-23 at most two requests fill every gap (2,000 random histories)', async t => {
  const random = randomNumbers(7)
  const violations: unknown[] = []
  for (let round = 0; round < 2000; round += 1) {
    const loaded = Array.from({ length: Math.floor(random() * 5) }, () => {
      const from = 1 + Math.floor(random() * 70)
      return loadedRange(from, Math.max(1, from - Math.floor(random() * 30)))
    })
    const requested = rangesFor(loaded)

    const covered = new Set([...requested, ...loaded.map(({ days }) => days)].flatMap(days => daysOf(days)))
    const missing = daysOf({ from: daysAgo(60), to: yesterday }).filter(day => !covered.has(day))
    if (missing.length > 0 || requested.length > 2) violations.push({ loaded, requested, missing })
    for (const days of requested) if (dayCount(days) >= amazonMaxRequestDays) violations.push(days)
    const [recent] = requested
    if (recent?.to !== yesterday || recent.from > daysAgo(14)) violations.push(requested)
  }
  t.strictSame(violations, [])
})
