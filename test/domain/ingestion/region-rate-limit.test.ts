import t from 'tap'
import { after, minutes, seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId } from '../../../src/domain/identifiers.ts'
import { requestsPerMinute } from '../../../src/domain/ingestion/rate-limit/call-budget.ts'
import {
  allowsUncountedPolls,
  type Caller,
  type CallOutcome,
  initialRateLimit,
  type RateLimitedCall,
  type RegionRateLimit,
  recordCallOutcome,
  tryAcquire,
} from '../../../src/domain/ingestion/rate-limit/region-rate-limit.ts'
import { lateSyncReason, syncDeferralReason } from '../../../src/domain/ingestion/rate-limit/sync-deferral.ts'
import { minutesLater, noon } from '../../support/examples.ts'

const reportId = (name: string | number) => `report-${name}` as ReportId
/** Callers `b` and `d` request Sponsored Brands reports. */
const callOf = (name: string | number, overrides: Partial<Caller> = {}): Caller => ({
  reportId: reportId(name),
  connectionId: `connection-${name}` as ConnectionId,
  adProduct: name === 'b' || name === 'd' ? 'SB' : 'SP',
  call: 'report_request',
  ...overrides,
})

const reportNamed = (name: string | number, isInteractive = true) => ({ id: reportId(name), isInteractive })

/** Calls until one is deferred. */
function burst(
  limit: RegionRateLimit,
  now: Date,
  isInteractive = true,
  call: RateLimitedCall = 'report_request',
) {
  let admitted = 0
  let current = limit
  for (;;) {
    const [admission, next] = tryAcquire(current, call, reportNamed('any', isInteractive), now)
    if (!admission.admitted) return { admitted, limit: current, admission }
    admitted += 1
    current = next
  }
}

const recordOutcomes = (
  limit: RegionRateLimit,
  outcome: CallOutcome,
  names: readonly (string | number)[],
  now = noon,
) =>
  names.reduce<RegionRateLimit>(
    (current, name) => recordCallOutcome(current, outcome, callOf(name), now),
    limit,
  )

t.test('S-24 a burst of report requests is admitted at once, then the region’s rate per minute', async t => {
  const { admitted, limit, admission } = burst(initialRateLimit(noon), noon)

  t.equal(admitted, 300)
  t.strictSame(admission, {
    admitted: false,
    why: 'region_rate_limited',
    until: after(noon, seconds(1)),
    isShared: false,
  })
  t.equal(burst(limit, after(noon, seconds(2))).admitted, 50, '25 requests a second')
  t.equal(burst(limit, minutesLater(60)).admitted, 300, 'quiet hours save up at most one burst')
})

t.test('S-24 status polls have a separate budget, fifteen for each report request', async t => {
  const polled = burst(initialRateLimit(noon), noon, true, 'report_status')
  t.equal(polled.admitted, 4000)
  t.match(polled.admission, { why: 'region_rate_limited', until: after(noon, seconds(1)) })

  t.equal(burst(polled.limit, noon).admitted, 300, 'report requests have their own')
  const requested = burst(initialRateLimit(noon), noon)
  t.equal(burst(requested.limit, noon, true, 'report_status').admitted, 4000)
})

t.test('S-24 polls that a process sent without asking count later', async t => {
  const acquire = (limit: RegionRateLimit, uncounted: number) =>
    tryAcquire(limit, 'report_status', reportNamed(1), noon, uncounted)
  const [, half] = acquire(initialRateLimit(noon), 2249)
  t.notOk(allowsUncountedPolls(acquire(half, 1)[1], noon), 'half of the burst is used')
  t.ok(allowsUncountedPolls(half, after(noon, seconds(1))))

  const [decision, spent] = acquire(initialRateLimit(noon), 100_000)
  t.notOk(decision.admitted)
  const admitted = tryAcquire(spent, 'report_status', reportNamed(1), after(noon, seconds(1)))
  t.ok(admitted[0].admitted, 'the excess is not counted, so that no process waits forever')
})

