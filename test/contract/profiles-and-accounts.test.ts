import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { marketplaces as sandboxMarketplaces } from '../../sandbox/users/marketplaces.ts'
import { testUsers } from '../../sandbox/users/test-users.ts'
import { marketplaces as ourMarketplaces } from '../../src/domain/profile/marketplace.ts'
import { json, listAdsAccounts, type Profile, profilesText } from '../sandbox/amazon-client.ts'
import { accountsShape, errorShape, errorStatuses, maxPageSize } from './amazon/accounts.ts'
import { marketplaces } from './amazon/marketplaces.ts'
import { fieldsByKind, profileShape } from './amazon/profiles.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())
t.afterEach(() => sandbox.controls.reset())

t.test('contract: the sandbox’s profiles have the shape of Amazon profiles', async t => {
  let comparedCount = 0
  for (const user of [
    'us-seller',
    'three-regions',
    'thousand',
    'vendor-and-agency',
    'attribution',
    'view-only',
    'huge',
    'lossy-ids',
  ]) {
    for (const region of ['NA', 'EU', 'FE']) {
      const listed: Profile[] = JSON.parse(await profilesText(sandbox, user, region, '?accessLevel=view'))
      for (const profile of listed) t.strictSame(profileShape(profile), [], `${user} ${region}`)
      comparedCount += listed.length
    }
  }
  t.ok(comparedCount > 1000, `${comparedCount} profiles were compared with the shape`)
})

t.test('contract: a seller, a vendor and a KDP author have the fields of real profiles', async t => {
  const profiles: Profile[] = [
    ...JSON.parse(await profilesText(sandbox, 'us-seller')),
    ...JSON.parse(await profilesText(sandbox, 'vendor-and-agency')),
  ]
  for (const [kind, expected] of Object.entries(fieldsByKind)) {
    const profilesOfKind = profiles.filter(
      ({ accountInfo: { type, subType } }) => [type, subType].filter(Boolean).join(' ') === kind,
    )
    t.ok(profilesOfKind.length > 0, `there is a ${kind}`)
    for (const profile of profilesOfKind) {
      t.strictSame(Object.keys(profile).sort(), [...expected.profile].sort(), kind)
      t.strictSame(Object.keys(profile.accountInfo).sort(), [...expected.account].sort(), kind)
    }
  }
})

t.test('contract: the sandbox and the product have Amazon’s 23 marketplaces', async t => {
  t.equal(marketplaces.length, 23)
  t.strictSame(
    sandboxMarketplaces,
    marketplaces.map(({ domain, ...others }) => others),
  )
  t.strictSame(
    [...ourMarketplaces.values()].map(({ country, region, name }) => [country, region, name.toLowerCase()]),
    marketplaces.map(({ countryCode, region, domain }) => [countryCode, region.toLowerCase(), domain]),
  )
})

t.test('contract: the sandbox’s accounts have the shape of Amazon accounts', async t => {
  let comparedCount = 0
  for (const { id } of testUsers.filter(({ suspended }) => !suspended)) {
    const listed = await json<{ adsAccounts: unknown[] }>(listAdsAccounts(sandbox, id))
    t.strictSame(accountsShape(listed), [], id)
    comparedCount += listed.adsAccounts.length
  }
  t.ok(comparedCount > 100, `${comparedCount} accounts were compared with the shape`)
})

t.test('contract: a rejected request for accounts has the shape of an Amazon error', async t => {
  for (const status of errorStatuses) {
    sandbox.controls.set({ faults: [{ call: 'adsAccounts', region: null, times: 1, fault: `${status}` }] })
    const response = await listAdsAccounts(sandbox, 'none')
    t.equal(response.status, status)
    t.strictSame(errorShape(await json(response)), [], `${status}`)
  }
  const rejected = await listAdsAccounts(sandbox, 'none', { maxResults: maxPageSize + 1 })
  t.equal(rejected.status, 400)
  t.strictSame(errorShape(await json(rejected)), [])
})
