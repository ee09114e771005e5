import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { crowd } from '../../sandbox/users/crowd.ts'
import { testUsers } from '../../sandbox/users/test-users.ts'
import {
  headersFor,
  noon,
  type Profile,
  profileIdOf,
  profilesText,
  reporting,
  setting,
} from './amazon-client.ts'

let now = noon
const sandbox = await startSandbox({ now: () => now })
t.teardown(() => sandbox.close())

async function profiles(user: string, region = 'NA', query = ''): Promise<Profile[]> {
  return JSON.parse(await profilesText(sandbox, user, region, query))
}

async function countries(user: string, region: string, query = ''): Promise<string> {
  return (await profiles(user, region, query)).map(profile => profile.countryCode).join(' ')
}

t.test('each region lists exactly its own profiles', async t => {
  t.equal(await countries('three-regions', 'NA'), 'US CA MX')
  t.equal(await countries('three-regions', 'EU'), 'UK DE FR IT ES NL IN')
  t.equal(await countries('three-regions', 'FE'), 'JP AU')
  t.equal(await countries('us-seller', 'EU'), '')
})

t.test('a seller’s profile has the shape of an Amazon profile', async t => {
  const [profile] = await profiles('us-seller')

  t.match(profile, {
    countryCode: 'US',
    currencyCode: 'USD',
    dailyBudget: 999999999,
    timezone: 'America/Los_Angeles',
    accountInfo: { marketplaceStringId: 'ATVPDKIKX0DER', id: /^A/, type: 'seller', name: 'My Brand US' },
  })
  t.match(await profilesText(sandbox, 'us-seller'), /"profileId":\d{16},/)
  t.match(await profilesText(sandbox, 'us-seller'), '"dailyBudget":999999999.0')
})

t.test('a vendor has no daily budget and a KDP author is a vendor with a sub-type', async t => {
  const [vendor, author, agency] = await profiles('vendor-and-agency')

  t.match(vendor, { accountInfo: { type: 'vendor', id: /^ENTITY/ } })
  t.notOk('dailyBudget' in (vendor ?? {}))
  t.match(author?.accountInfo, { type: 'vendor', subType: 'KDP_AUTHOR' })
  t.equal(agency?.accountInfo.type, 'agency')
})

t.test('an old Amazon Attribution profile is a seller’s with a sub-type', async t => {
  const [attribution, seller] = await profiles('attribution')

  t.match(attribution?.accountInfo, { type: 'seller', subType: 'AMAZON_ATTRIBUTION' })
  t.equal(seller?.accountInfo.subType, undefined)
})

t.test('view-only profiles are listed only with accessLevel=view', async t => {
  t.equal((await profiles('view-only')).length, 0)
  t.equal((await profiles('view-only', 'NA', '?accessLevel=view')).length, 1)
  t.equal((await profiles('us-seller', 'NA', '?accessLevel=view')).length, 1, 'edit access includes viewing')
})

t.test('report-only profiles are listed only with apiProgram=report and accessLevel=view', async t => {
  for (const query of [
    '',
    '?accessLevel=view',
    '?apiProgram=report',
    '?apiProgram=campaign&accessLevel=view',
  ])
    t.equal((await profiles('report-only', 'NA', query)).length, 0, query)
  const reportQuery = '?apiProgram=report&accessLevel=view'
  t.equal((await profiles('report-only', 'NA', reportQuery)).length, 1)
  t.equal((await profiles('us-seller', 'NA', reportQuery)).length, 1, 'edit access includes reports')
})

t.test('profileTypeFilter keeps the listed types', async t => {
  const filtered = await profiles('vendor-and-agency', 'NA', '?profileTypeFilter=seller,agency')
  t.strictSame(
    filtered.map(profile => profile.accountInfo.type),
    ['agency'],
  )
})

t.test('ids above 2^53 are written in full, although doubles cannot tell them apart', async t => {
  const text = await profilesText(sandbox, 'lossy-ids')

  t.match(text, '"profileId":9007199254740993')
  t.match(text, '"profileId":9007199254740992')
  const [one, other] = JSON.parse(text)
  t.equal(one.profileId, other.profileId, 'they are equal as doubles')
})

t.test('optional fields are missing instead of null', async t => {
  const text = await profilesText(sandbox, 'nameless')
  const [first] = JSON.parse(text)

  t.notOk('name' in first.accountInfo)
  t.notMatch(text, 'null')
  t.match(await countries('nameless', 'NA'), 'CL', 'one profile is in an unknown country')
})

t.test('a thousand profiles are split into three region lists', async t => {
  const lists = await Promise.all(['NA', 'EU', 'FE'].map(region => profiles('thousand', region)))
  t.equal(lists.flat().length, 1000)
})

t.test('no two users share a profile id, except for the colleague who is meant to', async t => {
  const users = [...testUsers, ...crowd].filter(({ id }) => id !== 'us-colleague')
  const ids = users.flatMap(user => user.accounts.map(account => account.profileId))
  t.ok(ids.length > 1000)
  t.equal(new Set(ids).size, ids.length)
})

t.test('a profile can be requested by its id, but another user’s is not found', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/v2/profiles`
  const requestProfile = (user: string, id: string) =>
    fetch(`${address}/${id}`, { headers: headersFor(sandbox, sandbox.controls.grant(user).accessToken) })

  t.match(await (await requestProfile('us-seller', profileId)).json(), { countryCode: 'US' })
  const response = await requestProfile('empty', profileId)
  t.equal(response.status, 404)
  t.match(await response.json(), {
    code: 'NOT_FOUND',
    details: `Could not find resource for full path: ${address}/${profileId}`,
  })
})

t.test('an invalid, an expired and a missing token return the classic 401', async t => {
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/v2/profiles`
  const { accessToken } = sandbox.controls.grant('us-seller')
  now += 3600_000
  for (const headers of [{}, headersFor(sandbox, 'Atza|nonsense'), headersFor(sandbox, accessToken)]) {
    const response = await fetch(address, { headers })
    t.equal(response.status, 401)
    t.match(await response.json(), {
      code: 'UNAUTHORIZED',
      details: 'HTTP 401 Unauthorized',
      requestId: /^[A-Z0-9]{20}$/,
    })
    t.match(response.headers.get('x-amz-rid'), /^[A-Z0-9]{20}$/)
  }
  now = noon
})

t.test('a suspended user can sign in, but every Ads API returns 403', async t => {
  t.match(JSON.parse(await profilesText(sandbox, 'suspended')), { code: 'FORBIDDEN' })
})

t.test('a lost profile is not listed, and its calls return 401 in the chosen wording', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  for (const [wording, text] of [
    ['short', / 3P Request: Customer: \S+ does not have access to profile: \d+"/],
    ['long', /AuthorizeThirdPartyAccess: Customer: \S+ does not have access.*Missing rights: null/],
  ] as const) {
    sandbox.controls.set({ lostProfiles: { [profileId]: wording } })
    t.strictSame(await profiles('us-seller'), [])
    const response = await reporting(sandbox, 'us-seller', profileId).get('any')
    t.equal(response.status, 401)
    t.match(await response.text(), text)
  }
  sandbox.controls.set({ lostProfiles: {} })
  t.equal((await profiles('us-seller')).length, 1)
})
