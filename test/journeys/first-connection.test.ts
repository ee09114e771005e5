import t from 'tap'
import { walkSellersJourney } from '../support/sellers-journey.ts'
import { startTestProduct } from '../support/test-product.ts'

t.test(
  'S-01 S-04 S-08 S-20 S-21 S-25 a seller connects and sees figures that equal Amazon’s files to the cent',
  async t => {
    const { address, sandbox, newPerson } = await startTestProduct(t)
    const { email } = await newPerson()

    const differences = await walkSellersJourney({
      address,
      sandboxUrl: sandbox.url,
      email,
      amazonUser: 'us-seller',
      profile: 'My Brand US — Amazon.com',
      tell: step => t.comment(step),
    })

    t.strictSame(differences, [])
  },
)

t.test('one cent more in one served row is noticed', async t => {
  const { address, sandbox, newPerson } = await startTestProduct(t)
  const { email } = await newPerson()
  const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10)
  sandbox.controls.set({ extraCent: { profileId: '8017093095374960', reportType: 'spCampaigns', day } })

  const differences = await walkSellersJourney({
    address,
    sandboxUrl: sandbox.url,
    email,
    amazonUser: 'us-seller',
    profile: 'My Brand US — Amazon.com',
    tell: step => t.comment(step),
  })

  t.match(differences, [/^cost: /, new RegExp(`^${day}: `)])
})
