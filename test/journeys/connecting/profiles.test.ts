import t from 'tap'
import {
  browserTest,
  javaScriptVariants,
  openWindow,
  type Visitor,
} from '../../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf, until } from '../user-records.ts'

const profileButtons = (visitor: Visitor) => visitor.page.locator('button[name=profile]')

for (const javaScriptEnabled of javaScriptVariants) {
  const how = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(
    t,
    `S-10 the No profiles available notice says what to check, and nothing is stored${how}`,
    async t => {
      const product = await startTestProduct(t)
      for (const [amazonUser, title, cause] of [
        ['none', 'No profiles available: no advertising account', 'has no access to an advertising account'],
        ['agency-only', 'No profiles available', 'only has agency profiles'],
      ] as const) {
        const { email, id } = await product.newUser()
        const records = recordsOf(product, id)
        const seller = await openWindow(t, product.address, { javaScriptEnabled })
        await seller.signIn(email)
        await seller.leaveForAmazon()
        await seller.allow(amazonUser)

        t.equal(seller.path, '/dashboard/ads/')
        t.match(await seller.title, `${title} – `)
        t.match(await seller.text('.notice'), 'No profiles available')
        t.match(await seller.text('.notice'), cause)
        t.match(await seller.text('.notice'), 'advertising.amazon.com')
        t.equal(await seller.page.locator('main button:text-is("Connect Amazon Ads Account")').count(), 1)
        t.strictSame(await records.pending(), [])
        t.equal((await records.timeline()).at(-1), 'no_profiles')
        t.strictSame(seller.browserErrors, [])

        await seller.open('/dashboard/ads/')
        t.equal(await seller.page.locator('.notice').count(), 0, 'the notice is shown once')
        await seller.leaveForAmazon()
        await seller.allow('us-seller')
        t.equal(await profileButtons(seller).count(), 1, 'a second try works')
      }
    },
  )

  browserTest(t, `S-09 a region that is down hides no other region and can be retried${how}`, async t => {
    const product = await startTestProduct(t)
    const { controls } = product.sandbox
    const { email, id } = await product.newUser()
    const seller = await openWindow(t, product.address, { javaScriptEnabled })
    await seller.signIn(email)
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
    const fetched = await recordsOf(product, id).events('profiles_fetched')
    t.strictSame(
      fetched.map(({ region }) => region).sort(),
      ['eu', 'fe', 'na'],
      'each region is fetched once',
    )

    await seller.choose('My Store DE — Amazon.de')
    t.match(await recordsOf(product, id).connections(), [{ account_name: 'My Store DE', status: 'active' }])
    t.strictSame(seller.browserErrors, [])
  })
}

browserTest(t, 'S-09 with all three regions down the pending connection is kept', async t => {
  const product = await startTestProduct(t)
  const { controls } = product.sandbox
  const { email, id } = await product.newUser()
  const records = recordsOf(product, id)
  const seller = await openWindow(t, product.address)
  await seller.signIn(email)
  controls.set({ regionsDown: ['NA', 'EU', 'FE'], userProfileDown: true })
  await seller.leaveForAmazon()
  await seller.allow('us-seller')

  t.equal(await seller.isDialogModal(), true)
  t.match(await seller.text('dialog'), 'We couldn’t load your profiles yet')
  t.match(await seller.text('dialog'), 'Authorised at Amazon')
  t.equal(await seller.page.locator('.region-failure').count(), 3)
  for (const region of ['North America', 'Europe', 'Far East']) t.match(await seller.text('dialog'), region)
  t.equal((await records.pending()).length, 1)

  controls.set({ regionsDown: ['FE'], userProfileDown: false })
  await seller.page.click('.region-failure form[action*="/eu/"] button')
  t.equal(
    await profileButtons(seller).count(),
    0,
    'Europe lists no profile, and the other two regions are not fetched yet',
  )
  t.match(await seller.text('dialog'), 'Authorised as Sam Seller (us-seller@amazon.example)')
  t.equal((await records.pending()).length, 1)
  await seller.page.click('.region-failure form[action*="/na/"] button')
  t.equal(await profileButtons(seller).count(), 1)
  t.match(await seller.text('.region-failure'), 'Far East')

  await seller.choose('My Brand US')
  t.match(
    await records.connections(),
    [{ account_name: 'My Brand US', status: 'active' }],
    'one region is enough',
  )
  t.strictSame(seller.browserErrors, [])
})

