import fc from 'fast-check'
import t from 'tap'
import { addDays, type DayRange, daysOf } from '../../../src/domain/calendar.ts'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import { type PeriodChoice, periodOf, presets } from '../../../src/domain/performance/period.ts'
import { levelsFrom, plannedRollUps, type ReportedRows } from '../../../src/domain/performance/roll-up.ts'
import { day } from '../../support/examples.ts'
import { seed } from '../../support/seed.ts'

const range = (from: string, to: string): DayRange => ({ from: day(from), to: day(to) })
const loaded = range('2026-03-13', '2026-05-11')
const loadedDays = (days: DayRange, rows: number) =>
  daysOf(days).map(date => ({ type: 'sp_search_terms', day: date, rows }) as const)

t.test('S-28 a large table is rolled up for each preset period, the default one first', async t => {
  t.strictSame(
    plannedRollUps(loadedDays(loaded, 1000), loaded),
    [
      range('2026-04-12', '2026-05-11'),
      range('2026-04-28', '2026-05-11'),
      range('2026-05-05', '2026-05-11'),
      range('2026-05-01', '2026-05-11'),
      range('2026-04-01', '2026-04-30'),
    ].map(days => ({ level: 'search-terms', counting: 'console', days })),
  )
})

t.test('S-28 campaigns are also rolled up for the loaded days of the previous periods', async t => {
  const campaigns = (days: DayRange, rows: number) =>
    loadedDays(days, rows).map(row => ({ ...row, type: 'sp_campaigns' as const }))
  t.strictSame(
    plannedRollUps(campaigns(loaded, 200), loaded),
    [
      range('2026-04-12', '2026-05-11'),
      range('2026-03-13', '2026-04-11'),
      range('2026-04-28', '2026-05-11'),
      range('2026-04-14', '2026-04-27'),
      range('2026-04-01', '2026-04-30'),
    ].map(days => ({ level: 'campaigns', counting: 'console', days })),
    'two weeks and the two before have 5,600 rows; March is not loaded in full',
  )
})

t.test('S-28 campaigns that may have views are rolled up by click too', async t => {
  const week = range('2026-05-05', '2026-05-11')
  const [sp, sb] = (['sp_campaigns', 'sb_campaigns'] as const).map(type => ({
    type,
    day: week.to,
    rows: 6000,
  }))
  const planned = (rows: readonly ReportedRows[]) =>
    plannedRollUps(rows, week).map(({ counting }) => counting)
  t.strictSame(planned(sp ? [sp] : []), ['console'])
  t.strictSame(planned(sp && sb ? [sp, sb] : []), ['console', 'clicks'])
  t.strictSame(planned(sp && sb ? [sp, { ...sb, rows: 0 }] : []), ['console'])
})

t.test('S-28 new facts update only the tables that list them', async t => {
  t.strictSame(levelsFrom('campaign_fact'), ['campaigns'])
  t.notOk(levelsFrom('targeting_fact').includes('campaigns'))
  t.ok(levelsFrom('targeting_fact').length > 0)
})

t.test('S-28 periods with the same days share one roll-up, and others have their own', async t => {
  const week = range('2026-05-05', '2026-05-11')
  t.strictSame(plannedRollUps(loadedDays(week, 6000), week), [
    { level: 'search-terms', counting: 'console', days: week },
  ])

  const fortnight = range('2026-05-01', '2026-05-14')
  const campaigns = loadedDays(fortnight, 6000).map(row => ({ ...row, type: 'sp_campaigns' as const }))
  t.strictSame(
    plannedRollUps(campaigns, fortnight).map(({ days }) => days),
    [fortnight, range('2026-05-08', '2026-05-14'), range('2026-05-01', '2026-05-07')],
  )
})

t.test('S-28 small tables are aggregated on request', async t => {
  t.strictSame(plannedRollUps(loadedDays(loaded, 80), loaded), [], '30 days have 2,400 rows')
  t.strictSame(
    plannedRollUps(loadedDays(loaded, 400), loaded).map(({ days }) => days),
    [range('2026-04-12', '2026-05-11'), range('2026-04-28', '2026-05-11'), range('2026-04-01', '2026-04-30')],
    'a week has only 2,800 rows, eleven days only 4,400',
  )
  t.strictSame(plannedRollUps([], loaded), [])
})

t.test('S-28 every preset period has a roll-up on the day after the last loaded one', async t => {
  const days = fc.record({
    start: fc.integer({ min: 0, max: 800 }),
    length: fc.integer({ min: 1, max: 120 }),
  })
  fc.assert(
    fc.property(days, fc.constantFrom(...presets), ({ start, length }, preset) => {
      const from = addDays(day('2026-01-01'), start)
      const loaded = { from, to: addDays(from, length - 1) }
      const choice: PeriodChoice = { preset }
      const period = periodOf(choice, loaded, addDays(loaded.to, 1))
      if (!period) return
      const hasRollUp = (type: ReportType, days: DayRange) =>
        plannedRollUps(
          loadedDays(loaded, 6000).map(row => ({ ...row, type })),
          loaded,
        ).some(({ days: { from, to } }) => from === days.from && to === days.to)
      const name = `${preset} of ${loaded.from} to ${loaded.to}`
      t.ok(hasRollUp('sp_search_terms', period.days), name)
      t.ok(hasRollUp('sp_campaigns', period.days), `campaigns, ${name}`)
      t.equal(hasRollUp('sp_campaigns', period.before), period.before.from >= loaded.from, `before ${name}`)
    }),
    { seed },
  )
})
