import t from 'tap'
import { GetOverview } from '../../../src/admin/overview/get-overview.ts'
import { StaffOnly } from '../../../src/domain/access/staff-action.ts'
import {
  aFailedReport,
  anActiveConnection,
  aRequestedReport,
  aRun,
  aUser,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  fakes.clock.set(noon)
  const agent = aUser({ role: 'support' })
  fakes.users.add(agent, { subscription: null })
  let workerSeenAt: Date | null = minutesLater(-0.5)
  const workerHeartbeats = {
    statusFor: async () => ({ workerSeenAt, lateSince: null, syncDeferralReason: null }),
  }
  const overview = new GetOverview({ ...fakes, workerHeartbeats })
  return {
    ...fakes,
    show: () => overview.execute({ by: agent.id }),
    showTo: (by: typeof agent) => overview.execute({ by: by.id }),
    setWorkerSeenAt(at: Date | null) {
      workerSeenAt = at
    },
  }
}

t.test('S-45 only users who are staff now can see the overview', async t => {
  const { users, showTo } = scene()
  for (const role of ['seller', 'manager'] as const) {
    const user = aUser({ role })
    users.add(user, { subscription: null })
    await t.rejects(showTo(user), StaffOnly, role)
  }
  await t.rejects(showTo(aUser({ role: 'admin' })), StaffOnly, 'an unknown user')
  const admin = aUser({ role: 'admin' })
  users.add(admin, { subscription: null })
  await t.resolves(showTo(admin))
})

t.test('S-45 with a running worker and no connections there is no alert', async t => {
  const { show } = scene()

  const overview = await show()

  t.strictSame(overview.alerts, [])
  t.match(overview.failures, { day: 0, week: 0, byCause: [] })
  t.strictSame(
    overview.regions.map(({ region, state, requestsPerMinute }) => [region, state, requestsPerMinute]),
    [
      ['na', 'normal', 1500],
      ['eu', 'normal', 1500],
      ['fe', 'normal', 1500],
    ],
  )
})

t.test('S-45 a worker that was silent for a minute or never seen raises an alert', async t => {
  const { show, setWorkerSeenAt } = scene()
  setWorkerSeenAt(minutesLater(-1))
  t.strictSame((await show()).alerts, [{ alert: 'no_worker', since: minutesLater(-1) }])
  setWorkerSeenAt(null)
  t.strictSame((await show()).alerts, [{ alert: 'no_worker', since: null }])
})

t.test('S-45 overdue reports and a region that is down raise alerts while they last', async t => {
  const { show, connections, users, syncRuns, rateLimiter, clock } = scene()
  const user = aUser()
  users.add(user, { subscription: null })
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const report = aRequestedReport({
    syncRunId: run.id,
    connectionId: connection.id,
    dueAt: minutesLater(-2),
  })
  await syncRuns.save(run, [report])
  for (let count = 0; count < 6; count += 1) {
    const by = { reportId: aRequestedReport().id, connectionId: connection.id }
    await rateLimiter.recordOutcome('fe', 'unanswered', by, minutesLater(-1))
  }

  const { alerts, queue } = await show()

  t.strictSame(alerts, [
    { alert: 'region_paused', region: 'fe', since: minutesLater(-1), until: minutesLater(-0.5) },
    { alert: 'reports_late', count: 1, since: minutesLater(-2) },
  ])
  t.equal(queue.longestWaiting?.key.connectionId, connection.id)

  await rateLimiter.recordOutcome(
    'fe',
    'answered',
    { reportId: report.id, connectionId: connection.id },
    noon,
  )
  await syncRuns.failOpenReports(connection.id, { error: 'connection_closed', detail: null }, noon)
  clock.set(minutesLater(0.4))
  const after = await show()
  t.strictSame(after.alerts, [])
  t.strictSame(after.failures.byCause, [], 'reports that ended with their connection do not count as failed')
})

t.test('S-45 failures are counted by cause for the day and the week, and by hour', async t => {
  const { show, syncRuns } = scene()
  const run = aRun()
  const aFailure = (failedAt: Date, error: 'throttled' | 'timeout' | 'client_rejected', detail = '') =>
    aFailedReport({ syncRunId: run.id, connectionId: run.connectionId, failedAt, reason: { error, detail } })
  await syncRuns.save(run, [
    aFailure(minutesLater(-3), 'throttled'),
    aFailure(hoursLater(-5.5), 'timeout'),
    aFailure(hoursLater(-5.5), 'timeout'),
    aFailure(hoursLater(-30), 'timeout'),
    aFailure(hoursLater(-30), 'client_rejected', 'invalid_client: unknown'),
    aFailure(hoursLater(-30), 'client_rejected', 'the request has no scope'),
    aFailure(hoursLater(-8 * 24), 'throttled'),
  ])

  const { failures } = await show()

  t.match(failures, { day: 3, week: 6 })
  t.strictSame(failures.byCause.map(({ cause, day, week }) => `${cause} ${day} ${week}`).sort(), [
    'amazon_timeout 2 3',
    'client_refused 0 1',
    'login_request_refused 0 1',
    'throttled 1 1',
  ])
  t.strictSame(
    failures.byCause.slice(0, 2).map(({ cause }) => cause),
    ['amazon_timeout', 'throttled'],
  )
  t.equal(failures.byHour.length, 24)
  t.strictSame([failures.byHour[23], failures.byHour[18], failures.byHour.reduce((a, b) => a + b)], [1, 2, 3])
})

t.test('S-45 a recurring job is late a minute after its next start was due', async t => {
  const { show, recurringJobRuns, clock } = scene()
  const isLate = async () =>
    (await show()).recurringJobs.find(({ name }) => name === 'Schedule missing syncs')?.isLate
  t.equal(await isLate(), true, 'it never ran')

  await recurringJobRuns.start('Schedule missing syncs', noon, noon)
  t.equal(await isLate(), false)
  clock.set(minutesLater(10.9))
  t.equal(await isLate(), false)
  clock.set(minutesLater(11))
  t.equal(await isLate(), true)
})
