import t from 'tap'
import { addDays, dayCount } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import {
  requestBackfill,
  requestDailySync,
  requestInitialSync,
  requestReauthorisationSync,
} from '../../../src/domain/ingestion/sync-run.ts'
import { availableDays } from '../../../src/domain/ingestion/sync-window.ts'
import { anId, day, days, noon } from '../../support/examples.ts'

const details = {
  id: anId<SyncRunId>(),
  connectionId: anId<ConnectionId>(),
  timezone: 'America/Los_Angeles',
} as const
const known = { ...details, hasLegacyCampaigns: false }

t.test('S-20 a sync run requests the last 30 whole days in the profile’s time zone', async t => {
  const { syncRun: run } = requestInitialSync(details, () => anId<ReportId>(), noon)

  const { id, connectionId } = details
  t.strictSame(run, { id, connectionId, kind: 'initial', days, requestedAt: noon })
  t.equal(dayCount(run.days), 30)
})

t.test('S-20 a sync run has every report of the catalogue once, in order, each with its own id', async t => {
  const { syncRun: run, reports } = requestInitialSync(details, () => anId<ReportId>(), noon)

  t.strictSame(
    reports.map(({ type }) => type),
    reportCatalogue.map(({ type }) => type),
  )
  t.equal(new Set(reports.map(({ id }) => id)).size, reports.length)
  for (const report of reports) {
    t.has(report, { status: 'requested', syncRunId: run.id, connectionId: run.connectionId, dueAt: noon })
    t.strictSame(report.days, run.days)
  }
})

t.test('S-20 syncs that users start are interactive, and daily syncs run in the background', async t => {
  const newId = () => anId<ReportId>()
  const interactivityOf = ({ reports }: ReturnType<typeof requestInitialSync>) => [
    ...new Set(reports.map(({ isInteractive }) => isInteractive)),
  ]

  t.strictSame(interactivityOf(requestInitialSync(details, newId, noon)), [true])
  t.strictSame(interactivityOf(requestReauthorisationSync(details, [], newId, noon)), [true])
  t.strictSame(interactivityOf(requestBackfill(known, days, newId, noon)), [true])
  t.strictSame(
    interactivityOf(requestDailySync({ ...known, isInteractive: false }, [], newId, noon)),
    [false],
    'a daily sync on schedule runs in the background',
  )
  t.strictSame(
    interactivityOf(requestDailySync({ ...known, isInteractive: true }, [], newId, noon)),
    [true],
    'a daily sync that a user requested is interactive',
  )
})

t.test('S-23 a sync run’s days start with the first day of any of its reports', async t => {
  const { syncRun: run, reports } = requestDailySync(
    { ...known, isInteractive: false },
    [],
    () => anId<ReportId>(),
    noon,
  )

  const [first] = reports.map(report => report.days.from).sort()
  t.equal(run.days.from, first)
  t.equal(run.days.to, days.to)
})

t.test('S-23 an account with legacy campaigns gets a report of them for each day, newest first', async t => {
  const newId = () => anId<ReportId>()
  const legacyDays = ({ reports }: ReturnType<typeof requestDailySync>) =>
    reports.filter(({ type }) => type === 'sb_legacy_campaigns').map(report => report.days)
  const account = { ...details, hasLegacyCampaigns: true }
  const fresh = [{ type: 'sb_legacy_campaigns' as const, days }]
  const dayBefore = (count: number) => ({ from: addDays(days.to, -count), to: addDays(days.to, -count) })

  const daily = legacyDays(requestDailySync({ ...account, isInteractive: false }, fresh, newId, noon))
  t.strictSame(daily.slice(0, 15), [
    ...Array.from({ length: 14 }, (_, index) => dayBefore(index)),
    dayBefore(30),
  ])
  const twoDays = { from: addDays(days.to, -1), to: days.to }
  t.strictSame(legacyDays(requestBackfill(account, twoDays, newId, noon)), [dayBefore(1), dayBefore(0)])
})

t.test('S-26 a reauthorisation loads the last 30 days and the days missed before them', async t => {
  const { syncRun: run, reports } = requestReauthorisationSync(details, [], () => anId<ReportId>(), noon)

  t.has(run, { kind: 'reauthorisation', requestedAt: noon })
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
  const loadedDays = { from: addDays(days.from, -40), to: days.to }
  const loadedRanges = reportCatalogue.map(({ type }) => ({ type, days: loadedDays }))

  const { syncRun: run, reports } = requestReauthorisationSync(
    details,
    loadedRanges,
    () => anId<ReportId>(),
    noon,
  )

  t.equal(reports.length, reportCatalogue.length)
  t.strictSame(run.days, days)
})

t.test('S-43 only the days that Amazon still keeps are requested', async t => {
  const requestedDays = { from: addDays(days.to, -79), to: addDays(days.to, -50) }
  const { reports } = requestBackfill(known, requestedDays, () => anId<ReportId>(), noon)

  t.equal(reports.length, reportCatalogue.length)
  for (const { type, days: reportDays } of reports) {
    const definition = reportCatalogue.find(candidate => candidate.type === type)
    const available = definition && availableDays(definition, details.timezone, noon)
    t.strictSame(reportDays, { from: available?.from, to: requestedDays.to }, type)
  }
})

t.test('S-43 days that cannot be loaded again are rejected, each with its problem', async t => {
  const backfill = (from: string, to: string) =>
    requestBackfill(known, { from: day(from), to: day(to) }, () => anId<ReportId>(), noon)
  const invalidRange = (problem: string) => ({ code: 'invalid_date_range', problem })

  t.throws(() => backfill('2026-05-10', '2026-05-09'), invalidRange('reversed'))
  t.throws(() => backfill('2026-05-10', '2026-05-12'), invalidRange('not_ended'))
  t.throws(() => backfill('2026-04-11', '2026-05-11'), invalidRange('too_many'))
  t.throws(() => backfill('2020-01-01', '2020-01-02'), invalidRange('too_old'))
  t.match(backfill('2026-05-11', '2026-05-11'), {
    syncRun: { kind: 'backfill' },
    reports: [{ days: { from: '2026-05-11' } }],
  })
})
