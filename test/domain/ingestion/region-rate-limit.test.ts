import t from 'tap'
import { after, minutes, seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId } from '../../../src/domain/identifiers.ts'
import {
  type CallOutcome,
  initialRateLimit,
  lateSyncReason,
  type RegionRateLimit,
  recordCallOutcome,
  requestsPerMinute,
  syncDeferralReason,
  tryAcquire,
} from '../../../src/domain/ingestion/region-rate-limit.ts'
import { minutesLater, noon } from '../../support/examples.ts'

const report = (name: string | number) => `report-${name}` as ReportId
const of = (name: string | number, connection: string = `connection-${name}`) => ({
  reportId: report(name),
  connectionId: connection as ConnectionId,
})

const called = (name: string | number, isInteractive = true) => ({ id: report(name), isInteractive })

/** Requests until one is deferred. */
function burst(traffic: RegionRateLimit, now: Date, isInteractive = true) {
  let admitted = 0
  let current = traffic
  for (;;) {
    const [admission, next] = tryAcquire(current, 'report_request', called('any', isInteractive), now)
    if (!admission.admitted) return { admitted, traffic: current, admission }
    admitted += 1
    current = next
  }
}

const recordOutcomes = (
  traffic: RegionRateLimit,
  outcome: CallOutcome,
  names: readonly (string | number)[],
  now = noon,
) =>
  names.reduce<RegionRateLimit>(
    (current, name) => recordCallOutcome(current, outcome, of(name), now),
    traffic,
  )

t.test('S-24 a burst of report requests is admitted at once, then the region’s rate per minute', async t => {
  const { admitted, traffic, admission } = burst(initialRateLimit(noon), noon)

  t.equal(admitted, 300)
  t.strictSame(admission, {
    admitted: false,
    why: 'region_rate_limited',
    until: after(noon, seconds(1)),
    isShared: false,
  })
  t.equal(burst(traffic, after(noon, seconds(2))).admitted, 50, '25 requests a second')
  t.equal(burst(traffic, minutesLater(60)).admitted, 300, 'quiet hours save up at most one burst')
  t.ok(tryAcquire(traffic, 'report_status', called(1), noon)[0].admitted, 'status polls are not counted')
})

t.test('S-24 deferred background requests are spread over time', t => {
  let { traffic } = burst(initialRateLimit(noon), noon, false)
  const waits: number[] = []
  for (let each = 0; each < 20_000; each += 1) {
    const [admission, next] = tryAcquire(traffic, 'report_request', called(each, false), noon)
    traffic = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }

  t.strictSame(waits.slice(0, 2), [5, 5.04])
  const inFirst = waits.filter(wait => wait < 65).length
  t.equal(inFirst, 1500, 'the region’s full rate per minute is used')
  t.equal(Math.max(...waits), 300, 'no request waits longer than the longest queue')
  t.end()
})

t.test('S-20 interactive requests get the next free slot, regardless of the background queue', t => {
  let { traffic } = burst(initialRateLimit(noon), noon, false)
  for (let each = 0; each < 5000; each += 1)
    traffic = tryAcquire(traffic, 'report_request', called(each, false), noon)[1]
  traffic = {
    ...burst(traffic, noon).traffic,
    interactiveQueueEndsAt: null,
    requestsPerMinute: 300,
    reducedAt: noon,
  }
  const waits: number[] = []
  for (let each = 0; each < 30; each += 1) {
    const [admission, next] = tryAcquire(traffic, 'report_request', called(`awaited ${each}`), noon)
    traffic = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }
  t.strictSame(waits.slice(0, 3), [1, 1.2, 1.4], 'five a second')
  t.equal(waits.length, 30)
  t.end()
})

t.test('S-24 after a slowdown, queue slots move closer together as the rate recovers', t => {
  const slow = { ...initialRateLimit(noon), requestsPerMinute: 300, reducedAt: noon }
  let { traffic } = burst(slow, noon, false)
  const waits: number[] = []
  for (let each = 0; each < 3000; each += 1) {
    const [admission, next] = tryAcquire(traffic, 'report_request', called(each, false), noon)
    traffic = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }
  const inMinute = (minute: number) => waits.filter(wait => Math.floor(wait / 60) === minute).length

  t.ok(Math.abs(inMinute(1) - 300 * 2 ** 0.3) < 10, `${inMinute(1)} in the second minute`)
  t.ok(Math.abs(inMinute(4) - 300 * 2 ** 0.9) < 10, `${inMinute(4)} in the fifth minute`)
  t.end()
})

