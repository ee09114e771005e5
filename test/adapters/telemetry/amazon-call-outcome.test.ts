import t from 'tap'
import { outcomeOf, refreshOutcomeOf } from '../../../src/adapters/telemetry/amazon-call-outcome.ts'
import {
  AmazonRejected,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  InvalidAmazonResponse,
  UntrustedDownloadHost,
} from '../../../src/application/ports.ts'

const aRejection = (code: string) =>
  new AmazonRejected({ httpStatus: 400, code, detail: '', requestId: null })

t.test('S-52 each result of an Amazon call has its metric label', async t => {
  for (const [error, outcome] of [
    [undefined, 'ok'],
    [new AmazonThrottled('429', null), 'throttled'],
    [aRejection('401'), 'refused'],
    [new UntrustedDownloadHost('elsewhere'), 'refused'],
    [new AmazonTimeout('late'), 'timeout'],
    [new AmazonUnreachable('503', 503), 'unreachable'],
    [new InvalidAmazonResponse('no JSON'), 'unreadable'],
    [new Error('the lease is lost'), 'ended'],
  ] as const)
    t.equal(outcomeOf(error), outcome)
})

t.test('S-52 each result of a token refresh has its metric label', async t => {
  for (const [error, outcome] of [
    [undefined, 'renewed'],
    [aRejection('invalid_grant'), 'revoked'],
    [aRejection('invalid_client'), 'client_refused'],
    [aRejection('unauthorized_client'), 'client_refused'],
    [aRejection('invalid_request'), 'failed'],
    [new AmazonTimeout('late'), 'failed'],
  ] as const)
    t.equal(refreshOutcomeOf(error), outcome)
})
