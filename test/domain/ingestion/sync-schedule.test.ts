import t from 'tap'
import { after, dayIn, hours, minutes } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { anId, noon } from '../../support/examples.ts'

const zones = [
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Africa/Cairo',
]
const id = 'a3c1f0de-52b7-4a86-9c55-0d3f6d1c9b11' as ConnectionId

function syncsFrom(start: Date, count: number, timezone: string, connection = id): Date[] {
  const dates: Date[] = []
  for (let next = start; dates.length < count; ) {
    next = nextSyncAfter(next, connection, timezone)
    dates.push(next)
  }
  return dates
}

t.test(
  'S-23 a connection is synced once on each local day, across 29 February and clock changes',
  async t => {
    for (const zone of zones) {
      for (const year of ['2026', '2028']) {
        const dates = syncsFrom(new Date(`${year}-01-01T00:00:00Z`), 366, zone)
        const days = dates.map(date => dayIn(zone, date))

        t.equal(new Set(days).size, 366, `${zone} ${year}`)
        t.equal(days.includes('2028-02-29' as never), year === '2028')
        for (const [index, date] of dates.entries()) {
          const before = dates[index - 1]
          if (before)
            t.ok(Math.abs(date.getTime() - before.getTime() - hours(24)) <= hours(1), `${zone} ${date}`)
        }
      }
    }
  },
)

t.test('S-23 a connection is synced at the same local time across clock changes', async t => {
  const localTime = (date: Date) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'short' }).format(date)
  const times = new Set(syncsFrom(noon, 365, 'America/Los_Angeles').map(localTime))

  t.ok(times.size <= 2, [...times].join())
})

t.test('S-23 daily syncs are spread over the whole day', async t => {
  const hourly = new Array<number>(24).fill(0)
  const count = 4800
  for (let index = 0; index < count; index += 1) {
    const connection = anId<ConnectionId>()
    const next = nextSyncAfter(noon, connection, 'Etc/UTC')
    hourly[next.getUTCHours()] = (hourly[next.getUTCHours()] ?? 0) + 1
  }

  for (const [hour, syncs] of hourly.entries()) t.ok(Math.abs(syncs - count / 24) < 80, `${hour}: ${syncs}`)
})

t.test('S-23 the next sync is at most a day ahead, or an hour more at a clock change', async t => {
  for (const zone of zones) {
    for (let step = 0; step < 500; step += 1) {
      const date = after(noon, minutes(step * 1753))
      const next = nextSyncAfter(date, anId<ConnectionId>(), zone)

      t.ok(next > date)
      t.ok(
        next.getTime() - date.getTime() <= hours(25),
        `${zone} ${date.toISOString()} ${next.toISOString()}`,
      )
    }
  }
})
