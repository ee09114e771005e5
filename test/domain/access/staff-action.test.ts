import t from 'tap'
import {
  administers,
  demandReason,
  demandTimeToCome,
  PlanOver,
  ReasonRefused,
} from '../../../src/domain/access/staff-action.ts'
import { aSubscription, minutesLater, noon } from '../../support/examples.ts'

t.test('S-43 an admin manages users, a support agent does not', async t => {
  t.ok(administers('admin'))
  for (const role of ['support', 'manager', 'seller'] as const) t.notOk(administers(role))
})

t.test('S-43 a reason is one line and not empty', async t => {
  t.equal(demandReason('  paid by\nbank\u0000 transfer '), 'paid by bank transfer')
  t.equal(demandReason('12345'), '12345')
  t.equal(demandReason('x'.repeat(500)).length, 500)
  t.equal(demandReason('\ud800 half a letter'), '\ufffd half a letter', 'invalid Unicode is replaced')
  for (const typed of ['', '    ', '1234', '\u0000\u0000\u0000\u0000\u0000\u0000'])
    t.throws(() => demandReason(typed), new ReasonRefused('too_short'))
  t.throws(() => demandReason('x'.repeat(501)), new ReasonRefused('too_long'))
})

t.test('S-43 a plan must end in the future', async t => {
  for (const says of [null, aSubscription(), aSubscription({ endsAt: minutesLater(1) })])
    t.doesNotThrow(() => demandTimeToCome(says, noon))
  for (const endsAt of [noon, minutesLater(-1), new Date('0026-01-31T00:00:00Z')])
    t.throws(() => demandTimeToCome(aSubscription({ endsAt }), noon), PlanOver)
})