t.test('S-24 throttled polls slow polls down, not report requests, and the other way round', async t => {
  const afterThrottles = (call: RateLimitedCall) =>
    ['a', 'b'].reduce(
      (limit, name) => recordCallOutcome(limit, 'throttled', callOf(name, { call }), noon),
      initialRateLimit(noon),
    )
  const polled = afterThrottles('report_status')
  t.strictSame(
    [polled, polled.polls].map(budget => requestsPerMinute(budget, noon)),
    [1500, 750],
  )
  const requested = afterThrottles('report_request')
  t.strictSame(
    [requested, requested.polls].map(budget => requestsPerMinute(budget, noon)),
    [750, 1500],
  )
})

t.test('S-24 throttling of one ad product slows no other', async t => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const limit = names.reduce(
    (current, name) => recordCallOutcome(current, 'throttled', callOf(name, { adProduct: 'SB' }), noon),
    initialRateLimit(noon),
  )
  t.equal(requestsPerMinute(limit, noon), 1500)
})

t.test('S-24 deferred background requests are spread over time', t => {
  let { limit } = burst(initialRateLimit(noon), noon, false)
  const waits: number[] = []
  for (let index = 0; index < 20_000; index += 1) {
    const [admission, next] = tryAcquire(limit, 'report_request', reportNamed(index, false), noon)
    limit = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }

  t.strictSame(waits.slice(0, 2), [5, 5.04])
  const inFirstMinute = waits.filter(wait => wait < 65).length
  t.equal(inFirstMinute, 1500, 'the region’s full rate per minute is used')
  t.equal(Math.max(...waits), 300, 'no request waits longer than the longest queue')
  t.end()
})

t.test('S-20 interactive requests get the next free slot, regardless of the background queue', t => {
  let { limit } = burst(initialRateLimit(noon), noon, false)
  for (let index = 0; index < 5000; index += 1)
    limit = tryAcquire(limit, 'report_request', reportNamed(index, false), noon)[1]
  limit = {
    ...burst(limit, noon).limit,
    interactiveQueueEndsAt: null,
    requestsPerMinute: 300,
    reducedAt: noon,
  }
  const waits: number[] = []
  for (let index = 0; index < 30; index += 1) {
    const [admission, next] = tryAcquire(limit, 'report_request', reportNamed(`interactive ${index}`), noon)
    limit = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }
  t.strictSame(waits.slice(0, 3), [1, 1.2, 1.4], 'five requests a second')
  t.equal(waits.length, 30)
  t.end()
})

t.test('S-24 after a slowdown, queue slots move closer together as the rate recovers', t => {
  const slow = { ...initialRateLimit(noon), requestsPerMinute: 300, reducedAt: noon }
  let { limit } = burst(slow, noon, false)
  const waits: number[] = []
  for (let index = 0; index < 3000; index += 1) {
    const [admission, next] = tryAcquire(limit, 'report_request', reportNamed(index, false), noon)
    limit = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }
  const inMinute = (minute: number) => waits.filter(wait => Math.floor(wait / 60) === minute).length

  t.ok(Math.abs(inMinute(1) - 300 * 2 ** 0.3) < 10, `${inMinute(1)} requests in the second minute`)
  t.ok(Math.abs(inMinute(4) - 300 * 2 ** 0.9) < 10, `${inMinute(4)} requests in the fifth minute`)
  t.end()
})

