import t from 'tap'
import { marketplaceFlag, marketplaceName } from '../../../src/domain/profile/marketplace.ts'
import { isRegion, regionNames, regions } from '../../../src/domain/profile/region.ts'

t.test('S-08 a marketplace has its public name and its flag', async t => {
  t.equal(marketplaceName('US'), 'Amazon.com')
  t.equal(marketplaceName('TR'), 'Amazon.com.tr')
  t.equal(marketplaceFlag('US'), 'US')
})

t.test('Amazon’s country code UK is shown with the flag GB', async t => {
  t.equal(marketplaceName('UK'), 'Amazon.co.uk')
  t.equal(marketplaceFlag('UK'), 'GB')
})

t.test('S-08 an unknown country is shown by its code, without a flag', async t => {
  t.equal(marketplaceName('ZZ'), 'Amazon (ZZ)')
  t.equal(marketplaceFlag('ZZ'), null)
})

t.test('S-08 each of the three regions has a name', async t => {
  t.strictSame(regions, ['na', 'eu', 'fe'])
  t.strictSame(
    regions.map(region => regionNames[region]),
    ['North America', 'Europe', 'Far East'],
  )
  t.ok(isRegion('fe'))
  for (const text of ['', 'NA', 'us', 'toString']) t.notOk(isRegion(text), text)
})
