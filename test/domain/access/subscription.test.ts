import t from 'tap'
import {
  demandPlan,
  endsLack,
  isFullSuite,
  isSamePlan,
  lackOf,
  type Plan,
  PlanLacking,
} from '../../../src/domain/access/subscription.ts'
import { after } from '../../../src/domain/calendar.ts'
import { aSubscription, hoursLater, noon } from '../../support/examples.ts'

const fullSuite: readonly Plan[] = ['monthly', 'quarterly', 'annual']

t.test('S-02 the full-suite plans are Monthly, Quarterly and Annual, and no other', async t => {
  for (const plan of fullSuite) t.ok(isFullSuite(plan), plan)
  t.notOk(isFullSuite('listing_tools'))
})

t.test('S-02 an active full-suite plan lacks nothing, whether it renews itself or ends later', async t => {
  for (const plan of fullSuite) {
    t.equal(lackOf(aSubscription({ plan }), noon), null)
    t.equal(lackOf(aSubscription({ plan, endsAt: hoursLater(1) }), noon), null)
  }
})

t.test('S-02 whoever pays for nothing lacks a plan', async t => {
  t.strictSame(lackOf(null, noon), { lack: 'no_plan' })
})

t.test('S-02 a plan that is not full-suite is named as what it is, lapsed or not', async t => {
  const plan = 'listing_tools'
  const lack = { lack: 'not_full_suite', plan }

  t.strictSame(lackOf(aSubscription({ plan }), noon), lack)
  t.strictSame(lackOf(aSubscription({ plan, endsAt: hoursLater(-1) }), noon), lack)
})

t.test('S-02 a plan lapses at the very moment at which it ends, and says when that was', async t => {
  const plan = 'annual'
  const subscription = aSubscription({ plan, endsAt: noon })

  t.equal(lackOf(subscription, after(noon, -1)), null)
  t.strictSame(lackOf(subscription, noon), { lack: 'lapsed', plan, endedAt: noon })
  t.strictSame(lackOf(subscription, hoursLater(1000)), { lack: 'lapsed', plan, endedAt: noon })
})

t.test('S-02 a plan is demanded with a refusal that carries what is lacking', async t => {
  t.doesNotThrow(() => demandPlan(aSubscription(), noon))
  t.throws(() => demandPlan(null, noon), { code: 'plan_lacking', lack: { lack: 'no_plan' } })
  t.throws(() => demandPlan(null, noon), PlanLacking)
  t.throws(() => demandPlan(aSubscription({ endsAt: noon }), noon), {
    code: 'plan_lacking',
    lack: { lack: 'lapsed', plan: 'monthly', endedAt: noon },
  })
})

t.test('S-03 a lack ends where there was one and is none any more', async t => {
  const [paid, lapsed, tools] = [
    aSubscription(),
    aSubscription({ endsAt: noon }),
    aSubscription({ plan: 'listing_tools' }),
  ]
  for (const before of [null, lapsed, tools]) {
    t.ok(endsLack(before, paid, noon))
    t.ok(endsLack(before, aSubscription({ endsAt: hoursLater(1) }), noon))
    for (const next of [null, lapsed, tools]) t.notOk(endsLack(before, next, noon))
  }
  t.notOk(endsLack(paid, aSubscription({ plan: 'annual' }), noon), 'nothing was lacking')
  t.notOk(endsLack(aSubscription({ endsAt: hoursLater(1) }), paid, noon), 'renewed before it lapsed')
})

t.test('a plan is the same by what it is and when it ends', async t => {
  const ends = aSubscription({ endsAt: noon })

  t.ok(isSamePlan(null, null))
  t.ok(isSamePlan(ends, aSubscription({ endsAt: new Date(noon) })))
  t.ok(isSamePlan(aSubscription(), aSubscription()))
  for (const other of [
    null,
    aSubscription(),
    aSubscription({ endsAt: hoursLater(1) }),
    { ...ends, plan: 'annual' } as const,
  ]) {
    t.notOk(isSamePlan(ends, other))
    t.notOk(isSamePlan(other, ends))
  }
})
