import t from 'tap'
import {
  AmazonRejected,
  AmazonThrottled,
  errorDetails,
  responseDetails,
} from '../../src/application/ports.ts'
import { after, minutes } from '../../src/domain/calendar.ts'
import { noon } from '../support/examples.ts'

const refused = (its: Partial<ConstructorParameters<typeof AmazonRejected>[0]> = {}) =>
  new AmazonRejected({ httpStatus: 403, code: 'denied', detail: 'no', requestId: 'amzn-request-1', ...its })

t.test('S-41 a failed call is logged with Amazon’s request id and any clock difference', async t => {
  const requestId = 'amzn-request-1'
  t.strictSame(responseDetails(refused(), noon), { requestId })
  t.strictSame(responseDetails(refused({ answeredAt: after(noon, -minutes(7)) }), noon), {
    requestId,
    skewSeconds: -420,
  })
  t.strictSame(responseDetails(refused({ answeredAt: noon }), noon), { requestId })
  t.strictSame(responseDetails(new TypeError('internal error'), noon), {})
})

t.test('S-41 a rejection is logged with Amazon’s words, shortened to a limit', async t => {
  const said = (its: Parameters<typeof refused>[0]) => errorDetails(refused(its), noon).said
  t.equal(said({}), 'denied: no')
  t.equal(said({ code: '' }), 'no')
  t.equal(said({ code: '', detail: 'x'.repeat(1000) })?.length, 300)
  t.notOk('said' in errorDetails(refused({ code: '', detail: '' }), noon))
  t.strictSame(errorDetails(new AmazonThrottled('Amazon answered 429', null), noon), {})
})
