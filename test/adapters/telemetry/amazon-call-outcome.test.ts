import t from 'tap'
import { outcomeOf, refreshOutcomeOf } from '../../../src/adapters/telemetry/amazon-call-outcome.ts'
import { AmazonFailure, amazonRejection } from '../../../src/application/amazon-failure.ts'

const aRejection = (code: string) => amazonRejection({ httpStatus: 400, code, detail: '' })

t.test('S-52 each result of an Amazon call has its metric label', async t => {
  for (const [error, outcome] of [
    [undefined, 'ok'],
    [new AmazonFailure('throttled', '429'), 'throttled'],
    [aRejection('401'), 'refused'],
    [new AmazonFailure('untrusted_host', 'elsewhere'), 'refused'],
    [new AmazonFailure('timeout', 'late'), 'timeout'],
    [new AmazonFailure('unreachable', '503', { httpStatus: 503 }), 'unreachable'],
    [new AmazonFailure('unreadable', 'no JSON'), 'unreadable'],
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
    [new AmazonFailure('timeout', 'late'), 'failed'],
  ] as const)
    t.equal(refreshOutcomeOf(error), outcome)
})
