import t from 'tap'
import { administers, demandReason, ReasonMissing } from '../../../src/domain/access/staff-action.ts'

t.test('S-43 an admin manages people, a support agent does not', async t => {
  t.ok(administers('admin'))
  for (const role of ['support', 'manager', 'seller'] as const) t.notOk(administers(role))
})

t.test('S-43 a reason is one line with something in it', async t => {
  t.equal(demandReason('  paid by\nbank\u0000 transfer '), 'paid by bank transfer')
  t.equal(demandReason('12345'), '12345')
  t.equal(demandReason('x'.repeat(500)).length, 500)
  for (const typed of ['', '    ', '1234', '\u0000\u0000\u0000\u0000\u0000\u0000', 'x'.repeat(501)])
    t.throws(() => demandReason(typed), ReasonMissing)
})
