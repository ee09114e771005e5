import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { parseAccountsPage } from '../../../src/adapters/amazon/account-lists.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { respondWith, startTestServer } from '../../support/servers/answering-server.ts'

const token = new Secret('x')
const directoryAt = (url: string, timeout?: number) =>
  new AmazonProfileDirectory(amazonSettingsAt(url), timeout)

t.test('S-10 only linked accounts that can have sponsored ads count', async t => {
  for (const [body, count] of [
    ['{"managerAccounts":[]}', 0],
    ['{}', 0],
    ['{"managerAccounts":[{"managerAccountId":"m"},{"linkedAccounts":null},null,7]}', 0],
    ['{"managerAccounts":[{"linkedAccounts":[{"accountType":"DSP_ADVERTISING_ACCOUNT"}]}]}', 0],
    ['{"managerAccounts":[{"linkedAccounts":[{"accountType":"MARKETING_CLOUD","profileId":"7"}]}]}', 0],
    [
      '{"managerAccounts":[{"linkedAccounts":[{"accountType":"SELLER"},{}]},{"linkedAccounts":[{"accountType":"VENDOR"}]}]}',
      3,
    ],
  ] as const) {
    const url = await startTestServer(t, respondWith(200, body))
    t.equal(await directoryAt(url).countLinkedAccounts('eu', token), count, body)
  }
})

t.test('S-10 every page of accounts is read, each requested with its token', async t => {
  const bodies: unknown[] = []
  const url = await startTestServer(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push({
      ...JSON.parse(Buffer.concat(chunks).toString()),
      request: `${request.method} ${request.url} ${request.headers['content-type']}`,
    })
    const pages = [
      '{"adsAccounts":[{"adsAccountId":"a","status":"PENDING"}],"nextToken":"two"}',
      '{"adsAccounts":[{"adsAccountId":"b","status":"CREATED"}],"nextToken":""}',
    ]
    response.end(pages[bodies.length - 1])
  })

  t.strictSame(await directoryAt(url).listAdsAccounts('na', token), ['PENDING', 'CREATED'])
  const request = 'POST /adsAccounts/list application/vnd.listaccountsresource.v1+json'
  t.strictSame(bodies, [
    { maxResults: 100, request },
    { maxResults: 100, nextToken: 'two', request },
  ])
})

t.test('S-10 the last page of accounts has no next token', async t => {
  t.strictSame(parseAccountsPage({}), { statuses: [], nextToken: null })
  for (const [nextToken, expected] of [
    ['two', 'two'],
    ['', null],
    [null, null],
    [7, null],
  ] as const)
    t.equal(parseAccountsPage({ adsAccounts: [], nextToken }).nextToken, expected, JSON.stringify(nextToken))
})

t.test('S-10 an endless list of account pages times out', async t => {
  const startedAt = performance.now()
  const url = await startTestServer(t, (_request, response) => {
    const nextToken = performance.now() - startedAt < 3000 ? 'again' : undefined
    response.end(JSON.stringify({ adsAccounts: [{ adsAccountId: 'a', status: 'PENDING' }], nextToken }))
  })

  await t.rejects(directoryAt(url, 400).listAdsAccounts('na', token), {
    name: 'AmazonFailure',
    kind: 'timeout',
  })
})

t.test('S-10 an unreadable account list is an error, not an empty list', async t => {
  for (const body of ['{"hello":"world"}', '[]', '{"adsAccounts":{}}', '{"adsAccounts":', '<html>', '']) {
    const directory = directoryAt(await startTestServer(t, respondWith(200, body)))
    await t.rejects(
      directory.listAdsAccounts('na', token),
      { name: 'AmazonFailure', kind: 'unreadable' },
      body,
    )
    await t.rejects(
      directory.countLinkedAccounts('na', token),
      { name: 'AmazonFailure', kind: 'unreadable' },
      body,
    )
  }
  for (const account of ['{"adsAccountId":"a"}', '{"adsAccountId":"a","status":"SOMETHING_NEW"}', '7']) {
    const url = await startTestServer(t, respondWith(200, `{"adsAccounts":[${account}]}`))
    await t.rejects(
      directoryAt(url).listAdsAccounts('na', token),
      { name: 'AmazonFailure', kind: 'unreadable' },
      account,
    )
  }
})

t.test('S-10 an Accounts API error is parsed in its own format', async t => {
  const body = '{"errors":[{"errorId":1,"errorCode":"ACCESS_DENIED","errorMessage":"not you"}]}'
  const url = await startTestServer(t, respondWith(403, body, { 'x-amzn-requestid': 'r-1' }))

  await t.rejects(directoryAt(url).listAdsAccounts('na', token), {
    name: 'AmazonFailure',
    kind: 'rejected',
    code: 'ACCESS_DENIED',
    detail: 'not you',
    requestId: 'r-1',
    call: 'ads_accounts',
  })
})

const v1DirectoryAt = (url: string) => new AmazonProfileDirectory({ ...amazonSettingsAt(url), adsV1: 'on' })

t.test('with v1 of the Ads API, a profile names the advertiser account above it', async t => {
  const sandbox = await startSandbox()
  t.teardown(() => sandbox.close())
  const user = new Secret(sandbox.controls.grant('three-regions').accessToken)
  const settings = amazonSettingsOf(sandbox.settings)
  const list = (adsV1: 'on' | 'off') =>
    new AmazonProfileDirectory({ ...settings, adsV1 }).listProfiles('eu', user)

  for (const { advertiserAccountId } of await list('on'))
    t.match(advertiserAccountId, /^amzn1\.ads-account\.g\./)
  for (const profile of await list('off')) t.notOk('advertiserAccountId' in profile)
  sandbox.controls.set({ faults: [{ call: 'adsAccounts', region: null, times: null, fault: '500' }] })
  const incomplete = await list('on')
  t.ok(incomplete.length > 0, 'profiles are listed without it')
  t.notOk('advertiserAccountId' in (incomplete[0] ?? {}))
})

t.test('S-10 with v1 of the Ads API, accounts with profiles need no old list', async t => {
  const account = (profiles: string) => `{"advertiserAccountId":"a","alternateIds":[${profiles}]}`
  for (const [accounts, statuses] of [
    [account('{"profileId":1}'), ['CREATED', 'CREATED']],
    [account(''), ['DISABLED']],
    ['', ['DISABLED']],
  ] as const) {
    const url = await startTestServer(t, (request, response) => {
      const isOldList = request.url === '/adsAccounts/list'
      response.end(
        isOldList ? '{"adsAccounts":[{"status":"DISABLED"}]}' : `{"advertiserAccounts":[${accounts}]}`,
      )
    })
    t.strictSame(await v1DirectoryAt(url).listAdsAccounts('na', token), statuses, accounts)
  }
})
