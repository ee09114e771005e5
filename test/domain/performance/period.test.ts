import fc from 'fast-check'
import t from 'tap'
import { addDays, type DayRange, dayCount, monthOf, parseDay } from '../../../src/domain/calendar.ts'
import {
  type PeriodChoice,
  periodOf,
  presets,
  provisionalFrom,
} from '../../../src/domain/performance/period.ts'
import { day } from '../../support/examples.ts'
import { seed } from '../../support/seed.ts'

const range = (from: string, to: string): DayRange => ({ from: day(from), to: day(to) })
const loaded = range('2026-03-13', '2026-05-11')
const today = day('2026-05-12')

t.test('S-28 each preset period is compared with the period before it', async t => {
  const cases: [PeriodChoice, DayRange, DayRange][] = [
    [{ preset: '7d' }, range('2026-05-05', '2026-05-11'), range('2026-04-28', '2026-05-04')],
    [{ preset: '14d' }, range('2026-04-28', '2026-05-11'), range('2026-04-14', '2026-04-27')],
    [{ preset: '30d' }, range('2026-04-12', '2026-05-11'), range('2026-03-13', '2026-04-11')],
    [{ preset: 'this_month' }, range('2026-05-01', '2026-05-11'), range('2026-04-01', '2026-04-11')],
    [{ preset: 'last_month' }, range('2026-04-01', '2026-04-30'), range('2026-03-01', '2026-03-31')],
    [
      { days: range('2026-05-02', '2026-05-04') },
      range('2026-05-02', '2026-05-04'),
      range('2026-04-29', '2026-05-01'),
    ],
  ]
  for (const [choice, days, before] of cases)
    t.strictSame(periodOf(choice, loaded, today), { days, before }, JSON.stringify(choice))
})

t.test('S-28 a month is compared with the same days of the previous month, even a shorter one', async t => {
  const year = range('2026-01-01', '2026-12-31')
  t.strictSame(periodOf({ preset: 'this_month' }, year, day('2026-03-31')), {
    days: range('2026-03-01', '2026-03-31'),
    before: range('2026-02-01', '2026-02-28'),
  })
  t.strictSame(periodOf({ preset: 'this_month' }, range('2026-01-01', '2026-03-30'), day('2026-03-31')), {
    days: range('2026-03-01', '2026-03-30'),
    before: range('2026-02-01', '2026-02-28'),
  })
  t.strictSame(
    periodOf({ preset: 'last_month' }, year, day('2026-01-15')),
    null,
    'the previous year is not loaded',
  )
})

t.test('S-28 only a month preset loaded from its first day is compared with the previous month', async t => {
  const april = range('2026-04-01', '2026-04-30')
  const year = range('2026-01-01', '2026-04-30')
  const before = range('2026-03-02', '2026-03-31')
  for (const choice of [{ preset: '30d' }, { days: april }] as const)
    t.strictSame(periodOf(choice, year, day('2026-05-01')), { days: april, before })

  t.strictSame(periodOf({ preset: 'this_month' }, range('2026-05-04', '2026-05-11'), today), {
    days: range('2026-05-04', '2026-05-11'),
    before: range('2026-04-26', '2026-05-03'),
  })
})

t.test('S-28 days that are not loaded are left out, and a period without loaded days is empty', async t => {
  t.strictSame(periodOf({ days: range('2026-01-01', '2026-03-14') }, loaded, today)?.days, {
    from: loaded.from,
    to: day('2026-03-14'),
  })
  t.equal(periodOf({ days: range('2026-01-01', '2026-03-12') }, loaded, today), null)
  t.equal(periodOf({ preset: 'this_month' }, range('2026-03-13', '2026-04-30'), day('2026-05-01')), null)
})

t.test('S-28 only loaded days are shown, and the previous period ends before them', async t => {
  const aDay = fc.integer({ min: 0, max: 700 }).map(count => addDays(parseDay('2025-06-01'), count))
  const aRange = fc
    .tuple(aDay, fc.nat(90))
    .map(([from, length]): DayRange => ({ from, to: addDays(from, length) }))
  const aChoice = fc.oneof(
    fc.constantFrom(...presets).map((preset): PeriodChoice => ({ preset })),
    aRange.map((days): PeriodChoice => ({ days })),
  )
  let shownCount = 0
  fc.assert(
    fc.property(aChoice, aRange, aDay, (choice, loaded, today) => {
      const period = periodOf(choice, loaded, today)
      if (!period) return true
      shownCount += 1
      const { days, before } = period
      const isLoaded = loaded.from <= days.from && days.from <= days.to && days.to <= loaded.to
      const isLonger = dayCount(before) > Math.max(31, dayCount(days))
      return isLoaded && before.from <= before.to && before.to < days.from && !isLonger
    }),
    { numRuns: 2000, seed },
  )
  t.ok(shownCount > 200, `${shownCount} periods`)
})

t.test('a month runs from its first to its last day', async t => {
  t.strictSame(monthOf(day('2024-02-10')), range('2024-02-01', '2024-02-29'))
  t.strictSame(monthOf(day('2026-12-31')), range('2026-12-01', '2026-12-31'))
})

t.test('S-28 the last fourteen days are provisional', async t => {
  t.equal(provisionalFrom(today), '2026-04-28')
})
