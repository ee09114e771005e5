import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { headersFor, json, listAdsAccounts, managerAccounts, setting } from './amazon-client.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())
t.afterEach(() => sandbox.controls.reset())

interface Accounts {
  adsAccounts: { adsAccountId: string; status: string; alternateIds: { profileId: number }[] }[]
  nextToken?: string
}

interface Managers {
  managerAccounts: { managerAccountName: string; linkedAccounts: Record<string, string | null>[] }[]
}

const statuses = async (user: string): Promise<string> =>
  (await json<Accounts>(listAdsAccounts(sandbox, user))).adsAccounts.map(({ status }) => status).join(' ')

t.test('S-10 the sandbox has a test user for each cause of an empty profile list', async t => {
  t.equal(await statuses('none'), '')
  t.equal(await statuses('ads-pending'), 'PENDING PARTIALLY_CREATED')
  t.equal(await statuses('ads-disabled'), 'DISABLED')
  t.equal(await statuses('no-campaign'), 'CREATED')
  t.equal(await statuses('us-seller'), 'CREATED', 'a user with profiles has an account')
  t.equal(await statuses('agency-only'), '')
})

t.test('a manager account lists the linked accounts of its region', async t => {
  const response = await managerAccounts(sandbox, 'manager')

  t.equal(response.headers.get('content-type'), 'application/vnd.getmanageraccountsresponse.v1+json')
  const { managerAccounts: managers } = await json<Managers>(response)
  t.match(managers, [
    { managerAccountName: 'Bright Group', linkedAccounts: [{ accountName: 'My Brand US' }] },
  ])
  t.strictSame(Object.keys(managers[0]?.linkedAccounts[0] ?? {}), [
    'accountId',
    'accountName',
    'accountType',
    'dspAdvertiserId',
    'marketplaceId',
    'profileId',
  ])
  const european = await json<Managers>(managerAccounts(sandbox, 'manager', 'EU'))
  t.strictSame(european.managerAccounts[0]?.linkedAccounts, [])
  t.strictSame(await json(managerAccounts(sandbox, 'none')), { managerAccounts: [] })
})

t.test('accounts are listed in pages of at most a hundred', async t => {
  const first = await listAdsAccounts(sandbox, 'thousand')
  t.equal(first.headers.get('content-type'), 'application/vnd.listaccountsresource.v1+json')
  const accountIds = new Set<string>()
  let page = await json<Accounts>(first)
  for (; ; page = await json<Accounts>(listAdsAccounts(sandbox, 'thousand', { nextToken: page.nextToken }))) {
    t.ok(page.adsAccounts.length <= 100)
    for (const { adsAccountId } of page.adsAccounts) accountIds.add(adsAccountId)
    if (!page.nextToken) break
  }
  t.equal(accountIds.size, 1000)
  t.equal(
    (await json<Accounts>(listAdsAccounts(sandbox, 'thousand', { maxResults: 7 }))).adsAccounts.length,
    7,
  )
})

t.test('an invalid body or content type is rejected', async t => {
  for (const body of [{ maxResults: 0 }, { maxResults: 101 }, { maxResults: 'all' }, { filter: 1 }, [], 'no'])
    t.equal((await listAdsAccounts(sandbox, 'none', body)).status, 400, JSON.stringify(body))
  const wrongType = await listAdsAccounts(sandbox, 'none', {}, { 'content-type': 'application/json' })
  t.equal(wrongType.status, 415)
  t.match(await json(wrongType), { errors: [{ errorMessage: /vnd\.listaccountsresource\.v1\+json/ }] })
})

t.test('an invalid token returns the gateway’s 401, and a suspended user’s token 403', async t => {
  for (const [path, method] of [
    ['managerAccounts', 'GET'],
    ['adsAccounts/list', 'POST'],
  ] as const) {
    const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/${path}`
    const response = await fetch(address, { method, headers: headersFor(sandbox, 'Atza|nonsense') })
    t.equal(response.status, 401, path)
    t.match(await response.json(), { message: /Invalid token$/ })
  }
  t.equal((await managerAccounts(sandbox, 'suspended')).status, 403)
  t.equal((await listAdsAccounts(sandbox, 'suspended')).status, 403)
})
