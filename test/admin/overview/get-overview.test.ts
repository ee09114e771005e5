import t from 'tap'
import { GetOverview } from '../../../src/admin/overview/get-overview.ts'
import type { FailureCount, QueueStatus, RegionCallCounts } from '../../../src/admin/ports.ts'
import { StaffOnly } from '../../../src/domain/access/staff-action.ts'
import { initialRateLimit } from '../../../src/domain/ingestion/rate-limit/region-rate-limit.ts'
import { aUser, minutesLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const none = { count: 0, since: null }
const emptyQueue: QueueStatus = {
  waiting: 0,
  running: 0,
  late: 0,
  lateSince: null,
  runs: { initial: 0, reauthorisation: 0, daily: 0, retry: 0, backfill: 0 },
  syncsDue: none,
  longestWaiting: null,
}
const quietRegions: readonly RegionCallCounts[] = (['na', 'eu', 'fe'] as const).map(region => ({
  region,
  traffic: null,
  calls: [],
}))

/** The numbers of the overview, which a test changes. */
function scene() {
  const fakes = openFakes()
  fakes.clock.set(noon)
  const agent = aUser({ role: 'support' })
  fakes.users.add(agent, { subscription: null })
  let workerSeenAt: Date | null = minutesLater(-0.5)
  const workerHeartbeats = {
    statusFor: async () => ({ workerSeenAt, lateSince: null, syncDeferralReason: null }),
  }
  const read = { queue: emptyQueue, regions: quietRegions, failures: [] as readonly FailureCount[] }
  const overviews = {
    queue: async () => read.queue,
    regions: async () => read.regions,
    failures: async () => read.failures,
    alertInput: async () => ({
      rejected: new Map(),
      revocations: none,
      invalidated: none,
      differing: none,
      emailsFailed: none,
    }),
    emailsDue: async () => none,
  }
  const overview = new GetOverview({ ...fakes, overviews, workerHeartbeats })
  return {
    ...fakes,
    read,
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
  const { show, read, clock } = scene()
  const pause = { pausedSince: minutesLater(-1), pausedUntil: minutesLater(-0.5) }
  const traffic = { ...initialRateLimit(noon), ...pause }
  read.queue = { ...emptyQueue, late: 1, lateSince: minutesLater(-2) }
  read.regions = quietRegions.map(one => (one.region === 'fe' ? { ...one, traffic } : one))

  t.strictSame((await show()).alerts, [
    { alert: 'region_paused', region: 'fe', since: pause.pausedSince, until: pause.pausedUntil },
    { alert: 'reports_late', count: 1, since: minutesLater(-2) },
  ])

  Object.assign(read, { queue: emptyQueue, regions: quietRegions })
  clock.set(minutesLater(0.4))
  t.strictSame((await show()).alerts, [])
})

t.test('S-45 failures are counted by cause for the day and the week, and by hour', async t => {
  const { show, read } = scene()
  const aClientRejection = (detail: string) => ({ error: 'client_rejected', detail }) as const
  read.failures = [
    { reason: { error: 'throttled' }, hoursAgo: 0, reports: 1 },
    { reason: { error: 'timeout' }, hoursAgo: 5, reports: 2 },
    { reason: { error: 'timeout' }, hoursAgo: null, reports: 1 },
    { reason: aClientRejection('invalid_client: unknown'), hoursAgo: null, reports: 1 },
    { reason: aClientRejection('the request has no scope'), hoursAgo: null, reports: 1 },
    { reason: { error: 'connection_closed' }, hoursAgo: 0, reports: 15 },
  ]

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