t.test('S-24 a pause ends the queue, and its requests are due again in a new queue', t => {
  let { limit } = burst(initialRateLimit(noon), noon, false)
  for (let index = 0; index < 7500; index += 1)
    limit = tryAcquire(limit, 'report_request', reportNamed(index, false), noon)[1]
  const oneFailure = recordOutcomes(limit, 'unanswered', [1])
  const afterOneFailure = recordCallOutcome(oneFailure, 'answered', callOf(1), noon)
  t.strictSame(afterOneFailure.queueEndsAt, limit.queueEndsAt, 'one isolated failure does not end the queue')
  const down = recordOutcomes(limit, 'unanswered', [1, 2, 3, 4, 5, 6])
  const later = minutesLater(1)

  const recovered = recordCallOutcome(
    tryAcquire(down, 'report_status', reportNamed('probe'), later)[1],
    'answered',
    callOf('probe'),
    later,
  )

  const next = burst(recovered, later, false)
  const [admission] = tryAcquire(next.limit, 'report_request', reportNamed('next', false), later)
  t.strictSame(admission, {
    admitted: false,
    why: 'region_rate_limited',
    until: after(later, seconds(5)),
    isShared: false,
  })
  t.end()
})

t.test('S-24 when the queue is full, later requests reserve no slot in it', t => {
  let { limit } = burst(initialRateLimit(noon), noon, false)
  for (let index = 0; index < 7500; index += 1)
    limit = tryAcquire(limit, 'report_request', reportNamed(index, false), noon)[1]

  const [late, next] = tryAcquire(limit, 'report_request', reportNamed('late', false), noon)
  t.strictSame(late, { admitted: false, why: 'region_rate_limited', until: minutesLater(5), isShared: true })
  t.equal(next, limit)

  const soon = after(noon, seconds(1))
  const [later, further] = tryAcquire(
    burst(limit, soon, false).limit,
    'report_request',
    reportNamed('later', false),
    soon,
  )
  const free = after(limit.queueEndsAt ?? noon, 40)
  t.strictSame(
    later,
    { admitted: false, why: 'region_rate_limited', until: free, isShared: false },
    'it retries at the first free slot',
  )
  t.not(further, limit)
  t.end()
})

t.test('S-23 daily syncs start in a region only while its queue is at most a minute long', t => {
  const { limit } = burst(initialRateLimit(noon), noon, false)
  let queue = limit
  let requests = 0
  for (; requests < 5000 && !syncDeferralReason(queue, noon); requests += 1)
    queue = tryAcquire(queue, 'report_request', reportNamed(requests, false), noon)[1]

  t.equal(requests, 1377, 'the first is deferred by five seconds, then one request every 40 ms')
  t.equal(syncDeferralReason(queue, noon), 'region_rate_limited')
  t.equal(syncDeferralReason(queue, after(noon, seconds(1))), null)
  const ahead = { ...queue, queueEndsAt: minutesLater(60) }
  t.equal(syncDeferralReason(ahead, noon), null, 'a queue end written by a clock that ran ahead is ignored')
  let interactive = limit
  for (let index = 0; index < 3000; index += 1)
    interactive = tryAcquire(interactive, 'report_request', reportNamed(index), noon)[1]
  t.equal(syncDeferralReason(interactive, noon), null, 'interactive requests have a separate queue')
  const down = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  t.equal(syncDeferralReason(down, noon), 'region_down')
  t.equal(
    syncDeferralReason(down, after(noon, seconds(89))),
    'region_down',
    'waiting reports act as the probe',
  )
  t.equal(syncDeferralReason(down, after(noon, seconds(90))), null, 'nothing waits, so the sync is the probe')
  const downAhead = { ...down, pausedUntil: minutesLater(60) }
  t.equal(syncDeferralReason(downAhead, noon), null, 'a pause written by a clock that ran ahead is ignored')
  t.equal(syncDeferralReason(recordOutcomes(down, 'answered', [7]), after(noon, seconds(31))), null)
  t.end()
})

t.test('S-42 the cause of a late sync stays the same while a region works off its queue', t => {
  for (const queue of [31, 59, 61, 119])
    t.equal(
      lateSyncReason({ ...initialRateLimit(noon), queueEndsAt: after(noon, seconds(queue)) }, noon),
      'region_rate_limited',
    )
  const short = { ...initialRateLimit(noon), queueEndsAt: after(noon, seconds(30)) }
  t.equal(lateSyncReason(short, noon), null, 'a delay of half a minute has no cause')
  const down = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  t.equal(lateSyncReason(down, after(noon, seconds(45))), 'region_down', 'the cause stays between two pauses')
  t.end()
})

