import t from 'tap'
import {
  type AmazonCall,
  AmazonFailure,
  amazonRejection,
} from '../../../../src/application/amazon-failure.ts'
import {
  isTokenRejected,
  toReportError,
} from '../../../../src/application/ingestion/report/to-report-error.ts'
import { noon } from '../../../support/examples.ts'

const aRejection = (
  httpStatus: number,
  detail: string,
  call: AmazonCall = 'report_status',
  code = '',
): AmazonFailure => amazonRejection({ httpStatus, code, detail, call })

t.test('S-26 Amazon’s 401 has five meanings, and only one concerns the token', async t => {
  const prefix = 'Unauthorized exception while handling 3P Request: '
  for (const [detail, error] of [
    ['Unauthorized', 'token_rejected'],
    [`${prefix}Unauthorized exception while authenticating LwA token: Invalid token`, 'token_rejected'],
    [
      `${prefix}Unauthorized exception while authenticating LwA token: clientId does not match token`,
      'client_rejected',
    ],
    [
      `${prefix}Unauthorized exception while calling AuthorizeThirdPartyAccess: Customer: A`,
      'profile_access_lost',
    ],
    [`${prefix}Customer: A1 does not have access to profile: 1`, 'profile_access_lost'],
    ['Scope header is missing', 'request_rejected'],
    ['No matching advertiser found for scope', 'account_unknown'],
    ['Not authorized to access scope', 'account_unknown'],
  ] as const) {
    t.match(toReportError(aRejection(401, detail), noon), { error }, detail)
    t.equal(isTokenRejected(aRejection(401, detail)), error === 'token_rejected', detail)
  }
})

t.test('S-24 the meaning of a status depends on the call that returned it', async t => {
  const errorOf = (call: AmazonCall, status: number) =>
    toReportError(aRejection(status, 'no', call), noon)?.error
  t.equal(errorOf('report_status', 404), 'report_lost')
  t.equal(errorOf('report_request', 404), 'request_rejected', 'no report exists yet that could be lost')
  t.equal(errorOf('token', 404), 'client_rejected', 'the token endpoint has no reports')
  t.equal(errorOf('download', 404), 'report_lost')
  t.equal(errorOf('download', 400), 'download_rejected')
  t.equal(errorOf('token', 400), 'client_rejected')
  t.equal(errorOf('report_request', 400), 'request_rejected')
  t.equal(errorOf('report_request', 409), 'refused')
  t.equal(errorOf('report_request', 403), 'forbidden')
  t.strictSame(toReportError(new AmazonFailure('untrusted_host', 'at example.com'), noon), {
    error: 'download_host_untrusted',
    detail: 'at example.com',
  })
  t.equal(errorOf('report_request', 425), 'duplicate_mismatch')
  for (const status of [406, 415, 422]) t.equal(errorOf('report_request', status), 'request_rejected')
  t.match(toReportError(aRejection(400, 'Invalid advertiser'), noon), {
    error: 'account_unknown',
    detail: 'Invalid advertiser',
  })
})

t.test('S-26 token endpoint errors other than invalid_grant do not lose the grant', async t => {
  for (const code of ['invalid_client', 'invalid_request', 'unauthorized_client', 'unsupported_grant_type']) {
    t.match(toReportError(aRejection(400, 'no', 'token', code), noon), {
      error: 'client_rejected',
      detail: `${code}: no`,
    })
    t.equal(isTokenRejected(aRejection(401, 'no', 'token', code)), false)
  }
  t.match(toReportError(aRejection(500, 'no', 'token'), noon), { detail: /^no$/ }, 'without a code')
})

t.test('S-24 invalid JSON is an unreadable file only where a file was read', async t => {
  const error = new AmazonFailure('unreadable', 'the body is not JSON')
  t.match(toReportError(error, noon), { error: 'invalid_response' })
  t.match(toReportError(error, noon, 'file'), { error: 'file_corrupt' })
})
