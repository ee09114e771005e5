import t from 'tap'
import { after, minutes, seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId } from '../../../src/domain/identifiers.ts'
import {
  admit,
  type CallOutcome,
  observe,
  ordersPerMinute,
  quietTraffic,
  type RegionTraffic,
  whyNoSync,
  whySyncsWait,
} from '../../../src/domain/ingestion/region-traffic.ts'
import { minutesLater, noon } from '../../support/examples.ts'

const report = (name: string | number) => `report-${name}` as ReportId
const of = (name: string | number, connection: string = `connection-${name}`) => ({
  reportId: report(name),
  connectionId: connection as ConnectionId,
})

const called = (name: string | number, isAwaited = true) => ({ id: report(name), isAwaited })

/** Orders at a moment until one is held back. */
function burst(traffic: RegionTraffic, now: Date, isAwaited = true) {
  let admitted = 0
  let current = traffic
  for (;;) {
    const [admission, next] = admit(current, 'order', called('any', isAwaited), now)
    if (!admission.admitted) return { admitted, traffic: current, admission }
    admitted += 1
    current = next
  }
}

const told = (
  traffic: RegionTraffic,
  outcome: CallOutcome,
  names: readonly (string | number)[],
  now = noon,
) => names.reduce<RegionTraffic>((current, name) => observe(current, outcome, of(name), now), traffic)

t.test('S-24 a burst goes out at once, and then as many a minute as the region is trusted with', async t => {
  const { admitted, traffic, admission } = burst(quietTraffic(noon), noon)

  t.equal(admitted, 300)
  t.strictSame(admission, {
    admitted: false,
    why: 'region_busy',
    until: after(noon, seconds(1)),
    isShared: false,
  })
  t.equal(burst(traffic, after(noon, seconds(2))).admitted, 50, '25 a second')
  t.equal(burst(traffic, minutesLater(60)).admitted, 300, 'quiet hours save up no more than a burst')
  t.ok(admit(traffic, 'look', called(1), noon)[0].admitted, 'looks are not counted')
})

t.test('S-24 what nobody waits for comes again one after the other, and not all at once', t => {
  let { traffic } = burst(quietTraffic(noon), noon, false)
  const waits: number[] = []
  for (let each = 0; each < 20_000; each += 1) {
    const [admission, next] = admit(traffic, 'order', called(each, false), noon)
    traffic = next
    if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
  }

  t.strictSame(waits.slice(0, 2), [5, 5.04])
  const inFirst = waits.filter(wait => wait < 65).length
  t.equal(inFirst, 1500, 'as many a minute as the region is trusted with')
  t.equal(Math.max(...waits), 300, 'and nobody later than the budget may have grown')
  t.end()
})

t.test(
  'S-20 what somebody waits for comes again as soon as it is its turn, whatever the night has before it',
  t => {
    let { traffic } = burst(quietTraffic(noon), noon, false)
    for (let each = 0; each < 5000; each += 1) traffic = admit(traffic, 'order', called(each, false), noon)[1]
    traffic = { ...burst(traffic, noon).traffic, awaitedQueueEndsAt: null, ordersPerMinute: 300, cutAt: noon }
    const waits: number[] = []
    for (let each = 0; each < 30; each += 1) {
      const [admission, next] = admit(traffic, 'order', called(`awaited ${each}`), noon)
      traffic = next
      if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
    }
    t.strictSame(waits.slice(0, 3), [1, 1.2, 1.4], 'five a second')
    t.equal(waits.length, 30)
    t.end()
  },
)

t.test(
  'S-24 after a cut the places of the queue come closer, as the region is trusted with more again',
  t => {
    const slow = { ...quietTraffic(noon), ordersPerMinute: 300, cutAt: noon }
    let { traffic } = burst(slow, noon, false)
    const waits: number[] = []
    for (let each = 0; each < 3000; each += 1) {
      const [admission, next] = admit(traffic, 'order', called(each, false), noon)
      traffic = next
      if (!admission.admitted) waits.push((admission.until.getTime() - noon.getTime()) / 1000)
    }
    const inMinute = (minute: number) => waits.filter(wait => Math.floor(wait / 60) === minute).length

    t.ok(Math.abs(inMinute(1) - 300 * 2 ** 0.3) < 10, `${inMinute(1)} in the second`)
    t.ok(Math.abs(inMinute(4) - 300 * 2 ** 0.9) < 10, `${inMinute(4)} in the fifth`)
    t.end()
  },
)