t.test('S-20 six new connections are admitted while background requests use their full share', t => {
  const background = burst(initialRateLimit(noon), noon, false)
  t.equal(background.admitted, 200)
  t.match(background.admission, { admitted: false, why: 'region_rate_limited' })
  t.equal(burst(background.limit, noon).admitted, 100, 'enough for 15 reports of each of six connections')

  const slow = {
    ...background.limit,
    requestsPerMinute: 30,
    reducedAt: noon,
    theoreticalArrivalAt: after(noon, seconds(11)),
  }
  const soon = after(noon, seconds(1))
  t.notOk(
    tryAcquire(slow, 'report_request', reportNamed(1, false), soon)[0].admitted,
    'background requests wait here too',
  )
  t.ok(tryAcquire(slow, 'report_request', reportNamed(2), soon)[0].admitted)
  t.end()
})

t.test('S-24 a region slows down when two connections are throttled, not when one is', async t => {
  const oneThrottled = recordOutcomes(
    recordOutcomes(initialRateLimit(noon), 'throttled', ['a']),
    'throttled',
    ['a', 'a'],
  )
  t.equal(requestsPerMinute(oneThrottled, noon), 1500)

  const twoThrottled = recordCallOutcome(oneThrottled, 'throttled', callOf('b'), noon)
  t.equal(requestsPerMinute(twoThrottled, noon), 750)
  t.equal(
    requestsPerMinute(recordOutcomes(twoThrottled, 'throttled', ['c', 'd', 'e']), noon),
    750,
    'a burst of throttles slows the region once',
  )
  const later = after(noon, seconds(20))
  t.equal(
    requestsPerMinute(recordOutcomes(twoThrottled, 'throttled', ['c', 'd'], later), later),
    750 * 2 ** (1 / 15) * 0.5,
  )
  const separate = recordCallOutcome(oneThrottled, 'throttled', callOf('b'), minutesLater(2))
  t.equal(requestsPerMinute(separate, minutesLater(2)), 1500, 'throttles minutes apart are separate limits')
})

t.test('S-24 a region’s rate doubles every five minutes after throttling stops', async t => {
  let limit = initialRateLimit(noon)
  for (let second = 0; second < 600; second += 11)
    limit = recordOutcomes(limit, 'throttled', ['a', 'b'], after(noon, seconds(second)))
  const end = after(noon, seconds(594))

  t.equal(requestsPerMinute(limit, end), 30, 'never below the minimum')
  t.equal(requestsPerMinute(limit, after(end, minutes(5))), 60)
  t.equal(requestsPerMinute(limit, after(end, minutes(60))), 1500, 'never above the initial rate')
})

t.test('S-24 a probe that could not be sent passes to the next report', async t => {
  const down = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  const later = minutesLater(1)
  const [first, probed] = tryAcquire(down, 'report_status', reportNamed(1), later)
  t.ok(first.admitted)
  t.notOk(tryAcquire(probed, 'report_status', reportNamed(2), later)[0].admitted)

  const released = recordCallOutcome(probed, 'not_sent', callOf(1), later)

  t.ok(tryAcquire(released, 'report_status', reportNamed(2), later)[0].admitted)
  t.equal(
    recordCallOutcome(probed, 'not_sent', callOf(2), later),
    probed,
    'a call from before the pause is ignored',
  )
  t.equal(
    recordOutcomes(initialRateLimit(noon), 'not_sent', [1, 2, 3, 4, 5, 6]).failures,
    0,
    'region state is unchanged',
  )
})

