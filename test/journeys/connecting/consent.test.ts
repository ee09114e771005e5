import t from 'tap'
import { signIn } from '../../support/browser/sellers-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { postponeSyncs, recordsOf, until } from '../user-records.ts'
import { aLoadedAccount } from '../users.ts'

const day = 86_400_000

t.test('S-26 the page warns a month before a permission expires and reports its expiry', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { browser, email, id } = await aLoadedAccount(product)
  const setConsentAge = async (daysAgo: number) => {
    const consentedAt = new Date(product.clock.now().getTime() - daysAgo * day)
    await product.query('update connection_grant set consented_at = $1', [consentedAt])
    await product.query('update connection set consented_at = $1', [consentedAt])
  }
  await postponeSyncs(product)
  // Advance by almost a year: consents given since July 2026 expire (docs/product/amazon.md, "Login with Amazon: lifetimes").
  product.clock.advance(364 * day)
  product.sandbox.controls.set({ clockOffsetSeconds: 364 * 86_400 })
  await signIn(browser, email)

  await setConsentAge(334)
  await browser.open('/dashboard/ads/')
  doesNotMatch(t, browser.text, 'Your permission at Amazon ends')

  await setConsentAge(336)
  await browser.open('/dashboard/ads/')
  t.match(browser.text, /Your permission at Amazon ends on \d+ \w+ 20\d\d/)
  t.match(browser.text, 'Authorise again before then')

  product.sandbox.controls.set({ silentConsent: 'us-seller' })
  await browser.submit('form[action$="/renew"]')
  t.match(browser.text, /Your permission still ends on \d+ \w+ 20\d\d/, 'Amazon skipped its page')
  t.match(browser.text, 'find 1smart.link and choose Remove')

  await setConsentAge(366)
  product.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
  await product.query('update sync_schedule set due_at = $1', [product.clock.now()])
  await until('the authorisation is lost', async () => {
    const [connection] = await recordsOf(product, id).connections()
    return connection?.status === 'needs_authorisation'
  })

  await browser.open('/dashboard/ads/')
  t.match(browser.text, 'Your permission at Amazon expired')
  t.strictSame(await recordsOf(product, id).events('authorisation_lost'), [
    { kind: 'authorisation_lost', why: 'consent_expired' },
  ])
})
