import t from 'tap'
import { ChangePlan } from '../../../src/admin/users/change-plan.ts'
import { OpenUserAccount } from '../../../src/admin/users/open-user-account.ts'
import { ApplySubscriptionEvent } from '../../../src/application/access/apply-subscription-event.ts'
import type { SubscriptionEvent } from '../../../src/domain/access/subscription-event.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import {
  anEvent,
  anId,
  anOrigin,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const [by, user] = [aUser({ name: 'Ada', role }), aUser({ email: 'sam@example.test' })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const session = aSession({ userId: by.id, kind: 'staff' })
  await fakes.sessions.open(session)
  const applySubscriptionEvent = new ApplySubscriptionEvent(fakes)
  const changePlan = new ChangePlan({ ...fakes, applySubscriptionEvent })
  const openUserAccount = new OpenUserAccount(fakes)
  return {
    ...fakes,
    by,
    user,
    openUserAccount,
    applyEvent: (overrides: Partial<SubscriptionEvent>) =>
      applySubscriptionEvent.execute(anEvent({ about: { userId: user.id }, ...overrides })),
    change: (overrides: Partial<Parameters<typeof changePlan.execute>[0]> = {}) =>
      changePlan.execute({
        by: by.id,
        verification: { sessionId: session.id, answer: null },
        userId: user.id,
        shown: null,
        subscription: aSubscription(),
        reason: 'Paid by transfer',
        from: anOrigin,
        ...overrides,
      }),
    plan: () => fakes.subscriptions.of(user.id),
    accessLog: (id = user.id) => fakes.staffAccessLog.latestOf(id, 9),
  }
}

t.test('S-43 an admin’s plan change is on the timeline with actor, reason, before and after', async t => {
  const { change, plan, timeline, by, user } = await scene('admin')

  t.equal(await change(), 'changed')
  t.equal(await change({ shown: aSubscription() }), 'unchanged')

  t.strictSame(await plan(), aSubscription())
  t.match(timeline.of('plan_changed'), [
    {
      userId: user.id,
      event: {
        source: 'console',
        before: null,
        after: { plan: 'monthly' },
        by: { userId: by.id, reason: 'Paid by transfer' },
      },
    },
  ])
})

t.test('S-43 the audit log records each effective plan change with its before and after values', async t => {
  const { change, audit, by, user } = await scene('admin')
  await t.rejects(change({ shown: aSubscription() }), { code: 'plan_conflict' })
  t.equal(await change(), 'changed')
  t.equal(await change({ shown: aSubscription() }), 'unchanged')
  const { endsAt } = aSubscription()
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'plan_changed',
      userId: user.id,
      connectionId: null,
      reason: 'Paid by transfer',
      before: { plan: null, endsAt: null },
      after: { plan: 'monthly', endsAt: endsAt?.toISOString() ?? null },
      from: anOrigin,
    },
  ])
})

t.test('S-43 a plan change for an unknown user is rejected', async t => {
  const { change, timeline } = await scene('admin')
  await t.rejects(change({ userId: anId<UserId>() }), { code: 'user_not_found' })
  t.strictSame(timeline.entries, [])
})

t.test('S-43 only an admin can change a plan', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { change, plan } = await scene(role)
    await t.rejects(change(), { code: 'admins_only' }, role)
    t.equal(await plan(), null)
  }
})

t.test('S-43 a plan that changed since the form was opened is not overwritten', async t => {
  const { change, applyEvent, plan, timeline } = await scene('admin')
  const renewed = aSubscription({ plan: 'annual', endsAt: hoursLater(24 * 365) })
  await applyEvent({ subscription: renewed })

  const grace = aSubscription({ plan: 'annual', endsAt: hoursLater(24 * 7) })
  await t.rejects(change({ subscription: grace }), { code: 'plan_conflict' })
  await t.rejects(
    change({ shown: grace, subscription: grace }),
    { code: 'plan_conflict' },
    'even when nothing would change',
  )

  t.strictSame(await plan(), renewed)
  t.equal(timeline.of('plan_changed').length, 1)
})

t.test('S-43 an unchanged plan does not block a renewal that arrives late', async t => {
  const { change, applyEvent, plan } = await scene('admin')
  const lapsed = aSubscription({ endsAt: hoursLater(-1) })
  await applyEvent({ occurredAt: minutesLater(-9), subscription: lapsed })

  t.equal(await change({ shown: lapsed, subscription: lapsed }), 'unchanged')

  t.equal(await applyEvent({ occurredAt: minutesLater(-1), subscription: aSubscription() }), 'applied')
  t.strictSame(await plan(), aSubscription())
})

t.test('S-43 a plan that has already ended cannot be assigned', async t => {
  const { change, plan } = await scene('admin')
  await t.rejects(change({ subscription: aSubscription({ endsAt: noon }) }), { code: 'plan_ends_in_past' })
  t.equal(await plan(), null)
})

t.test('S-43 an admin who loses the role while the form is open changes nothing', async t => {
  const { change, users, by, user, plan, openUserAccount, accessLog } = await scene('admin')
  users.add({ ...by, role: 'seller' }, { subscription: null })
  await t.rejects(change(), { code: 'admins_only' })
  await t.rejects(openUserAccount.execute({ by: by.id, userId: user.id }), { code: 'staff_only' })
  t.equal(await plan(), null)
  t.strictSame(await accessLog(), [])
})

t.test('S-44 opening a user’s page is shown in that user’s access log only', async t => {
  for (const role of ['support', 'admin'] as const) {
    const { openUserAccount, by, user, accessLog } = await scene(role)
    t.equal(await openUserAccount.find({ by: by.id, email: ' SAM@example.test' }), user.id)
    t.strictSame(await accessLog(), [], 'looking up an email is not an access')

    t.strictSame(await openUserAccount.execute({ by: by.id, userId: user.id }), {
      user,
      subscription: null,
      disabledSince: null,
      hasSecondFactor: false,
    })
    t.strictSame(await accessLog(), [{ how: 'in_console', viewerName: 'Ada', connectionId: null, at: noon }])
    await openUserAccount.execute({ by: by.id, userId: by.id })
    t.strictSame(await accessLog(by.id), [], 'opening one’s own page is not an access')
  }
})

t.test('S-43 a user’s page shows a second factor and since when the account is disabled', async t => {
  const { openUserAccount, users, passkeys, by, user } = await scene('support')
  await passkeys.add(aPasskey({ userId: user.id }))
  await users.saveDisabled(user.id, minutesLater(-5))

  t.has(await openUserAccount.execute({ by: by.id, userId: user.id }), {
    disabledSince: minutesLater(-5),
    hasSecondFactor: true,
  })
})

t.test('S-44 looking up a user fails for an unknown user or a non-staff caller', async t => {
  const { openUserAccount, by } = await scene('support')
  await t.rejects(openUserAccount.find({ by: by.id, email: 'nobody@example.test' }), {
    code: 'user_not_found',
  })
  await t.rejects(openUserAccount.execute({ by: by.id, userId: anId<UserId>() }), { code: 'user_not_found' })
  for (const role of ['manager', 'seller'] as const) {
    const { openUserAccount, by, user, accessLog } = await scene(role)
    await t.rejects(openUserAccount.find({ by: by.id, email: user.email }), { code: 'staff_only' })
    await t.rejects(openUserAccount.execute({ by: by.id, userId: user.id }), { code: 'staff_only' })
    t.strictSame(await accessLog(), [])
  }
})
