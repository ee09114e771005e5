import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import {
  AmazonAdvertisingReports,
  parseReportStatus,
} from '../../../src/adapters/amazon/advertising-reports.ts'
import { respondedAt, retryAfterSeconds } from '../../../src/adapters/amazon/amazon-http.ts'
import { assertAllowedDownloadUrl } from '../../../src/adapters/amazon/download-address.ts'
import { AmazonProfileDirectory, parseProfiles } from '../../../src/adapters/amazon/profile-directory.ts'
import type { ReportLocation } from '../../../src/application/ingestion/report-ports.ts'
import type { Day } from '../../../src/domain/calendar.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { definitionOf, reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { respondWith, startTestServer } from '../../support/servers/answering-server.ts'

const days = { from: daysAgo(30), to: daysAgo(1) }
const neverAborted = new AbortController().signal

function daysAgo(count: number): Day {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10) as Day
}

async function collectRows(batches: AsyncIterable<readonly FileRow[]>): Promise<FileRow[]> {
  const rows: FileRow[] = []
  for await (const batch of batches) rows.push(...batch)
  return rows
}

async function startSandboxFor(t: Test, user: string) {
  const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
  t.teardown(() => sandbox.close())
  const settings = amazonSettingsOf(sandbox.settings)
  const token = new Secret(sandbox.controls.grant(user).accessToken)
  const [profile] = await new AmazonProfileDirectory(settings).listProfiles('na', token)
  if (!profile) throw new Error(`${user} has no profile in North America`)
  const reports = new AmazonAdvertisingReports(settings)
  const waitUntilCompleted = async (id: AmazonReportId): Promise<ReportLocation> => {
    let status = await reports.getStatus(profile, token, id)
    await eventually('the report is complete', async () => {
      status = await reports.getStatus(profile, token, id)
      return status.state === 'completed'
    })
    if (status.state !== 'completed') throw new Error(status.state)
    return status.location
  }
  return { sandbox, reports, token, profile, waitUntilCompleted }
}

t.test('the sandbox accepts every report of the catalogue, and its rows have every column', async t => {
  const { reports, token, profile, waitUntilCompleted } = await startSandboxFor(t, 'us-seller')

  for (const definition of reportCatalogue) {
    const { answer, id } = await reports.requestReport(profile, token, { definition, days })
    t.equal(answer, 'accepted', definition.name)
    const rows = await collectRows(reports.download(await waitUntilCompleted(id), neverAborted))
    t.ok(rows.length > 30, `${definition.name} has rows`)
    for (const { amazonName } of definition.columns)
      t.ok(
        rows.every(row => amazonName in row),
        `${definition.name}: ${amazonName}`,
      )
    t.equal(typeof rows[0]?.['campaignId'], 'string', 'ids are text')
  }
})

t.test('requesting the same report again is a duplicate of the first', async t => {
  const { sandbox, reports, token, profile } = await startSandboxFor(t, 'us-seller')
  sandbox.controls.set({ generationSeconds: { min: 60, max: 60 } })
  const request = { definition: definitionOf('sp_campaigns'), days }

  const first = await reports.requestReport(profile, token, request)
  const second = await reports.requestReport(profile, token, request)

  t.strictSame(second, { answer: 'duplicate', id: first.id })
  t.equal((await reports.getStatus(profile, token, first.id)).state, 'pending')
  await reports.cancel(profile, token, first.id)
  await reports.cancel(profile, token, first.id)
  await t.rejects(reports.getStatus(profile, token, first.id), {
    name: 'AmazonFailure',
    kind: 'rejected',
    httpStatus: 404,
  })
})

t.test('S-24 each storage fault is reported as a specific error', async t => {
  const { sandbox, reports, token, profile, waitUntilCompleted } = await startSandboxFor(t, 'us-seller')
  const { id } = await reports.requestReport(profile, token, {
    definition: definitionOf('sp_campaigns'),
    days,
  })
  const download = async () => {
    return collectRows(reports.download(await waitUntilCompleted(id), neverAborted))
  }
  const allRows = await download()

  for (const [fault, expected] of [
    ['truncated', { name: 'AmazonFailure', kind: /unreadable|unreachable/ }],
    ['cut', { name: 'AmazonFailure', kind: /unreachable|unreadable/ }],
    ['corrupt', { name: 'AmazonFailure', kind: 'unreadable' }],
    ['expired', { name: 'AmazonFailure', kind: 'rejected', code: 'download_url_expired' }],
  ] as const) {
    sandbox.controls.set({ download: { times: 1, fault } })
    await t.rejects(download(), expected, fault)
    t.same(await download(), allRows, `the retry after ${fault} reads the whole file`)
  }
})