t.test('S-24 a pause ends the queue, and its requests are due again in a new queue', t => {
  let { traffic } = burst(initialRateLimit(noon), noon, false)
  for (let each = 0; each < 7500; each += 1)
    traffic = tryAcquire(traffic, 'report_request', called(each, false), noon)[1]
  const blinked = recordCallOutcome(recordOutcomes(traffic, 'unanswered', [1]), 'answered', of(1), noon)
  t.strictSame(blinked.queueEndsAt, traffic.queueEndsAt, 'one isolated failure does not end the queue')
  const down = recordOutcomes(traffic, 'unanswered', [1, 2, 3, 4, 5, 6])
  const later = minutesLater(1)

  const well = recordCallOutcome(
    tryAcquire(down, 'report_status', called('probe'), later)[1],
    'answered',
    of('probe'),
    later,
  )

  const next = burst(well, later, false)
  const [admission] = tryAcquire(next.traffic, 'report_request', called('next', false), later)
  t.strictSame(admission, {
    admitted: false,
    why: 'region_rate_limited',
    until: after(later, seconds(5)),
    isShared: false,
  })
  t.end()
})

t.test('S-24 when the queue is full, later requests reserve no slot in it', t => {
  let { traffic } = burst(initialRateLimit(noon), noon, false)
  for (let each = 0; each < 7500; each += 1)
    traffic = tryAcquire(traffic, 'report_request', called(each, false), noon)[1]

  const [late, next] = tryAcquire(traffic, 'report_request', called('late', false), noon)
  t.strictSame(late, { admitted: false, why: 'region_rate_limited', until: minutesLater(5), isShared: true })
  t.equal(next, traffic)

  const soon = after(noon, seconds(1))
  const [later, further] = tryAcquire(
    burst(traffic, soon, false).traffic,
    'report_request',
    called('later', false),
    soon,
  )
  const free = after(traffic.queueEndsAt ?? noon, 40)
  t.strictSame(
    later,
    { admitted: false, why: 'region_rate_limited', until: free, isShared: false },
    'it retries at the first free slot',
  )
  t.not(further, traffic)
  t.end()
})

t.test('S-23 daily syncs start in a region only while its queue is at most a minute long', t => {
  const { traffic } = burst(initialRateLimit(noon), noon, false)
  let queue = traffic
  let orders = 0
  for (; orders < 5000 && !syncDeferralReason(queue, noon); orders += 1)
    queue = tryAcquire(queue, 'report_request', called(orders, false), noon)[1]

  t.equal(orders, 1377, 'after the first, deferred by five seconds, one request every 40 ms')
  t.equal(syncDeferralReason(queue, noon), 'region_rate_limited')
  t.equal(syncDeferralReason(queue, after(noon, seconds(1))), null)
  const ahead = { ...queue, queueEndsAt: minutesLater(60) }
  t.equal(syncDeferralReason(ahead, noon), null, 'a queue end written by a clock that ran ahead is ignored')
  let interactive = traffic
  for (let each = 0; each < 3000; each += 1)
    interactive = tryAcquire(interactive, 'report_request', called(each), noon)[1]
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
  const night = burst(initialRateLimit(noon), noon, false)
  t.equal(night.admitted, 200)
  t.match(night.admission, { admitted: false, why: 'region_rate_limited' })
  t.equal(burst(night.traffic, noon).admitted, 100, 'enough for fifteen reports of each of six connections')

  const slow = {
    ...night.traffic,
    requestsPerMinute: 30,
    reducedAt: noon,
    theoreticalArrivalAt: after(noon, seconds(11)),
  }
  const soon = after(noon, seconds(1))
  t.notOk(
    tryAcquire(slow, 'report_request', called(1, false), soon)[0].admitted,
    'background requests wait here too',
  )
  t.ok(tryAcquire(slow, 'report_request', called(2), soon)[0].admitted)
  t.end()
})

