import t from 'tap'
import { walkUsSellersJourney } from '../../support/browser/sellers-journey.ts'
import { startTestProduct } from '../../support/product/test-product.ts'

t.test(
  'S-01 S-04 S-08 S-20 S-21 S-25 a connected seller sees figures that equal Amazon’s to the cent',
  async t => {
    const product = await startTestProduct(t, { worker: true })

    const mismatches = await walkUsSellersJourney(t, product)

    t.strictSame(mismatches, [])
  },
)

t.test('a difference of one cent in one served row is detected', async t => {
  const product = await startTestProduct(t, { worker: true })
  const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10)
  product.sandbox.controls.set({
    extraCent: { profileId: '8017093095374960', reportType: 'spCampaigns', day },
  })

  const mismatches = await walkUsSellersJourney(t, product)

  t.match(mismatches, [/^cost: /, new RegExp(`^${day}: `)])
})