t.test('a download is requested only from Amazon’s storage', async t => {
  const patterns = [
    'offline-report-storage-us-east-1-prod.s3.amazonaws.com',
    'offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com',
    '127.0.0.1',
  ]
  for (const address of [
    'https://offline-report-storage-us-east-1-prod.s3.amazonaws.com/x',
    'https://offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com/x',
    'http://127.0.0.1:4000/download/x',
  ]) {
    t.equal(assertAllowedDownloadUrl(address, patterns).href, address)
  }
  for (const address of [
    'http://offline-report-storage-us-east-1-prod.s3.amazonaws.com/x',
    'https://offline-report-storage-us-east-1-prod.s3.amazonaws.com:8443/x',
    'https://offline-report-storage-evil.s3.amazonaws.com/x',
    'https://offline-report-storage-us-east-1-prod.s3.amazonaws.com.evil.example/x',
    'https://evil.example/offline-report-storage-us-east-1-prod.s3.amazonaws.com',
    'https://offline-report-storage-us-east-1-prod.s3.amazonaws.com@evil.example/',
    'https://name:word@offline-report-storage-us-east-1-prod.s3.amazonaws.com/x',
    'https://169.254.169.254/latest/meta-data',
    'http://localhost:4000/download/x',
    'file:///etc/passwd',
    'not an address',
  ]) {
    t.throws(
      () => assertAllowedDownloadUrl(address, patterns),
      { name: 'AmazonFailure', kind: 'untrusted_host' },
      address,
    )
  }
  t.throws(
    () => assertAllowedDownloadUrl('http://10.0.0.1/x', ['10.0.0.1']),
    'plain HTTP is allowed only to this machine',
  )
  for (const host of ['localhost', '[::1]'])
    t.equal(assertAllowedDownloadUrl(`http://${host}:4000/x`, [host]).host, `${host}:4000`)
  t.equal(assertAllowedDownloadUrl('https://reports.amazonaws.com/x', ['*.AmazonAWS.com']).protocol, 'https:')
  t.throws(
    () => assertAllowedDownloadUrl('http://127.0.0.1/x', ['127.*']),
    'plain HTTP is allowed only to a host without a wildcard',
  )
  t.throws(() => assertAllowedDownloadUrl('ftp://127.0.0.1/x', patterns), {
    name: 'AmazonFailure',
    kind: 'untrusted_host',
  })
})

t.test('a download sends no token to the storage and follows no redirect', async t => {
  const authorisationHeaders: unknown[] = []
  const url = await startTestServer(t, (request, response) => {
    authorisationHeaders.push(request.headers.authorization)
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/file' }).end()
    else response.end(gzipSync('[]'))
  })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(url))

  t.strictSame(await collectRows(reports.download({ urls: [new Secret(`${url}/file`)] }, neverAborted)), [])
  await t.rejects(collectRows(reports.download({ urls: [new Secret(`${url}/elsewhere`)] }, neverAborted)), {
    name: 'AmazonFailure',
    kind: 'unreachable',
  })
  t.strictSame(authorisationHeaders, [undefined, undefined])
})

t.test('a worker that lost its lease stops downloading', async t => {
  const url = await startTestServer(t, (_request, response) => {
    response.write(gzipSync('[{"a":1}').subarray(0, 10))
  })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(url))
  const leaseLost = new AbortController()
  setTimeout(() => leaseLost.abort(new Error('lost')), 100)

  await t.rejects(collectRows(reports.download({ urls: [new Secret(`${url}/file`)] }, leaseLost.signal)))
})

t.test('a completed report without a download address has no rows', async t => {
  const status = parseReportStatus({ status: 'COMPLETED', reportId: 'x', url: null, configuration: {} })

  t.match(status, { state: 'completed', location: null })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt('http://127.0.0.1:9'))
  t.strictSame(await collectRows(reports.download(null, neverAborted)), [])
})