t.test(
  'S-24 the queue is over with a pause: whoever stood in it is due again, and stands in a new one',
  t => {
    let { traffic } = burst(quietTraffic(noon), noon, false)
    for (let each = 0; each < 7500; each += 1) traffic = admit(traffic, 'order', called(each, false), noon)[1]
    const blinked = observe(told(traffic, 'unanswered', [1]), 'answered', of(1), noon)
    t.strictSame(blinked.queueEndsAt, traffic.queueEndsAt, 'but for one that failed alone')
    const down = told(traffic, 'unanswered', [1, 2, 3, 4, 5, 6])
    const later = minutesLater(1)

    const well = observe(admit(down, 'look', called('probe'), later)[1], 'answered', of('probe'), later)

    const next = burst(well, later, false)
    const [admission] = admit(next.traffic, 'order', called('next', false), later)
    t.strictSame(admission, {
      admitted: false,
      why: 'region_busy',
      until: after(later, seconds(5)),
      isShared: false,
    })
    t.end()
  },
)

t.test('S-24 while the queue is as long as may be, nothing is written down for whoever comes late', t => {
  let { traffic } = burst(quietTraffic(noon), noon, false)
  for (let each = 0; each < 7500; each += 1) traffic = admit(traffic, 'order', called(each, false), noon)[1]

  const [late, next] = admit(traffic, 'order', called('late', false), noon)
  t.strictSame(late, { admitted: false, why: 'region_busy', until: minutesLater(5), isShared: true })
  t.equal(next, traffic)

  const soon = after(noon, seconds(1))
  const [later, further] = admit(burst(traffic, soon, false).traffic, 'order', called('later', false), soon)
  const free = after(traffic.queueEndsAt ?? noon, 40)
  t.strictSame(
    later,
    { admitted: false, why: 'region_busy', until: free, isShared: false },
    'the first place that is free',
  )
  t.not(further, traffic)
  t.end()
})

