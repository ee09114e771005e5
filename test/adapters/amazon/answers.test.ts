import t from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import {
  maxResponseBytes,
  parseJsonWithBigIds,
  readErrorBody,
  toNetworkError,
  toResponseError,
} from '../../../src/adapters/amazon/amazon-http.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'
import { respondWith, startTestServer } from '../../support/servers/answering-server.ts'

const noonInHeaders = 'Tue, 24 Nov 2026 12:00:00 GMT'
const noon = new Date('2026-11-24T12:00:00Z')

const getStatusAt = (url: string) =>
  new AmazonAdvertisingReports(amazonSettingsAt(url)).getStatus(
    aProfile(),
    new Secret('x'),
    'r' as AmazonReportId,
  )

t.test('error bodies are parsed in every Amazon format, and any other body has no message', async t => {
  for (const [body, code, detail, requestId] of [
    ['{"code":"BAD","details":"no such column","requestId":"r-1"}', 'BAD', 'no such column', 'r-1'],
    ['{"code":"BAD","detail":"no such column"}', 'BAD', 'no such column', ''],
    ['{"code":401,"details":"HTTP 401"}', '401', 'HTTP 401', ''],
    ['{"message":"Forbidden"}', '', 'Forbidden', ''],
    [
      '{"error":"invalid_grant","error_description":"gone","request_id":"r-2"}',
      'invalid_grant',
      'gone',
      'r-2',
    ],
    ['{"errors":[{"errorCode":"DENIED","errorMessage":"not you"}]}', 'DENIED', 'not you', ''],
    ['{"errors":[]}', '', '', ''],
    ['{"code":{},"details":null}', '', '', ''],
    ['{"message":"half\\u0000a line"}', '', 'half a line', ''],
    [JSON.stringify({ message: 'x'.repeat(3000) }), '', 'x'.repeat(2000), ''],
    ['"a text"', '', '', ''],
    ['<html>busy</html>', '', '', ''],
    ['', '', '', ''],
  ] as const)
    t.strictSame(readErrorBody(body), { code, detail, requestId }, body.slice(0, 80))
})

t.test('each HTTP error status means a rejection, throttling or an unreachable Amazon', async t => {
  for (const [status, call, expected] of [
    [
      400,
      'report_request',
      { name: 'AmazonFailure', kind: 'rejected', httpStatus: 400, call: 'report_request' },
    ],
    [
      404,
      'report_status',
      { name: 'AmazonFailure', kind: 'rejected', httpStatus: 404, call: 'report_status' },
    ],
    [408, 'report_status', { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 408 }],
    [425, 'report_status', { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 425 }],
    [425, 'report_request', { name: 'AmazonFailure', kind: 'rejected', httpStatus: 425 }],
    [429, 'report_status', { name: 'AmazonFailure', kind: 'throttled', retryAfterSeconds: 60 }],
    [500, 'report_status', { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 500 }],
  ] as const) {
    const headers = new Headers({
      date: noonInHeaders,
      'retry-after': 'Tue, 24 Nov 2026 12:01:00 GMT',
      'x-amz-rid': 'r-1',
    })
    const error = toResponseError({ status, headers, text: '' }, call)
    t.has(error, { ...expected, requestId: 'r-1', answeredAt: noon }, `${status} to ${call}`)
  }
  t.equal(toResponseError({ status: 399, headers: new Headers(), text: '' }, 'report_status'), null)
})

t.test('a request id is shortened to 200 characters, and missing details are null', async t => {
  const errorOf = (text: string) =>
    toResponseError({ status: 404, headers: new Headers(), text }, 'report_status')

  t.match(errorOf(JSON.stringify({ requestId: 'r'.repeat(300) })), {
    requestId: /^r{200}$/,
  })
  t.match(errorOf(''), { requestId: null, answeredAt: null })
})

t.test('a network error gets the kind for its cause, and its message starts with the host', async t => {
  const fetchError = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })
  for (const [cause, kind] of [
    [fetchError('Z_DATA_ERROR'), 'unreadable'],
    [fetchError('Z_BUF_ERROR').cause, 'unreadable'],
    [fetchError('UND_ERR_CONNECT_TIMEOUT'), 'timeout'],
    [fetchError('ETIMEDOUT'), 'timeout'],
    [new DOMException('late', 'TimeoutError'), 'timeout'],
    [fetchError('ECONNREFUSED'), 'unreachable'],
    ['no error at all', 'unreachable'],
  ] as const)
    t.match(toNetworkError(cause, 'amazon.example'), { kind, message: /^amazon\.example / }, String(cause))
})

t.test('a successful response without a valid body is an invalid response', async t => {
  for (const [description, answer] of Object.entries({
    'no body': respondWith(204, ''),
    'a body that is not compressed as its header says': respondWith(200, '{}', {
      'content-encoding': 'gzip',
    }),
    'a body above the size limit': respondWith(200, Buffer.alloc(maxResponseBytes + 1, ' ')),
  })) {
    await t.rejects(
      getStatusAt(await startTestServer(t, answer)),
      { name: 'AmazonFailure', kind: 'unreadable' },
      description,
    )
  }
  t.throws(() => parseJsonWithBigIds('<html>'), { name: 'AmazonFailure', kind: 'unreadable' })
})

t.test('characters stay whole when the network splits a body at any byte', async t => {
  // Longer than any chunk. A euro sign has three bytes, so a chunk size that is a power of two splits one.
  const failureReason = '€'.repeat(100_000)
  const url = await startTestServer(t, respondWith(200, JSON.stringify({ status: 'FAILED', failureReason })))

  const status = await getStatusAt(url)

  t.ok(status.state === 'failed' && status.detail === failureReason)
})
