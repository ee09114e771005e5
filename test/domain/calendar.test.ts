import t from 'tap'
import {
  addDays,
  after,
  dayCount,
  dayIn,
  daysOf,
  hours,
  instantAt,
  isWeekend,
  lastWholeDays,
  minutes,
  parseDay,
  rangeBefore,
  seconds,
} from '../../src/domain/calendar.ts'
import { day, days, noon } from '../support/examples.ts'

const losAngeles = 'America/Los_Angeles'
const tokyo = 'Asia/Tokyo'

t.test('a day must be a real date in Amazon’s format', async t => {
  t.equal(parseDay('2024-02-29'), '2024-02-29')
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-2-3',
    '2026-05',
    '2026',
    '2026-05-12T00:00:00Z',
    '+002026-05-12',
    '+012026-05-12',
    '',
    'yesterday',
  ]) {
    t.throws(() => parseDay(text), RangeError, text)
  }
})

t.test('the same instant is a later day in Tokyo than in Los Angeles', async t => {
  const date = new Date('2026-05-12T16:00:00Z')

  t.equal(dayIn(losAngeles, date), '2026-05-12')
  t.equal(dayIn(tokyo, date), '2026-05-13')
})

t.test('a day begins at midnight in its time zone', async t => {
  t.equal(dayIn(losAngeles, new Date('2026-05-12T06:59:59.999Z')), '2026-05-11')
  t.equal(dayIn(losAngeles, new Date('2026-05-12T07:00:00Z')), '2026-05-12')
})

t.test('the start of a day in UTC shifts by an hour after a clock change', async t => {
  t.equal(dayIn(losAngeles, new Date('2026-03-08T07:59:59Z')), '2026-03-07')
  t.equal(dayIn(losAngeles, new Date('2026-03-09T06:59:59Z')), '2026-03-08')
  t.equal(dayIn(losAngeles, new Date('2026-03-09T07:00:00Z')), '2026-03-09')
  t.equal(dayIn('Europe/London', new Date('2026-10-24T23:30:00Z')), '2026-10-25')
  t.equal(dayIn('Europe/London', new Date('2026-10-25T23:30:00Z')), '2026-10-25')
})

t.test('an unknown time zone is rejected', async t => {
  t.throws(() => dayIn('America/Atlantis', noon), RangeError)
})

t.test('S-20 the last 30 days end yesterday in the profile’s time zone', async t => {
  t.strictSame(lastWholeDays(30, losAngeles, noon), { from: '2026-04-12', to: '2026-05-11' })
  t.equal(dayCount(lastWholeDays(30, losAngeles, noon)), 30)
})

t.test('S-20 the last 30 days can end a day later in Japan than in America', async t => {
  const date = new Date('2026-05-12T16:00:00Z')

  t.equal(lastWholeDays(30, losAngeles, date).to, '2026-05-11')
  t.equal(lastWholeDays(30, tokyo, date).to, '2026-05-12')
})

t.test('S-20 a 30-day range has 30 days across clock changes, 29 February and year ends', async t => {
  for (const date of ['2026-03-20T12:00:00Z', '2026-11-15T12:00:00Z', '2024-03-10T12:00:00Z']) {
    t.equal(daysOf(lastWholeDays(30, losAngeles, new Date(date))).length, 30, date)
  }
  t.strictSame(lastWholeDays(30, 'Europe/London', new Date('2026-01-10T00:00:00Z')), {
    from: '2025-12-11',
    to: '2026-01-09',
  })
})

t.test('adding days crosses the ends of months and years', async t => {
  t.equal(addDays(day('2026-02-28'), 1), '2026-03-01')
  t.equal(addDays(day('2026-01-01'), -1), '2025-12-31')
  t.equal(addDays(day('2026-03-08'), 365), '2027-03-08')
})

t.test('a range includes its first and last day', async t => {
  t.equal(dayCount({ from: day('2026-05-11'), to: day('2026-05-11') }), 1)
  t.strictSame(daysOf({ from: day('2026-04-30'), to: day('2026-05-02') }), [
    '2026-04-30',
    '2026-05-01',
    '2026-05-02',
  ])
})

t.test('S-28 the previous period has the same length and ends the day before', async t => {
  const before = rangeBefore(days)

  t.strictSame(before, { from: '2026-03-13', to: '2026-04-11' })
  t.equal(dayCount(before), dayCount(days))
})

t.test('Saturday and Sunday are the weekend', async t => {
  const week = daysOf({ from: day('2026-05-11'), to: day('2026-05-17') })

  t.strictSame(week.filter(isWeekend), ['2026-05-16', '2026-05-17'])
})

t.test('durations are given in milliseconds', async t => {
  t.strictSame([seconds(2), minutes(2), hours(2)], [2000, 120_000, 7_200_000])
  t.equal(after(noon, minutes(90)).toISOString(), '2026-05-12T13:30:00.000Z')
})

t.test('S-23 a minute of a day maps to one instant, even across clock changes', async t => {
  const instant = (zone: string, text: string, minute: number) =>
    instantAt(zone, day(text), minute).toISOString()
  const [twoThirty, oneThirty] = [150, 90]

  t.equal(instant('Etc/UTC', '2026-05-12', 0), '2026-05-12T00:00:00.000Z')
  t.equal(instant('Asia/Kolkata', '2026-05-12', 1439), '2026-05-12T18:29:00.000Z')
  t.equal(
    instant('America/Los_Angeles', '2026-03-08', twoThirty),
    '2026-03-08T10:30:00.000Z',
    'a skipped time moves an hour later',
  )
  t.equal(
    instant('America/Los_Angeles', '2026-11-01', oneThirty),
    '2026-11-01T08:30:00.000Z',
    'a repeated time means its first occurrence',
  )
  t.equal(instant('America/Los_Angeles', '2026-11-02', oneThirty), '2026-11-02T09:30:00.000Z')
  t.equal(instant('Pacific/Apia', '2011-12-31', 0), '2011-12-30T10:00:00.000Z', 'after a skipped day')
  t.throws(() => instantAt('Mars/Olympus', day('2026-05-12'), 0), RangeError)
})
