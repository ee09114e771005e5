import t from 'tap'
import { outcomeOf, refreshOutcome } from '../../../src/adapters/telemetry/amazon-call-outcome.ts'
import {
  AmazonRejected,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  InvalidAmazonResponse,
  UntrustedDownloadHost,
} from '../../../src/application/ports.ts'

const refused = (code: string) => new AmazonRejected({ httpStatus: 400, code, detail: '', requestId: null })

t.test('S-52 each outcome of a call has its name', async t => {
  for (const [error, outcome] of [
    [undefined, 'ok'],
    [new AmazonThrottled('429', null), 'throttled'],
    [refused('401'), 'refused'],
    [new UntrustedDownloadHost('elsewhere'), 'refused'],
    [new AmazonTimeout('late'), 'timeout'],
    [new AmazonUnreachable('503', 503), 'unreachable'],
    [new InvalidAmazonResponse('no JSON'), 'unreadable'],
    [new Error('the lease is lost'), 'ended'],
  ] as const)
    t.equal(outcomeOf(error), outcome)
})

t.test('S-52 each outcome of a token refresh has its name', async t => {
  for (const [error, outcome] of [
    [undefined, 'renewed'],
    [refused('invalid_grant'), 'revoked'],
    [refused('invalid_client'), 'client_refused'],
    [refused('unauthorized_client'), 'client_refused'],
    [refused('invalid_request'), 'failed'],
    [new AmazonTimeout('late'), 'failed'],
  ] as const)
    t.equal(refreshOutcome(error), outcome)
})
