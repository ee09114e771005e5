import t from 'tap'
import { AmazonRefused, AmazonThrottled, refusalTraceOf, traceOf } from '../../src/application/ports.ts'
import { after, minutes } from '../../src/domain/calendar.ts'
import { noon } from '../support/examples.ts'

const refused = (its: Partial<ConstructorParameters<typeof AmazonRefused>[0]> = {}) =>
  new AmazonRefused({ httpStatus: 403, code: 'denied', detail: 'no', requestId: 'amzn-request-1', ...its })

t.test('S-41 a failed call is logged with Amazon’s request id and any clock difference', async t => {
  const requestId = 'amzn-request-1'
  t.strictSame(traceOf(refused(), noon), { requestId })
  t.strictSame(traceOf(refused({ answeredAt: after(noon, -minutes(7)) }), noon), {
    requestId,
    skewSeconds: -420,
  })
  t.strictSame(traceOf(refused({ answeredAt: noon }), noon), { requestId })
  t.strictSame(traceOf(new TypeError('a defect'), noon), {})
})

t.test('S-41 a rejection is logged with Amazon’s words, shortened to a limit', async t => {
  const said = (its: Parameters<typeof refused>[0]) => refusalTraceOf(refused(its), noon).said
  t.equal(said({}), 'denied: no')
  t.equal(said({ code: '' }), 'no')
  t.equal(said({ code: '', detail: 'x'.repeat(1000) })?.length, 300)
  t.notOk('said' in refusalTraceOf(refused({ code: '', detail: '' }), noon))
  t.strictSame(refusalTraceOf(new AmazonThrottled('Amazon answered 429', null), noon), {})
})