t.test('S-09 S-10 No profiles available is shown only after the last region has answered', async t => {
  const product = await startTestProduct(t)
  const { controls } = product.sandbox
  const { email, id } = await product.newUser()
  const records = recordsOf(product, id)
  const seller = new Caller(product.address)
  await seller.signIn(email)
  controls.set({ regionsDown: ['FE'] })
  const picker = await seller.returnFromAmazon(await seller.authorise('none'))
  doesNotMatch(t, picker.text, 'No profiles available')
  t.equal((await records.pending()).length, 1)

  controls.set({ regionsDown: [] })
  const { location } = await seller.post('/dashboard/ads/regions/fe/retry')
  const page = await seller.get(location ?? '')
  t.match(page.text, 'No profiles available')
  t.strictSame(await records.pending(), [])
})

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
    const { email, id } = await product.newUser()
    const seller = new Caller(product.address)
    await seller.signIn(email)
    const page = await seller.returnFromAmazon(await seller.authorise(amazonUser))

    t.match(page.text, `No profiles available: ${title}`, amazonUser)
    t.match(page.text, advice, amazonUser)
    t.match(page.text, 'We didn’t keep any credentials.', amazonUser)
    t.strictSame(await recordsOf(product, id).pending(), [], amazonUser)
  }

  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)
  controls.set({ faults: [{ call: 'managerAccounts', region: 'EU', fault: '503', times: null }] })
  const page = await seller.returnFromAmazon(await seller.authorise('none'))
  t.match(page.text, 'Amazon didn’t tell us why')
  t.match(await recordsOf(product, id).events('no_profiles'), [
    { reason: { why: 'unexplained', unanswered: [{ call: 'manager_accounts', region: 'eu' }] } },
  ])
  t.strictSame(await recordsOf(product, id).pending(), [])
})

t.test('S-08 S-10 a user with report-only access connects the profile and loads its reports', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)

  const picker = await seller.returnFromAmazon(await seller.authorise('report-only'))

  t.match(picker.text, /Reported Brand US — Amazon\.com\s+Seller, view only/)
  await seller.choose(picker, 'Reported Brand US — Amazon.com')
  t.match(await recordsOf(product, id).connections(), [
    { account_name: 'Reported Brand US', status: 'active' },
  ])
  await until(
    'the data is ready',
    async () => JSON.parse((await seller.get('/dashboard/ads/status')).body).stage === 'ready',
    60,
  )
})

t.test('S-09 a suspended Amazon account keeps its pending connection', async t => {
  const product = await startTestProduct(t)
  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)

  const picker = await seller.returnFromAmazon(await seller.authorise('suspended'))

  t.match(picker.text, 'Amazon’s North America region denies access to this Amazon login')
  t.equal((await recordsOf(product, id).pending()).length, 1)
})

t.test('S-08 S-09 the picker lists every kind of profile with its details', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)

  const vendor = await seller.returnFromAmazon(await seller.authorise('vendor-and-agency'))
  const row = (label: string) =>
    vendor.$('.choices__row').filter((_, element) => vendor.$(element).text().includes(label))
  t.equal(row('Acme Vendor — Amazon.com').find('button').attr('disabled'), undefined)
  t.match(row('Acme Vendor').text(), 'Vendor')
  t.not(row('Bright Agency — Amazon.com').find('button').attr('disabled'), undefined)
  t.match(
    row('Bright Agency').find('.choice__reason').text(),
    'Agency profiles have no sponsored ads to load',
  )
  const rejected = await seller.choose(vendor, 'Bright Agency')
  t.equal(rejected.status, 422)
  t.match(rejected.text, 'This profile can’t be connected')
  t.strictSame(await recordsOf(product, id).connections(), [])
  t.equal((await recordsOf(product, id).pending()).length, 1)

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
  t.match(await recordsOf(product, id).connections(), [{ account_name: 'Viewed Brand UK', status: 'active' }])
  await until(
    'the data is ready',
    async () => {
      const { body } = await seller.get('/dashboard/ads/status')
      return JSON.parse(body).stage === 'ready'
    },
    60,
  )
})
