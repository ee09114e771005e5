import t from 'tap'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import type { Answer } from '../caller.ts'
import { aSeller } from '../users.ts'

async function aConnectedSeller(product: TestProduct) {
  const { seller, records } = await aSeller(product)
  await seller.connect('us-seller', 'My Brand US')
  return { seller, records: records }
}

const markedLabels = ({ $ }: Answer): string[] =>
  $('.choices__row')
    .filter((_, row) => $(row).find('.choice__connected').length > 0)
    .map((_, row) => $(row).find('.choice__label').text())
    .toArray()

t.test('S-08 only a profile that is already connected is marked in the picker', async t => {
  const product = await startTestProduct(t)
  const { seller: manager } = await aSeller(product, 'manager')

  const before = await manager.returnFromAmazon(await manager.authorise('three-regions'))
  t.strictSame(markedLabels(before), [])
  await manager.choose(before, 'My Store DE')

  const after = await manager.returnFromAmazon(await manager.authorise('three-regions'))
  t.strictSame(markedLabels(after), ['My Store DE — Amazon.de'])
})

t.test('S-07 a seller with an account sees the connect button after a failed authorisation', async t => {
  const product = await startTestProduct(t)
  const { seller, records } = await aConnectedSeller(product)
  const [existing] = await records.connections()

  for (const consentError of ['access_denied', 'server_error']) {
    product.sandbox.controls.set({ consentError })
    const page = await seller.returnFromAmazon(await seller.authorise('us-seller'))

    t.equal(page.$('.notice').length, 1, consentError)
    const button = page.$('.notice form[action="/dashboard/ads/connect"] button')
    t.equal(button.text().trim(), 'Connect Amazon Ads Account', consentError)
    t.strictSame(await records.pending(), [])
    t.strictSame(await records.connections(), [existing], 'the existing connection is unchanged')
  }
})
