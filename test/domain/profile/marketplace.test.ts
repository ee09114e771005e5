import t from 'tap'
import { marketplaceFlag, marketplaceName, marketplaces } from '../../../src/domain/profile/marketplace.ts'
import { isRegion, regionNames, regions } from '../../../src/domain/profile/region.ts'
import { absent, read } from '../../sandbox/shared-amazon.ts'

t.test('S-08 a marketplace has the name that shoppers know, and its flag', async t => {
  t.equal(marketplaceName('US'), 'Amazon.com')
  t.equal(marketplaceName('TR'), 'Amazon.com.tr')
  t.equal(marketplaceFlag('US'), 'US')
})

t.test('Amazon says UK where flags say GB', async t => {
  t.equal(marketplaceName('UK'), 'Amazon.co.uk')
  t.equal(marketplaceFlag('UK'), 'GB')
})

t.test('S-08 a country that we do not know breaks nothing: it has its code and no flag', async t => {
  t.equal(marketplaceName('ZZ'), 'Amazon (ZZ)')
  t.equal(marketplaceFlag('ZZ'), null)
})

t.test('S-08 there are three regions, and they have names', async t => {
  t.strictSame(regions, ['na', 'eu', 'fe'])
  t.strictSame(
    regions.map(region => regionNames[region]),
    ['North America', 'Europe', 'Far East'],
  )
  t.ok(isRegion('fe'))
  for (const text of ['', 'NA', 'us', 'toString']) t.notOk(isRegion(text), text)
})

t.test('contract: the 23 marketplaces are Amazon’s', { skip: absent }, async t => {
  const amazons = marketplacesOf(JSON.parse(read('derived/marketplaces.json')))
  const ours = [...marketplaces.values()].map(({ country, region, name }) =>
    [country, region, name.toLowerCase()].join(' '),
  )

  t.equal(ours.length, 23)
  t.strictSame(ours.sort(), amazons.sort())
})

interface AmazonsMarketplace {
  readonly countryCode: string
  readonly region: string
  readonly domain: string
}

const marketplacesOf = ({ marketplaces: list }: { marketplaces: AmazonsMarketplace[] }): string[] =>
  list.map(({ countryCode, region, domain }) => [countryCode, region.toLowerCase(), domain].join(' '))
