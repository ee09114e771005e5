import t from 'tap'
import { marketplaceFlag, marketplaceName } from '../../../src/domain/profile/marketplace.ts'
import { isRegion, regionNames, regions } from '../../../src/domain/profile/region.ts'

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