t.test('S-24 a region slows down when two connections are throttled, not when one is', async t => {
  const alone = recordOutcomes(recordOutcomes(initialRateLimit(noon), 'throttled', ['a']), 'throttled', [
    'a',
    'a',
  ])
  t.equal(requestsPerMinute(alone, noon), 1500)

  const shared = recordCallOutcome(alone, 'throttled', of('b'), noon)
  t.equal(requestsPerMinute(shared, noon), 750)
  t.equal(
    requestsPerMinute(recordOutcomes(shared, 'throttled', ['c', 'd', 'e']), noon),
    750,
    'a burst of throttles slows the region once',
  )
  const later = after(noon, seconds(20))
  t.equal(
    requestsPerMinute(recordOutcomes(shared, 'throttled', ['c', 'd'], later), later),
    750 * 2 ** (1 / 15) * 0.5,
  )
  const apart = recordCallOutcome(alone, 'throttled', of('b'), minutesLater(2))
  t.equal(requestsPerMinute(apart, minutesLater(2)), 1500, 'throttles minutes apart are separate limits')
})

t.test('S-24 a region’s rate doubles every five minutes after throttling stops', async t => {
  let traffic = initialRateLimit(noon)
  for (let second = 0; second < 600; second += 11)
    traffic = recordOutcomes(traffic, 'throttled', ['a', 'b'], after(noon, seconds(second)))
  const end = after(noon, seconds(594))

  t.equal(requestsPerMinute(traffic, end), 30, 'never below the minimum')
  t.equal(requestsPerMinute(traffic, after(end, minutes(5))), 60)
  t.equal(requestsPerMinute(traffic, after(end, minutes(60))), 1500, 'never above the initial rate')
})

