import t from 'tap'
import { addDays, lengthOf } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, RunId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import {
  requestAgainRun,
  requestDailyRun,
  requestFirstRun,
  requestRenewalRun,
} from '../../../src/domain/ingestion/run.ts'
import { daysKept } from '../../../src/domain/ingestion/sync.ts'
import { anId, day, days, noon } from '../../support/examples.ts'

const order = {
  id: anId<RunId>(),
  connectionId: anId<ConnectionId>(),
  timezone: 'America/Los_Angeles',
} as const

t.test('S-20 a sync run requests the last 30 whole days in the profile’s time zone', async t => {
  const { run } = requestFirstRun(order, () => anId<ReportId>(), noon)

  const { id, connectionId } = order
  t.strictSame(run, { id, connectionId, kind: 'first', days, requestedAt: noon })
  t.equal(lengthOf(run.days), 30)
})

t.test('S-20 a Japanese profile’s sync run can end on another day than an American one’s', async t => {
  const moment = new Date('2026-05-12T16:00:00Z')

  const { run } = requestFirstRun({ ...order, timezone: 'Asia/Tokyo' }, () => anId<ReportId>(), moment)

  t.equal(run.days.to, '2026-05-12')
})

t.test('S-20 a sync run has every report of the catalogue once, in order, each with an id', async t => {
  const { run, reports } = requestFirstRun(order, () => anId<ReportId>(), noon)

  t.strictSame(
    reports.map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
  )
  t.equal(new Set(reports.map(({ id }) => id)).size, reports.length)
  for (const report of reports) {
    t.has(report, { status: 'requested', runId: run.id, connectionId: run.connectionId, nextTryAt: noon })
    t.strictSame(report.days, run.days)
  }
})

t.test('S-20 syncs that users start are interactive, and daily syncs run in the background', async t => {
  const newId = () => anId<ReportId>()
  const areAwaited = ({ reports }: ReturnType<typeof requestFirstRun>) => [
    ...new Set(reports.map(({ isAwaited }) => isAwaited)),
  ]

  t.strictSame(areAwaited(requestFirstRun(order, newId, noon)), [true])
  t.strictSame(areAwaited(requestRenewalRun(order, [], newId, noon)), [true])
  t.strictSame(areAwaited(requestAgainRun(order, days, newId, noon)), [true])
  t.strictSame(areAwaited(requestDailyRun({ ...order, isAwaited: false }, [], newId, noon)), [false])
  t.strictSame(
    areAwaited(requestDailyRun({ ...order, isAwaited: true }, [], newId, noon)),
    [true],
    'a daily sync that a user requested is interactive',
  )
})

t.test('S-23 a sync run’s days start with the first day of any of its reports', async t => {
  const { run, reports } = requestDailyRun({ ...order, isAwaited: false }, [], () => anId<ReportId>(), noon)

  const [first] = reports.map(report => report.days.from).sort()
  t.equal(run.days.from, first)
  t.equal(run.days.to, days.to)
})

t.test('S-26 a reauthorisation loads the last 30 days and the days missed before them', async t => {
  const { run, reports } = requestRenewalRun(order, [], () => anId<ReportId>(), noon)

  t.has(run, { kind: 'renewal', requestedAt: noon })
  t.equal(run.days.to, days.to)
  const [recent, missed] = [reports.slice(0, reportCatalogue.length), reports.slice(reportCatalogue.length)]
  t.strictSame(
    recent.map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
  )
  for (const report of recent) t.strictSame(report.days, days)
  t.strictSame(
    missed.map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
  )
  for (const report of missed) t.equal(report.days.to, addDays(days.from, -1))
})

t.test('S-26 days before the last 30 that were loaded recently are not requested again', async t => {
  const kept = { from: addDays(days.from, -40), to: days.to }
  const fresh = reportCatalogue.map(({ type }) => ({ type, days: kept }))

  const { run, reports } = requestRenewalRun(order, fresh, () => anId<ReportId>(), noon)

  t.equal(reports.length, reportCatalogue.length)
  t.strictSame(run.days, days)
})

t.test('S-43 only the days that Amazon still keeps are requested', async t => {
  const asked = { from: addDays(days.to, -79), to: addDays(days.to, -50) }
  const { reports } = requestAgainRun(order, asked, () => anId<ReportId>(), noon)

  t.equal(reports.length, reportCatalogue.length)
  for (const { type, days: ordered } of reports) {
    const definition = reportCatalogue.find(one => one.type === type)
    const kept = definition && daysKept(definition, order.timezone, noon)
    t.strictSame(ordered, { from: kept?.from, to: asked.to }, type)
  }
})

t.test('S-43 days that cannot be loaded again are rejected, each with its problem', async t => {
  const again = (from: string, to: string) =>
    requestAgainRun(order, { from: day(from), to: day(to) }, () => anId<ReportId>(), noon)
  const refusedFor = (fault: string) => ({ code: 'days_refused', fault })

  t.throws(() => again('2026-05-10', '2026-05-09'), refusedFor('backwards'))
  t.throws(() => again('2026-05-10', '2026-05-12'), refusedFor('not_over'))
  t.throws(() => again('2026-04-11', '2026-05-11'), refusedFor('too_many'))
  t.throws(() => again('2020-01-01', '2020-01-02'), refusedFor('too_old'))
  t.match(again('2026-05-11', '2026-05-11'), {
    run: { kind: 'again' },
    reports: [{ days: { from: '2026-05-11' } }],
  })
})