t.test('an unknown status means pending, and a failure carries Amazon’s reason', async t => {
  t.match(parseReportStatus({ status: 'QUEUED_ELSEWHERE' }), { state: 'pending' })
  t.match(parseReportStatus({ status: 'CANCELLED' }), { state: 'failed', detail: 'Amazon gave no reason' })
  t.match(parseReportStatus({ status: 'FAILURE', failureReason: 7 }), {
    state: 'failed',
    detail: 'Amazon gave no reason',
  })
  t.match(parseReportStatus({ status: 'FAILED', failureReason: 'internal error' }), {
    state: 'failed',
    detail: 'internal error',
  })
  for (const body of [[], {}, { status: 7 }, null])
    t.throws(
      () => parseReportStatus(body),
      { name: 'AmazonFailure', kind: 'unreadable' },
      JSON.stringify(body),
    )
})

t.test('a poll returns the report definition that Amazon echoes, or an empty one', async t => {
  const configuration = {
    reportTypeId: 'spCampaigns',
    timeUnit: 'DAILY',
    columns: ['date', 'cost'],
    groupBy: ['campaign'],
  }
  const [startDate, endDate] = ['2026-11-01', '2026-11-30']

  t.strictSame(parseReportStatus({ status: 'PENDING', startDate, endDate, configuration }).configuration, {
    ...configuration,
    startDate,
    endDate,
  })
  for (const unknownConfiguration of [undefined, null, 'DAILY', { columns: 'date', groupBy: null }])
    t.strictSame(
      parseReportStatus({ status: 'PENDING', configuration: unknownConfiguration }).configuration,
      {
        reportTypeId: '',
        timeUnit: '',
        columns: [],
        groupBy: [],
        startDate: '',
        endDate: '',
      },
    )
})

const id = '7f3a12c0-6f0e-4b0e-9b61-0a6f6a6f4a10' as AmazonReportId

t.test('each response to a report request is interpreted', async t => {
  for (const [status, body, expected] of [
    [200, '{"reportId":"r-1"}', { answer: 'accepted', id: 'r-1' }],
    [425, `{"code":"425","detail":"The Request is a duplicate of : ${id}"}`, { answer: 'duplicate', id }],
    [
      425,
      '{"code":"425","detail":"The Request is a duplicate"}',
      { name: 'AmazonFailure', kind: 'rejected', httpStatus: 425 },
    ],
    [
      400,
      `{"code":"400","detail":"no column ${id}"}`,
      { name: 'AmazonFailure', kind: 'rejected', httpStatus: 400 },
    ],
    ...[
      'KDP authors do not have access to Sponsored Brands functionality',
      'Tactic T00020 is not supported for report API in marketplace A1C3SOZRARQ6R3.',
    ].map(
      amazonMessage =>
        [
          400,
          JSON.stringify({ code: '400', detail: amazonMessage }),
          { answer: 'not_offered', id: 'not-offered', amazonMessage },
        ] as const,
    ),
    [200, '{"reportId":""}', { name: 'AmazonFailure', kind: 'unreadable' }],
    [200, '{"reportId":null}', { name: 'AmazonFailure', kind: 'unreadable' }],
    [200, '[]', { name: 'AmazonFailure', kind: 'unreadable' }],
  ] as const) {
    const reports = new AmazonAdvertisingReports(
      amazonSettingsAt(await startTestServer(t, respondWith(status, body))),
    )
    const request = { definition: definitionOf('sp_campaigns'), days }
    t.match(
      await reports.requestReport(aProfile(), new Secret('x'), request).catch(error => error),
      expected,
      body,
    )
  }
})

t.test('cancelling a missing report succeeds, and any other rejection is an error', async t => {
  for (const [status, body, expected] of [
    [200, '{}', undefined],
    [404, '{"code":"404","detail":"Report not found"}', undefined],
    [
      401,
      '{"code":"401","detail":"Unauthorized"}',
      { name: 'AmazonFailure', kind: 'rejected', httpStatus: 401 },
    ],
    [503, '', { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 503 }],
  ] as const) {
    const reports = new AmazonAdvertisingReports(
      amazonSettingsAt(await startTestServer(t, respondWith(status, body))),
    )
    const result = await reports.cancel(aProfile(), new Secret('x'), id).catch(error => error)
    t.match(result, expected, String(status))
  }
})