t.test('S-24 a probe that could not be sent passes to the next report', async t => {
  const down = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  const later = minutesLater(1)
  const [first, probed] = tryAcquire(down, 'report_status', called(1), later)
  t.ok(first.admitted)
  t.notOk(tryAcquire(probed, 'report_status', called(2), later)[0].admitted)

  const left = recordCallOutcome(probed, 'not_sent', of(1), later)

  t.ok(tryAcquire(left, 'report_status', called(2), later)[0].admitted)
  t.equal(
    recordCallOutcome(probed, 'not_sent', of(2), later),
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
  t.ok(tryAcquire(failing, 'report_status', called(9), noon)[0].admitted)

  const paused = recordCallOutcome(failing, 'unanswered', of(6), noon)
  const notAdmitted = { admitted: false, why: 'region_down', isShared: true } as const
  t.strictSame(tryAcquire(paused, 'report_status', called(9), noon)[0], {
    ...notAdmitted,
    until: minutesLater(0.5),
  })
  t.strictSame(tryAcquire(paused, 'report_request', called(9), noon)[0], {
    ...notAdmitted,
    until: minutesLater(0.5),
  })
  t.equal(
    recordCallOutcome(paused, 'unanswered', of(7), noon),
    paused,
    'a call from before the pause changes nothing',
  )

  const [probe, probing] = tryAcquire(paused, 'report_status', called(9), minutesLater(0.5))
  t.ok(probe.admitted)
  t.has(
    tryAcquire(probing, 'report_status', called(8), minutesLater(0.6))[0],
    notAdmitted,
    'the others wait for the probe’s result',
  )
  const again = recordCallOutcome(probing, 'unanswered', of(9), minutesLater(0.6))
  t.has(
    tryAcquire(again, 'report_status', called(8), minutesLater(0.6))[0],
    { until: minutesLater(1.6) },
    'twice as long',
  )

  const well = recordCallOutcome(probing, 'answered', of(9), minutesLater(0.6))
  t.ok(tryAcquire(well, 'report_request', called(8), minutesLater(0.6))[0].admitted)
  t.equal(well.failures, 0)
})

t.test('S-24 pauses grow to two minutes, and a probe that never returns is replaced', async t => {
  let traffic = recordOutcomes(initialRateLimit(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  const lengths: number[] = []
  for (let count = 0; count < 5; count += 1) {
    const from = traffic.pausedUntil ?? noon
    const [, probing] = tryAcquire(traffic, 'report_status', called('probe'), from)
    traffic = recordCallOutcome(probing, 'unanswered', of('probe'), from)
    lengths.push(((traffic.pausedUntil?.getTime() ?? 0) - from.getTime()) / 1000)
  }
  t.strictSame(lengths, [60, 120, 120, 120, 120])

  const from = traffic.pausedUntil ?? noon
  const [, probing] = tryAcquire(traffic, 'report_status', called('killed'), from)
  t.notOk(tryAcquire(probing, 'report_status', called('next'), after(from, seconds(119)))[0].admitted)
  t.ok(tryAcquire(probing, 'report_status', called('next'), after(from, seconds(120)))[0].admitted)
})

t.test('S-24 one report that keeps failing pauses no region, and an answer resets the count', async t => {
  const one = recordOutcomes(initialRateLimit(noon), 'unanswered', Array<string>(50).fill('poison'))
  t.equal(one.pausedUntil, null)

  const mixed = recordOutcomes(recordOutcomes(one, 'unanswered', [1, 2, 3, 4]), 'answered', ['x'])
  t.equal(recordOutcomes(mixed, 'unanswered', [1, 2, 3, 4, 5]).pausedUntil, null)
  t.ok(recordOutcomes(mixed, 'unanswered', [1, 2, 3, 4, 5, 6]).pausedUntil)
  const quiet = initialRateLimit(noon)
  t.equal(
    recordCallOutcome(quiet, 'answered', of(1), noon),
    quiet,
    'an answer from a healthy region changes nothing',
  )
  t.equal(
    recordOutcomes(recordOutcomes(quiet, 'unanswered', [1, 2, 3, 4, 5]), 'throttled', ['x']).failures,
    0,
    'a 429 counts as an answer',
  )
})

t.test('S-24 times written by a clock that ran an hour ahead delay no request', async t => {
  const ahead = minutesLater(60)
  const { traffic: busy } = burst(initialRateLimit(ahead), ahead)
  t.ok(
    tryAcquire(busy, 'report_request', called(1), noon)[0].admitted,
    'the budget used by the wrong clock is restored',
  )

  const paused = recordOutcomes(initialRateLimit(ahead), 'unanswered', [1, 2, 3, 4, 5, 6], ahead)
  const [probe, next] = tryAcquire(paused, 'report_status', called(7), noon)
  t.ok(probe.admitted, 'one report probes the region')
  t.notOk(tryAcquire(next, 'report_status', called(8), noon)[0].admitted, 'the others wait for its result')

  const cut = recordCallOutcome(
    recordOutcomes(initialRateLimit(ahead), 'throttled', ['a']),
    'throttled',
    of('b'),
    ahead,
  )
  t.equal(
    requestsPerMinute(recordCallOutcome(cut, 'answered', of('b'), noon), minutesLater(5)),
    1500,
    'the rate is back',
  )
})

t.test('S-24 only times written by a clock that ran ahead are reset', async t => {
  const known: RegionRateLimit = {
    ...initialRateLimit(noon),
    queueEndsAt: minutesLater(1),
    interactiveQueueEndsAt: minutesLater(2),
    pausedSince: minutesLater(-1),
    reducedAt: minutesLater(-2),
    throttled: { connectionId: of('a').connectionId, at: minutesLater(-3) },
  }
  const ahead = minutesLater(60)
  const seen = (traffic: RegionRateLimit) => tryAcquire(traffic, 'report_status', called(1), noon)[1]
  t.equal(seen(known), known)
  for (const [its, over] of [
    [{ theoreticalArrivalAt: ahead }, { theoreticalArrivalAt: noon }],
    [{ queueEndsAt: ahead }, { queueEndsAt: null }],
    [{ interactiveQueueEndsAt: ahead }, { interactiveQueueEndsAt: null }],
    [{ pausedSince: ahead }, { pausedSince: noon }],
    [{ reducedAt: ahead }, { reducedAt: noon }],
    [{ throttled: { ...known.throttled, at: ahead } as RegionRateLimit['throttled'] }, { throttled: null }],
  ] as const)
    t.strictSame(seen({ ...known, ...its }), { ...known, ...over })
})

t.test('S-24 in a slow region an ended queue moves no request forward', async t => {
  const slow = {
    ...initialRateLimit(noon),
    requestsPerMinute: 30,
    reducedAt: noon,
    theoreticalArrivalAt: after(noon, seconds(12)),
  }
  for (const interactiveQueueEndsAt of [null, minutesLater(-5)]) {
    const [admission] = tryAcquire({ ...slow, interactiveQueueEndsAt }, 'report_request', called(1), noon)
    t.strictSame(admission.admitted ? null : admission.until, after(noon, seconds(2)))
  }
})

t.test('S-20 S-24 interactive and background requests have separate queues', async t => {
  for (const [isInteractive, own, other] of [
    [true, 'interactiveQueueEndsAt', 'queueEndsAt'],
    [false, 'queueEndsAt', 'interactiveQueueEndsAt'],
  ] as const) {
    const { traffic } = burst(initialRateLimit(noon), noon, isInteractive)
    const [admission, next] = tryAcquire(traffic, 'report_request', called(1, isInteractive), noon)
    t.strictSame(next[own], admission.admitted ? null : admission.until)
    t.equal(next[other], null)
  }
})
