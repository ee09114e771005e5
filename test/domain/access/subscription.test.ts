import t from 'tap'
import {
  isFullSuite,
  isSamePlan,
  liftsPlanRestriction,
  type Plan,
  PlanRequired,
  planRestrictionOf,
  requirePlan,
} from '../../../src/domain/access/subscription.ts'
import { after } from '../../../src/domain/calendar.ts'
import { aSubscription, hoursLater, noon } from '../../support/examples.ts'

const fullSuite: readonly Plan[] = ['monthly', 'quarterly', 'annual']

t.test('S-02 only Monthly, Quarterly and Annual are full-suite plans', async t => {
  for (const plan of fullSuite) t.ok(isFullSuite(plan), plan)
  t.notOk(isFullSuite('listing_tools'))
})

t.test('S-02 an active full-suite plan has no restriction, whether it renews or ends later', async t => {
  for (const plan of fullSuite) {
    t.equal(planRestrictionOf(aSubscription({ plan }), noon), null)
    t.equal(planRestrictionOf(aSubscription({ plan, endsAt: hoursLater(1) }), noon), null)
  }
})

t.test('S-02 without an active full-suite plan, the restriction names the problem', async t => {
  const [tools, annual] = ['listing_tools', 'annual'] as const
  const lapsed = { kind: 'lapsed', plan: annual, endedAt: noon }
  const notFullSuite = { kind: 'not_full_suite', plan: tools }
  const endingNow = aSubscription({ plan: annual, endsAt: noon })
  for (const [subscription, now, restriction] of [
    [null, noon, { kind: 'no_plan' }],
    [aSubscription({ plan: tools }), noon, notFullSuite],
    [aSubscription({ plan: tools, endsAt: hoursLater(-1) }), noon, notFullSuite],
    [endingNow, after(noon, -1), null],
    [endingNow, noon, lapsed],
    [endingNow, hoursLater(1000), lapsed],
  ] as const)
    t.strictSame(planRestrictionOf(subscription, now), restriction)
})

t.test('S-02 the domain error for a missing plan carries the plan restriction', async t => {
  t.doesNotThrow(() => requirePlan(aSubscription(), noon))
  t.throws(() => requirePlan(null, noon), {
    code: 'plan_required',
    planRestriction: { kind: 'no_plan' },
  })
  t.throws(() => requirePlan(null, noon), PlanRequired)
  t.throws(() => requirePlan(aSubscription({ endsAt: noon }), noon), {
    code: 'plan_required',
    planRestriction: { kind: 'lapsed', plan: 'monthly', endedAt: noon },
  })
})

t.test('S-03 a plan change lifts a restriction only if there was one and the new plan has none', async t => {
  const [paid, lapsed, tools] = [
    aSubscription(),
    aSubscription({ endsAt: noon }),
    aSubscription({ plan: 'listing_tools' }),
  ]
  for (const before of [null, lapsed, tools]) {
    t.ok(liftsPlanRestriction(before, paid, noon))
    t.ok(liftsPlanRestriction(before, aSubscription({ endsAt: hoursLater(1) }), noon))
    for (const next of [null, lapsed, tools]) t.notOk(liftsPlanRestriction(before, next, noon))
  }
  t.notOk(
    liftsPlanRestriction(paid, aSubscription({ plan: 'annual' }), noon),
    'there was no restriction before',
  )
  t.notOk(
    liftsPlanRestriction(aSubscription({ endsAt: hoursLater(1) }), paid, noon),
    'renewed before it lapsed',
  )
})

t.test('two plans are equal when their kind and end are equal', async t => {
  const endingPlan = aSubscription({ endsAt: noon })

  t.ok(isSamePlan(null, null))
  t.ok(isSamePlan(endingPlan, aSubscription({ endsAt: new Date(noon) })))
  t.ok(isSamePlan(aSubscription(), aSubscription()))
  for (const other of [
    null,
    aSubscription(),
    aSubscription({ endsAt: hoursLater(1) }),
    { ...endingPlan, plan: 'annual' } as const,
  ]) {
    t.notOk(isSamePlan(endingPlan, other))
    t.notOk(isSamePlan(other, endingPlan))
  }
})