t.test('S-24 each storage response other than a complete file is a specific error', async t => {
  const file = gzipSync('[{"a":1}]')
  const wrongChecksum = Buffer.from(file)
  wrongChecksum.writeUInt32LE(0, file.length - 8)
  const expired = {
    name: 'AmazonFailure',
    kind: 'rejected',
    code: 'download_url_expired',
    httpStatus: 403,
    call: 'download',
  }
  for (const [description, response, expected] of [
    [
      'an expired address',
      respondWith(403, '<Error><Code>AccessDenied</Code></Error>', { 'x-amz-request-id': 's-1' }),
      { ...expired, requestId: 's-1' },
    ],
    ['an expired address without an id', respondWith(403, ''), { ...expired, requestId: null }],
    [
      'a missing file',
      respondWith(404, '<Error/>'),
      { name: 'AmazonFailure', kind: 'rejected', code: /^$/, httpStatus: 404, call: 'download' },
    ],
    [
      'throttling',
      respondWith(429, '', { 'retry-after': '7' }),
      { name: 'AmazonFailure', kind: 'throttled', retryAfterSeconds: 7 },
    ],
    ['a server error', respondWith(503, ''), { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 503 }],
    ['a partial file', respondWith(206, file), { name: 'AmazonFailure', kind: 'unreadable' }],
    ['an empty response', respondWith(204, ''), { name: 'AmazonFailure', kind: 'unreadable' }],
    ['a wrong checksum', respondWith(200, wrongChecksum), { name: 'AmazonFailure', kind: 'unreadable' }],
    ['no checksum', respondWith(200, file.subarray(0, -8)), { name: 'AmazonFailure', kind: 'unreadable' }],
    [
      'an array without its end',
      respondWith(200, gzipSync('[{"a":1}')),
      { name: 'AmazonFailure', kind: 'unreadable' },
    ],
  ] as const) {
    const url = await startTestServer(t, response)
    const reports = new AmazonAdvertisingReports(amazonSettingsAt(url))
    await t.rejects(
      collectRows(reports.download({ urls: [new Secret(`${url}/file`)] }, neverAborted)),
      expected,
      description,
    )
  }
})

t.test('Retry-After is read as seconds or as a date, and ignored otherwise', async t => {
  const now = Date.parse('2026-11-24T12:00:00Z')

  t.equal(retryAfterSeconds('120', now), 120)
  t.equal(retryAfterSeconds('Tue, 24 Nov 2026 12:01:00 GMT', now), 60)
  t.equal(retryAfterSeconds('Tue, 24 Nov 2026 11:00:00 GMT', now), 0)
  t.equal(retryAfterSeconds(' 120 ', now), 120)
  t.equal(retryAfterSeconds('-5', now), 0, 'a wait is never negative')
  t.equal(retryAfterSeconds('120s', now), null)
  t.equal(retryAfterSeconds('soon', now), null)
  t.equal(retryAfterSeconds(null, now), null)
  t.equal(respondedAt('Tue, 24 Nov 2026 12:00:00 GMT'), now, 'read from the server’s clock, not ours')
  t.ok(Math.abs(respondedAt('yesterday') - Date.now()) < 1000)
})

t.test('S-09 a region that cannot be read fails with a specific error', async t => {
  for (const [response, expected] of [
    [
      respondWith(401, '{"code":"UNAUTHORIZED","details":"HTTP 401 Unauthorized","requestId":"R1"}'),
      { name: 'AmazonFailure', kind: 'rejected', requestId: 'R1' },
    ],
    [
      respondWith(429, '<html>Too many</html>'),
      { name: 'AmazonFailure', kind: 'throttled', retryAfterSeconds: null },
    ],
    [respondWith(502, ''), { name: 'AmazonFailure', kind: 'unreachable' }],
    [respondWith(200, '{"not":"a list"}'), { name: 'AmazonFailure', kind: 'unreadable' }],
    [respondWith(200, '[{"countryCode":"US"}]'), { name: 'AmazonFailure', kind: 'unreadable' }],
    [respondWith(200, '[{'), { name: 'AmazonFailure', kind: 'unreadable' }],
  ] as const) {
    const url = await startTestServer(t, response)
    await t.rejects(
      new AmazonProfileDirectory(amazonSettingsAt(url)).listProfiles('eu', new Secret('x')),
      expected,
    )
  }
})

