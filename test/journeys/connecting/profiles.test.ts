import t from 'tap'
import { browserTest, javaScriptVariants, type Visitor } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { until } from '../user-records.ts'
import { aSeller, aSellerInBrowser } from '../users.ts'

const profileButtons = (visitor: Visitor) => visitor.page.locator('button[name=profile]')

for (const javaScriptEnabled of javaScriptVariants) {
  const how = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(t, `S-09 a region that is down hides no other region and can be retried${how}`, async t => {
    const product = await startTestProduct(t)
    const { controls } = product.sandbox
    const { seller, records } = await aSellerInBrowser(t, product, { javaScriptEnabled })
    controls.set({ regionsDown: ['EU'] })
    await seller.leaveForAmazon()
    await seller.allow('three-regions')

    t.equal(
      await profileButtons(seller).count(),
      5,
      'the profiles of North America and the Far East are listed',
    )
    t.match(await seller.text('.region-failure'), 'Amazon’s Europe region couldn’t be reached')
    await seller.page.click('.region-failure button')
    t.match(await seller.text('.region-failure'), 'Europe', 'Europe is still down')
    t.equal(await profileButtons(seller).count(), 5)

    controls.set({ regionsDown: [] })
    await seller.page.click('.region-failure button')
    t.equal(await profileButtons(seller).count(), 12)
    t.equal(await seller.page.locator('.region-failure').count(), 0)
    const fetched = await records.events('profiles_fetched')
    t.strictSame(
      fetched.map(({ region }) => region).sort(),
      ['eu', 'fe', 'na'],
      'each region is fetched once',
    )

    await seller.choose('My Store DE — Amazon.de')
    t.match(await records.connections(), [{ account_name: 'My Store DE', status: 'active' }])
    t.strictSame(seller.browserErrors, [])
  })
}

t.test('S-10 the page explains why Amazon lists no profile and what to do', async t => {
  const product = await startTestProduct(t)
  const { controls } = product.sandbox
  for (const [amazonUser, title, advice] of [
    ['manager', 'your login needs Editor rights', 'make your login an Editor'],
    ['none', 'no advertising account', 'with the one that owns the account'],
    ['ads-pending', 'Amazon is setting up your account', 'whether Amazon needs anything from you'],
    ['ads-disabled', 'Amazon has disabled your account', 'Ask Amazon’s support'],
    ['no-campaign', 'no campaign yet', 'create a first campaign'],
  ] as const) {
    const { seller, records } = await aSeller(product)
    const page = await seller.returnFromAmazon(await seller.authorise(amazonUser))

    t.match(page.text, `No profiles available: ${title}`, amazonUser)
    t.match(page.text, advice, amazonUser)
    t.match(page.text, 'We didn’t keep any credentials.', amazonUser)
    t.strictSame(await records.pending(), [], amazonUser)
  }

  const { seller, records } = await aSeller(product)
  controls.set({ faults: [{ call: 'managerAccounts', region: 'EU', fault: '503', times: null }] })
  const page = await seller.returnFromAmazon(await seller.authorise('none'))
  t.match(page.text, 'Amazon didn’t tell us why')
  t.match(await records.events('no_profiles'), [
    { reason: { why: 'unexplained', unanswered: [{ call: 'manager_accounts', region: 'eu' }] } },
  ])
  t.strictSame(await records.pending(), [])
})

t.test('S-08 S-09 the picker lists every kind of profile with its details', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, records } = await aSeller(product)

  const vendor = await seller.returnFromAmazon(await seller.authorise('vendor-and-agency'))
  const row = (label: string) =>
    vendor.$('.choices__row').filter((_, element) => vendor.$(element).text().includes(label))
  t.equal(row('Acme Vendor — Amazon.com').find('button').attr('disabled'), undefined)
  t.match(row('Acme Vendor').text(), 'Vendor')
  t.match(row('Sponsored ads - KDP').text(), 'Author')
  t.equal(row('Sponsored ads - KDP').find('button').attr('disabled'), undefined)
  t.not(row('Bright Agency — Amazon.com').find('button').attr('disabled'), undefined)
  t.match(
    row('Bright Agency').find('.choice__reason').text(),
    'Agency profiles have no sponsored ads to load',
  )
  const rejected = await seller.choose(vendor, 'Bright Agency')
  t.equal(rejected.status, 422)
  t.match(rejected.text, 'This profile can’t be connected')
  t.strictSame(await records.connections(), [])
  t.equal((await records.pending()).length, 1)

  const attribution = await seller.returnFromAmazon(await seller.authorise('attribution'))
  t.match(
    attribution.$('.choice__reason').text(),
    'This is an old Amazon Attribution profile, which has no sponsored ads to load',
  )
  t.equal((await seller.choose(attribution, 'Attributed Brand — Amazon.com')).status, 422)
  t.strictSame(await records.connections(), [])

  const nameless = await seller.returnFromAmazon(await seller.authorise('nameless'))
  const profiles = nameless.$('button[name=profile]').toArray()
  t.equal(profiles.length, 3)
  const labels = profiles.map(button => nameless.$(button).find('.choice__label').text())
  const ids = profiles.map(button => nameless.$(button).attr('value'))
  t.strictSame(
    labels.sort(),
    [
      `Profile ${ids[0]} — Amazon.com`,
      `Profile ${ids[1]} — Amazon.ca`,
      `Profile ${ids[2]} — Amazon (CL)`,
    ].sort(),
  )

  const viewed = await seller.returnFromAmazon(await seller.authorise('view-only'))
  t.match(viewed.text, /Viewed Brand US — Amazon\.com\s+Seller, view only/)
  const chosen = await seller.choose(viewed, 'Viewed Brand UK — Amazon.co.uk')
  t.equal(chosen.location, '/dashboard/ads/')
  t.match(await records.connections(), [{ account_name: 'Viewed Brand UK', status: 'active' }])
  await until(
    'the data is ready',
    async () => {
      const { body } = await seller.get('/dashboard/ads/status')
      return JSON.parse(body).stage === 'ready'
    },
    60,
  )
})
