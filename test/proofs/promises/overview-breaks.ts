// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const contract = 'test/adapters/postgres/overviews-contract.test.ts'
const showing = 'test/admin/overview/show-overview.test.ts'
const judging = 'test/admin/overview/region-fare.test.ts'
const journey = 'test/journeys/console-overview.test.ts'
const store = 'src/adapters/postgres/overviews.ts'

const overview = (its: Omit<Break, 'promise'>): Break => ({ promise: 'S-45', ...its })

/** What the console's first page says, to whom, and for how long. */
export const overviewBreaks: readonly Break[] = [
  overview({
    what: 'whoever asks sees the overview',
    file: 'src/admin/overview/show-overview.ts',
    find: '    await demandStaff(people, by)\n',
    put: '    void [demandStaff, people, by]\n',
    tests: [showing],
    named: 'S-45 only the staff',
  }),
  overview({
    what: 'what a worker has in hand counts as late',
    file: store,
    find: 'coalesce(leased_until > now(), false) as is_held',
    put: 'false as is_held',
    tests: [contract],
    named: 'S-45 each report on its way',
  }),
  overview({
    what: 'a loading that is over keeps somebody waiting',
    file: store,
    find: "where run.settled_at is null and run.kind in ('first', 'renewal') and connection.status = 'active'",
    put: "where run.kind in ('first', 'renewal') and connection.status = 'active'",
    tests: [contract],
    named: 'S-45 loadings in progress',
  }),
  overview({
    what: 'an hour’s failures are told twice',
    file: store,
    find: 'and failed_at > ? and failed_at < ? group by 1`',
    put: 'and failed_at > ? and ?::timestamptz is not null group by 1`',
    tests: [contract],
    named: 'S-45 failures by the hour',
  }),
  overview({
    what: 'calls of the same minute replace each other',
    file: 'src/adapters/postgres/call-tally.ts',
    find: 'calls = amazon_minute.calls + excluded.calls,',
    put: 'calls = excluded.calls,',
    tests: [contract],
    named: 'S-45 calls are counted',
  }),
  overview({
    what: 'what ended with its connection counts as failed',
    file: 'src/admin/overview/failures.ts',
    find: 'if (!cause) continue',
    put: 'if (cause === undefined) continue',
    tests: [showing],
    named: 'S-45 reports that nobody takes',
  }),
  overview({
    what: 'a silent worker is no alarm',
    file: 'src/admin/overview/alarms.ts',
    find: '!workerSeenAt || now >= after(workerSeenAt, workerSilence)',
    put: '!workerSeenAt && now >= after(now, -workerSilence)',
    tests: [showing],
    named: 'S-45 a worker that is silent',
  }),
  overview({
    what: 'two refused grants are taken for our fault',
    file: 'src/admin/overview/alarms.ts',
    find: 'isMassLoss(grantsRefused.count) ?',
    put: 'grantsRefused.count > 0 || isMassLoss(0) ?',
    tests: [judging],
    named: 'S-45 every kind of alarm',
  }),
  overview({
    what: 'a page that is left open keeps its session alive',
    file: 'src/adapters/fastify/staff-session.ts',
    find: "const way = isRefresh(request) ? 'glance' : 'run'",
    put: "const way = isRefresh(request) ? 'run' : 'run'",
    tests: [journey],
    named: 'S-45 S-46 a page that refreshes itself',
  }),
  overview({
    what: 'every page of the console takes the header’s word',
    file: 'src/adapters/fastify/staff-session.ts',
    find: "method === 'GET' && routeOptions.config.refreshesItself === true &&",
    put: "method === 'GET' && routeOptions !== null &&",
    tests: [journey],
    named: 'S-45 S-46 a page that refreshes itself',
  }),
]