t.test('S-08 S-09 view-only profiles are marked, missing fields allowed and ids kept exactly', async t => {
  const url = await startTestServer(t, (request, response) => {
    const allProfiles =
      '[{"profileId":18446744073709551615,"countryCode":"XX","accountInfo":{"type":"seller"}},{"profileId":2,"countryCode":"UK","timezone":"Europe/London","currencyCode":"GBP","accountInfo":{"id":"A1","type":"vendor","name":"Brand"}}]'
    response.end(
      request.url?.includes('accessLevel=view')
        ? allProfiles
        : '[{"profileId":2,"countryCode":"UK","accountInfo":{"type":"vendor"}}]',
    )
  })

  const profiles = await new AmazonProfileDirectory(amazonSettingsAt(url)).listProfiles('eu', new Secret('x'))

  t.match(profiles, [
    { id: '18446744073709551615', country: 'XX', accountName: null, canEdit: false },
    { id: '2', country: 'UK', canEdit: true },
  ])
})

t.test('S-08 a profile is parsed with every Amazon field as text', async t => {
  const completeProfile = {
    profileId: 7,
    countryCode: 'UK',
    currencyCode: 'GBP',
    timezone: 'Europe/London',
    accountInfo: { id: 12, type: 'vendor', subType: 'KDP_AUTHOR', name: 'Brand' },
  }
  t.strictSame(parseProfiles([completeProfile, { profileId: '8' }], 'eu'), [
    {
      id: '7',
      region: 'eu',
      country: 'UK',
      currency: 'GBP',
      timezone: 'Europe/London',
      accountId: '12',
      accountName: 'Brand',
      accountType: 'vendor',
      accountSubType: 'KDP_AUTHOR',
      canEdit: true,
    },
    {
      id: '8',
      region: 'eu',
      country: '',
      currency: '',
      timezone: '',
      accountId: '',
      accountName: null,
      accountType: '',
      canEdit: true,
    },
  ])
  for (const profileId of ['', 'x7', '7x', null, undefined])
    t.throws(
      () => parseProfiles([{ profileId }], 'eu'),
      { name: 'AmazonFailure', kind: 'unreadable' },
      String(profileId),
    )
})

t.test('S-08 S-10 report-only profiles are requested only if the other lists are empty', async t => {
  const queries: string[] = []
  const url = await startTestServer(t, (request, response) => {
    queries.push(new URL(request.url ?? '', 'http://x').search)
    const isReportOnly = request.url?.includes('apiProgram=report')
    response.end(isReportOnly ? '[{"profileId":3,"countryCode":"US","accountInfo":{"type":"seller"}}]' : '[]')
  })

  const profiles = await new AmazonProfileDirectory(amazonSettingsAt(url)).listProfiles('na', new Secret('x'))

  t.match(profiles, [{ id: '3', canEdit: false }])
  t.strictSame(queries.toSorted(), [
    '?accessLevel=edit',
    '?accessLevel=view',
    '?apiProgram=report&accessLevel=view',
  ])
})

t.test('S-08 the report-only list is not requested if another list has a profile', async t => {
  const requestedUrls: string[] = []
  const url = await startTestServer(t, (request, response) => {
    requestedUrls.push(request.url ?? '')
    response.end(request.url?.includes('view') ? '[{"profileId":3,"countryCode":"US"}]' : '[]')
  })

  await new AmazonProfileDirectory(amazonSettingsAt(url)).listProfiles('na', new Secret('x'))

  t.equal(requestedUrls.length, 2)
})

t.test('characters in names that PostgreSQL cannot store are replaced', async t => {
  const url = await startTestServer(
    t,
    respondWith(200, '[{"profileId":7,"countryCode":"US","accountInfo":{"name":"A\\u0000B\\ud83d"}}]'),
  )

  const [profile] = await new AmazonProfileDirectory(amazonSettingsAt(url)).listProfiles(
    'na',
    new Secret('x'),
  )

  t.equal(profile?.accountName, 'A B\ufffd')
})