t.test(
  'S-23 a sync is begun in a region until its queue is longer than a minute, and again when it is shorter',
  t => {
    const { traffic } = burst(quietTraffic(noon), noon, false)
    let queue = traffic
    let orders = 0
    for (; orders < 5000 && !whyNoSync(queue, noon); orders += 1)
      queue = admit(queue, 'order', called(orders, false), noon)[1]

    t.equal(orders, 1377, 'after the first, which comes again in five seconds, one each 40 ms')
    t.equal(whyNoSync(queue, noon), 'region_busy')
    t.equal(whyNoSync(queue, after(noon, seconds(1))), null)
    const ahead = { ...queue, queueEndsAt: minutesLater(60) }
    t.equal(whyNoSync(ahead, noon), null, 'what a clock wrote down that ran ahead')
    let awaited = traffic
    for (let each = 0; each < 3000; each += 1) awaited = admit(awaited, 'order', called(each), noon)[1]
    t.equal(whyNoSync(awaited, noon), null, 'what somebody waits for has a queue of its own')
    const down = told(quietTraffic(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
    t.equal(whyNoSync(down, noon), 'region_down')
    t.equal(whyNoSync(down, after(noon, seconds(89))), 'region_down', 'what waits tries for all')
    t.equal(whyNoSync(down, after(noon, seconds(90))), null, 'nothing waits: its first order tries')
    const downAhead = { ...down, pausedUntil: minutesLater(60) }
    t.equal(whyNoSync(downAhead, noon), null, 'what a clock wrote down that ran ahead')
    t.equal(whyNoSync(told(down, 'answered', [7]), after(noon, seconds(31))), null)
    t.end()
  },
)

t.test('S-42 while a region is caught up with, what a late sync waits for is the same at each second', t => {
  for (const queue of [31, 59, 61, 119])
    t.equal(
      whySyncsWait({ ...quietTraffic(noon), queueEndsAt: after(noon, seconds(queue)) }, noon),
      'region_busy',
    )
  const short = { ...quietTraffic(noon), queueEndsAt: after(noon, seconds(30)) }
  t.equal(whySyncsWait(short, noon), null, 'nobody is late for half a minute')
  const down = told(quietTraffic(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  t.equal(whySyncsWait(down, after(noon, seconds(45))), 'region_down', 'between two pauses')
  t.end()
})

t.test('S-20 while the night asks for all that it may, six who have just connected are let through', t => {
  const night = burst(quietTraffic(noon), noon, false)
  t.equal(night.admitted, 200)
  t.match(night.admission, { admitted: false, why: 'region_busy' })
  t.equal(burst(night.traffic, noon).admitted, 100, 'fifteen reports for each of six, and more')

  const slow = { ...night.traffic, ordersPerMinute: 30, cutAt: noon, paidOffAt: after(noon, seconds(11)) }
  const soon = after(noon, seconds(1))
  t.notOk(admit(slow, 'order', called(1, false), soon)[0].admitted, 'however slow the region is')
  t.ok(admit(slow, 'order', called(2), soon)[0].admitted)
  t.end()
})

t.test(
  'S-24 two connections that are throttled slow the region down for all; one alone does not',
  async t => {
    const alone = told(told(quietTraffic(noon), 'throttled', ['a']), 'throttled', ['a', 'a'])
    t.equal(ordersPerMinute(alone, noon), 1500)

    const shared = observe(alone, 'throttled', of('b'), noon)
    t.equal(ordersPerMinute(shared, noon), 750)
    t.equal(
      ordersPerMinute(told(shared, 'throttled', ['c', 'd', 'e']), noon),
      750,
      'a burst of throttles cuts once',
    )
    const later = after(noon, seconds(20))
    t.equal(ordersPerMinute(told(shared, 'throttled', ['c', 'd'], later), later), 750 * 2 ** (1 / 15) * 0.5)
    const apart = observe(alone, 'throttled', of('b'), minutesLater(2))
    t.equal(ordersPerMinute(apart, minutesLater(2)), 1500, 'minutes apart each has its own limit')
  },
)

t.test('S-24 a region that stopped throttling is trusted with twice as much every five minutes', async t => {
  let traffic = quietTraffic(noon)
  for (let second = 0; second < 600; second += 11)
    traffic = told(traffic, 'throttled', ['a', 'b'], after(noon, seconds(second)))
  const end = after(noon, seconds(594))

  t.equal(ordersPerMinute(traffic, end), 30, 'never less')
  t.equal(ordersPerMinute(traffic, after(end, minutes(5))), 60)
  t.equal(ordersPerMinute(traffic, after(end, minutes(60))), 1500, 'and never more than at first')
})

t.test('S-24 who was to try for all and had nothing to go out with leaves it to the next', async t => {
  const down = told(quietTraffic(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
  const later = minutesLater(1)
  const [first, probed] = admit(down, 'look', called(1), later)
  t.ok(first.admitted)
  t.notOk(admit(probed, 'look', called(2), later)[0].admitted)

  const left = observe(probed, 'not_asked', of(1), later)

  t.ok(admit(left, 'look', called(2), later)[0].admitted)
  t.equal(observe(probed, 'not_asked', of(2), later), probed, 'but for what was on its way before')
  t.equal(
    told(quietTraffic(noon), 'not_asked', [1, 2, 3, 4, 5, 6]).failures,
    0,
    'it says nothing of the region',
  )
})

t.test('S-24 a region that answers nobody is left alone; one report at a time tries for all', async t => {
  const failing = told(quietTraffic(noon), 'unanswered', [1, 2, 3, 4, 5])
  t.ok(admit(failing, 'look', called(9), noon)[0].admitted)

  const paused = observe(failing, 'unanswered', of(6), noon)
  const held = { admitted: false, why: 'region_down', isShared: true } as const
  t.strictSame(admit(paused, 'look', called(9), noon)[0], { ...held, until: minutesLater(0.5) })
  t.strictSame(admit(paused, 'order', called(9), noon)[0], { ...held, until: minutesLater(0.5) })
  t.equal(observe(paused, 'unanswered', of(7), noon), paused, 'what was on its way says nothing new')

  const [probe, probing] = admit(paused, 'look', called(9), minutesLater(0.5))
  t.ok(probe.admitted)
  t.has(
    admit(probing, 'look', called(8), minutesLater(0.6))[0],
    held,
    'the others wait for what the probe finds',
  )
  const again = observe(probing, 'unanswered', of(9), minutesLater(0.6))
  t.has(admit(again, 'look', called(8), minutesLater(0.6))[0], { until: minutesLater(1.6) }, 'twice as long')

  const well = observe(probing, 'answered', of(9), minutesLater(0.6))
  t.ok(admit(well, 'order', called(8), minutesLater(0.6))[0].admitted)
  t.equal(well.failures, 0)
})

t.test(
  'S-24 pauses grow to two minutes, and a probe that never comes back is followed by another',
  async t => {
    let traffic = told(quietTraffic(noon), 'unanswered', [1, 2, 3, 4, 5, 6])
    const lengths: number[] = []
    for (let count = 0; count < 5; count += 1) {
      const from = traffic.pausedUntil ?? noon
      const [, probing] = admit(traffic, 'look', called('probe'), from)
      traffic = observe(probing, 'unanswered', of('probe'), from)
      lengths.push(((traffic.pausedUntil?.getTime() ?? 0) - from.getTime()) / 1000)
    }
    t.strictSame(lengths, [60, 120, 120, 120, 120])

    const from = traffic.pausedUntil ?? noon
    const [, probing] = admit(traffic, 'look', called('killed'), from)
    t.notOk(admit(probing, 'look', called('next'), after(from, seconds(119)))[0].admitted)
    t.ok(admit(probing, 'look', called('next'), after(from, seconds(120)))[0].admitted)
  },
)

t.test('S-24 one report that fails again and again pauses nobody; an answer between starts anew', async t => {
  const one = told(quietTraffic(noon), 'unanswered', Array<string>(50).fill('poison'))
  t.equal(one.pausedUntil, null)

  const mixed = told(told(one, 'unanswered', [1, 2, 3, 4]), 'answered', ['x'])
  t.equal(told(mixed, 'unanswered', [1, 2, 3, 4, 5]).pausedUntil, null)
  t.ok(told(mixed, 'unanswered', [1, 2, 3, 4, 5, 6]).pausedUntil)
  const quiet = quietTraffic(noon)
  t.equal(
    observe(quiet, 'answered', of(1), noon),
    quiet,
    'an answer from a region that is well says nothing new',
  )
  t.equal(
    told(told(quiet, 'unanswered', [1, 2, 3, 4, 5]), 'throttled', ['x']).failures,
    0,
    '429 is an answer',
  )
})

t.test('S-24 what a clock wrote down that ran an hour ahead holds nobody back once it is right', async t => {
  const ahead = minutesLater(60)
  const { traffic: busy } = burst(quietTraffic(ahead), ahead)
  t.ok(admit(busy, 'order', called(1), noon)[0].admitted, 'what was ordered then is paid off')

  const paused = told(quietTraffic(ahead), 'unanswered', [1, 2, 3, 4, 5, 6], ahead)
  const [probe, next] = admit(paused, 'look', called(7), noon)
  t.ok(probe.admitted, 'one tries for all')
  t.notOk(admit(next, 'look', called(8), noon)[0].admitted, 'and the others wait for what it finds')

  const cut = observe(told(quietTraffic(ahead), 'throttled', ['a']), 'throttled', of('b'), ahead)
  t.equal(ordersPerMinute(observe(cut, 'answered', of('b'), noon), minutesLater(5)), 1500, 'trust comes back')
})

t.test('S-24 each time that a clock wrote down which ran ahead is over, and nothing else', async t => {
  const known: RegionTraffic = {
    ...quietTraffic(noon),
    queueEndsAt: minutesLater(1),
    awaitedQueueEndsAt: minutesLater(2),
    pausedSince: minutesLater(-1),
    cutAt: minutesLater(-2),
    throttled: { connectionId: of('a').connectionId, at: minutesLater(-3) },
  }
  const ahead = minutesLater(60)
  const seen = (traffic: RegionTraffic) => admit(traffic, 'look', called(1), noon)[1]
  t.equal(seen(known), known)
  for (const [its, over] of [
    [{ paidOffAt: ahead }, { paidOffAt: noon }],
    [{ queueEndsAt: ahead }, { queueEndsAt: null }],
    [{ awaitedQueueEndsAt: ahead }, { awaitedQueueEndsAt: null }],
    [{ pausedSince: ahead }, { pausedSince: noon }],
    [{ cutAt: ahead }, { cutAt: noon }],
    [{ throttled: { ...known.throttled, at: ahead } as RegionTraffic['throttled'] }, { throttled: null }],
  ] as const)
    t.strictSame(seen({ ...known, ...its }), { ...known, ...over })
})

t.test('S-24 in a slow region a queue that is over brings nobody forward', async t => {
  const slow = {
    ...quietTraffic(noon),
    ordersPerMinute: 30,
    cutAt: noon,
    paidOffAt: after(noon, seconds(12)),
  }
  for (const awaitedQueueEndsAt of [null, minutesLater(-5)]) {
    const [admission] = admit({ ...slow, awaitedQueueEndsAt }, 'order', called(1), noon)
    t.strictSame(admission.admitted ? null : admission.until, after(noon, seconds(2)))
  }
})

t.test('S-20 S-24 what somebody waits for stands in a queue of its own', async t => {
  for (const [isAwaited, own, other] of [
    [true, 'awaitedQueueEndsAt', 'queueEndsAt'],
    [false, 'queueEndsAt', 'awaitedQueueEndsAt'],
  ] as const) {
    const { traffic } = burst(quietTraffic(noon), noon, isAwaited)
    const [admission, next] = admit(traffic, 'order', called(1, isAwaited), noon)
    t.strictSame(next[own], admission.admitted ? null : admission.until)
    t.equal(next[other], null)
  }
})