t.test('S-24 a region that stops answering is paused, and one report at a time probes it', async t => {
  const failing = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5])
  t.ok(tryAcquire(failing, 'report_status', reportNamed(9), noon)[0].admitted)

  const paused = recordCallOutcome(failing, 'unanswered', callOf(6), noon)
  const notAdmitted = { admitted: false, why: 'region_down', isShared: true } as const
  t.strictSame(tryAcquire(paused, 'report_status', reportNamed(9), noon)[0], {
    ...notAdmitted,
    until: minutesLater(0.5),
  })
  t.strictSame(tryAcquire(paused, 'report_request', reportNamed(9), noon)[0], {
    ...notAdmitted,
    until: minutesLater(0.5),
  })
  t.equal(
    recordCallOutcome(paused, 'unanswered', callOf(7), noon),
    paused,
    'a call from before the pause changes nothing',
  )

  const [probe, probing] = tryAcquire(paused, 'report_status', reportNamed(9), minutesLater(0.5))
  t.ok(probe.admitted)
  t.has(
    tryAcquire(probing, 'report_status', reportNamed(8), minutesLater(0.6))[0],
    notAdmitted,
    'the others wait for the probe’s result',
  )
  const again = recordCallOutcome(probing, 'unanswered', callOf(9), minutesLater(0.6))
  t.has(
    tryAcquire(again, 'report_status', reportNamed(8), minutesLater(0.6))[0],
    { until: minutesLater(1.6) },
    'the second pause is twice as long',
  )

  const recovered = recordCallOutcome(probing, 'answered', callOf(9), minutesLater(0.6))
  t.ok(tryAcquire(recovered, 'report_request', reportNamed(8), minutesLater(0.6))[0].admitted)
  t.equal(recovered.failures, 0)
})

t.test('S-24 pauses grow to two minutes, and a probe that never returns is replaced', async t => {
  let limit = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  const lengths: number[] = []
  for (let count = 0; count < 5; count += 1) {
    const from = limit.pausedUntil ?? noon
    const [, probing] = tryAcquire(limit, 'report_status', reportNamed('probe'), from)
    limit = recordCallOutcome(probing, 'unanswered', callOf('probe'), from)
    lengths.push(((limit.pausedUntil?.getTime() ?? 0) - from.getTime()) / 1000)
  }
  t.strictSame(lengths, [60, 120, 120, 120, 120])

  const from = limit.pausedUntil ?? noon
  const [, probing] = tryAcquire(limit, 'report_status', reportNamed('killed'), from)
  t.notOk(tryAcquire(probing, 'report_status', reportNamed('next'), after(from, seconds(119)))[0].admitted)
  t.ok(tryAcquire(probing, 'report_status', reportNamed('next'), after(from, seconds(120)))[0].admitted)
})

t.test('S-24 one report that keeps failing pauses no region, and an answer resets the count', async t => {
  const single = recordOutcomes(initialRateLimit(noon), 'unanswered', Array<string>(50).fill('poison'))
  t.equal(single.pausedUntil, null)

  const mixed = recordOutcomes(recordOutcomes(single, 'unanswered', [1, 2, 3, 4]), 'answered', ['x'])
  t.equal(recordOutcomes(mixed, 'unanswered', [1, 2, 3, 4, 5]).pausedUntil, null)
  t.ok(recordOutcomes(mixed, 'unanswered', [1, 2, 3, 4, 5, 6]).pausedUntil)
  const healthy = initialRateLimit(noon)
  t.equal(
    recordCallOutcome(healthy, 'answered', callOf(1), noon),
    healthy,
    'an answer from a healthy region changes nothing',
  )
  t.equal(
    recordOutcomes(recordOutcomes(healthy, 'unanswered', [1, 2, 3, 4, 5]), 'throttled', ['x']).failures,
    0,
    'a 429 counts as an answer',
  )
})

