import t from 'tap'
import {
  AmazonFailure,
  amazonRejection,
  errorDetails,
  responseDetails,
} from '../../src/application/amazon-failure.ts'
import { after, minutes } from '../../src/domain/calendar.ts'
import { noon } from '../support/examples.ts'

const aRejection = (overrides: Partial<Parameters<typeof amazonRejection>[0]> = {}) =>
  amazonRejection({
    httpStatus: 403,
    code: 'denied',
    detail: 'no',
    requestId: 'amzn-request-1',
    ...overrides,
  })

t.test('S-41 a failed call is logged with Amazon’s request id and any clock difference', async t => {
  const requestId = 'amzn-request-1'
  t.strictSame(responseDetails(aRejection(), noon), { requestId })
  t.strictSame(responseDetails(aRejection({ answeredAt: after(noon, -minutes(7)) }), noon), {
    requestId,
    skewSeconds: -420,
  })
  t.strictSame(responseDetails(aRejection({ answeredAt: noon }), noon), { requestId })
  t.strictSame(responseDetails(new TypeError('internal error'), noon), {})
})

t.test('S-41 a rejection is logged with Amazon’s message, cut to 300 characters', async t => {
  const amazonMessageIn = (overrides: Parameters<typeof aRejection>[0]) =>
    errorDetails(aRejection(overrides), noon).amazonMessage
  t.equal(amazonMessageIn({}), 'denied: no')
  t.equal(amazonMessageIn({ code: '' }), 'no')
  t.equal(amazonMessageIn({ code: '', detail: 'x'.repeat(1000) })?.length, 300)
  t.notOk('amazonMessage' in errorDetails(aRejection({ code: '', detail: '' }), noon))
  t.strictSame(errorDetails(new AmazonFailure('throttled', 'Amazon answered 429'), noon), {})
})
