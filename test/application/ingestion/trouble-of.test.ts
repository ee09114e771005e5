import t from 'tap'
import { isTokenRefusal, troubleOf } from '../../../src/application/ingestion/trouble-of.ts'
import {
  type AmazonCall,
  AmazonElsewhere,
  AmazonRefused,
  AmazonUnreadable,
} from '../../../src/application/ports.ts'

const refused = (httpStatus: number, detail: string, call: AmazonCall = 'look', code = ''): AmazonRefused =>
  new AmazonRefused({ httpStatus, code, detail, requestId: null, call })

t.test('S-26 Amazon’s 401 has five meanings, and only one concerns the token', async t => {
  const lead = 'Unauthorized exception while handling 3P Request: '
  for (const [detail, trouble] of [
    ['Unauthorized', 'token_refused'],
    [`${lead}Unauthorized exception while authenticating LwA token: Invalid token`, 'token_refused'],
    [
      `${lead}Unauthorized exception while authenticating LwA token: clientId does not match token`,
      'our_client',
    ],
    [`${lead}Unauthorized exception while calling AuthorizeThirdPartyAccess: Customer: A`, 'rights_lost'],
    ['Scope header is missing', 'our_request'],
    ['No matching advertiser found for scope', 'account_unknown'],
    ['Not authorized to access scope', 'account_unknown'],
  ] as const) {
    t.match(troubleOf(refused(401, detail)), { trouble }, detail)
    t.equal(isTokenRefusal(refused(401, detail)), trouble === 'token_refused', detail)
  }
})

t.test('S-24 a status is interpreted by the call that returned it', async t => {
  const call = (name: AmazonCall, status: number) => troubleOf(refused(status, 'no', name))?.trouble
  t.equal(call('look', 404), 'report_gone')
  t.equal(call('order', 404), 'our_request', 'no report exists yet that could be gone')
  t.equal(call('token', 404), 'our_client', 'the token endpoint has no reports')
  t.equal(call('download', 404), 'report_gone')
  t.equal(call('download', 400), 'file_refused')
  t.equal(call('token', 400), 'our_client')
  t.equal(call('order', 400), 'our_request')
  t.equal(call('order', 409), 'refused')
  t.equal(call('order', 403), 'forbidden')
  t.strictSame(troubleOf(new AmazonElsewhere('at example.com')), {
    trouble: 'address_elsewhere',
    detail: 'at example.com',
  })
  for (const status of [406, 415, 422]) t.equal(call('order', status), 'our_request')
  t.match(troubleOf(refused(400, 'Invalid advertiser')), {
    trouble: 'account_unknown',
    detail: 'Invalid advertiser',
  })
})

t.test('S-26 only invalid_grant from the token endpoint loses a grant', async t => {
  for (const code of ['invalid_client', 'invalid_request', 'unauthorized_client', 'unsupported_grant_type']) {
    t.match(troubleOf(refused(400, 'no', 'token', code)), { trouble: 'our_client', detail: `${code}: no` })
    t.equal(isTokenRefusal(refused(401, 'no', 'token', code)), false)
  }
  t.match(troubleOf(refused(500, 'no', 'token')), { detail: /^no$/ }, 'without a code')
})

t.test('S-24 invalid JSON is an unreadable file only where a file was read', async t => {
  const error = new AmazonUnreadable('the body is not JSON')
  t.match(troubleOf(error), { trouble: 'answer_unreadable' })
  t.match(troubleOf(error, 'file'), { trouble: 'file_unreadable' })
})