t.test('S-24 times written by a clock that ran an hour ahead delay no request', async t => {
  const ahead = minutesLater(60)
  const { limit: busy } = burst(initialRateLimit(ahead), ahead)
  t.ok(
    tryAcquire(busy, 'report_request', reportNamed(1), noon)[0].admitted,
    'the budget used by the wrong clock is restored',
  )

  const paused = recordOutcomes(initialRateLimit(ahead), 'unanswered', [1, 2, 3, 4, 5, 6], ahead)
  const [probe, next] = tryAcquire(paused, 'report_status', reportNamed(7), noon)
  t.ok(probe.admitted, 'one report probes the region')
  t.notOk(tryAcquire(next, 'report_status', reportNamed(8), noon)[0].admitted, 'others wait for its result')

  const reduced = recordCallOutcome(
    recordOutcomes(initialRateLimit(ahead), 'throttled', ['a']),
    'throttled',
    callOf('b'),
    ahead,
  )
  t.equal(
    requestsPerMinute(recordCallOutcome(reduced, 'answered', callOf('b'), noon), minutesLater(5)),
    1500,
    'the rate has recovered',
  )
})

t.test('S-24 only times written by a clock that ran ahead are reset', async t => {
  const current: RegionRateLimit = {
    ...initialRateLimit(noon),
    queueEndsAt: minutesLater(1),
    interactiveQueueEndsAt: minutesLater(2),
    pausedSince: minutesLater(-1),
    reducedAt: minutesLater(-2),
    throttled: { connectionId: callOf('a').connectionId, adProduct: 'SP', at: minutesLater(-3) },
  }
  const ahead = minutesLater(60)
  const answeredAtNoon = (limit: RegionRateLimit) => recordCallOutcome(limit, 'answered', callOf(1), noon)
  t.equal(answeredAtNoon(current), current)
  const pausedSinceAhead = answeredAtNoon({ ...current, pausedSince: ahead })
  t.strictSame(pausedSinceAhead, { ...current, pausedSince: noon })
  for (const [changes, expected] of [
    [{ theoreticalArrivalAt: ahead }, { theoreticalArrivalAt: noon }],
    [{ queueEndsAt: ahead }, { queueEndsAt: null }],
    [{ interactiveQueueEndsAt: ahead }, { interactiveQueueEndsAt: null }],
    [{ reducedAt: ahead }, { reducedAt: noon }],
    [{ throttled: { ...current.throttled, at: ahead } as RegionRateLimit['throttled'] }, { throttled: null }],
  ] as const) {
    t.strictSame(answeredAtNoon({ ...current, ...changes }), { ...current, ...expected })
    const { polls } = current
    t.strictSame(answeredAtNoon({ ...current, polls: { ...polls, ...changes } }), {
      ...current,
      polls: { ...polls, ...expected },
    })
  }
})

t.test('S-24 in a slow region an ended queue does not move any request forward', async t => {
  const slow = {
    ...initialRateLimit(noon),
    requestsPerMinute: 30,
    reducedAt: noon,
    theoreticalArrivalAt: after(noon, seconds(12)),
  }
  for (const interactiveQueueEndsAt of [null, minutesLater(-5)]) {
    const limit = { ...slow, interactiveQueueEndsAt }
    const [admission] = tryAcquire(limit, 'report_request', reportNamed(1), noon)
    t.strictSame(admission.admitted ? null : admission.until, after(noon, seconds(2)))
  }
})

t.test('S-20 S-24 interactive and background requests have separate queues', async t => {
  for (const [isInteractive, ownQueue, otherQueue] of [
    [true, 'interactiveQueueEndsAt', 'queueEndsAt'],
    [false, 'queueEndsAt', 'interactiveQueueEndsAt'],
  ] as const) {
    const { limit } = burst(initialRateLimit(noon), noon, isInteractive)
    const [admission, next] = tryAcquire(limit, 'report_request', reportNamed(1, isInteractive), noon)
    t.strictSame(next[ownQueue], admission.admitted ? null : admission.until)
    t.equal(next[otherQueue], null)
  }
})
