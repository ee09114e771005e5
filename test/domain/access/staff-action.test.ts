import t from 'tap'
import {
  assertEndsInFuture,
  InvalidReason,
  isAdmin,
  PlanEndsInPast,
  parseReason,
} from '../../../src/domain/access/staff-action.ts'
import { aSubscription, minutesLater, noon } from '../../support/examples.ts'

t.test('S-43 only admins can manage users', async t => {
  t.ok(isAdmin('admin'))
  for (const role of ['support', 'manager', 'seller'] as const) t.notOk(isAdmin(role))
})

t.test('S-43 a reason is stored on one line and needs 5 to 500 characters', async t => {
  t.equal(parseReason('  paid by\nbank\u0000 transfer '), 'paid by bank transfer')
  t.equal(parseReason('12345'), '12345')
  t.equal(parseReason('x'.repeat(500)).length, 500)
  t.equal(parseReason('\ud800 half a letter'), '\ufffd half a letter', 'invalid Unicode is replaced')
  for (const typed of ['', '    ', '1234', '\u0000'.repeat(6), '\u200b'.repeat(5), 'e\u0301'.repeat(4)])
    t.throws(() => parseReason(typed), new InvalidReason('too_short'))
  t.throws(() => parseReason('x'.repeat(501)), new InvalidReason('too_long'))
})

t.test('S-43 a plan must end in the future', async t => {
  for (const subscription of [null, aSubscription(), aSubscription({ endsAt: minutesLater(1) })])
    t.doesNotThrow(() => assertEndsInFuture(subscription, noon))
  for (const endsAt of [noon, minutesLater(-1), new Date('0026-01-31T00:00:00Z')])
    t.throws(() => assertEndsInFuture(aSubscription({ endsAt }), noon), PlanEndsInPast)
})
