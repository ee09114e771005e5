import type { Page } from 'playwright-core'
import t from 'tap'
import { Passkeys } from '../../../src/application/access/second-factor/ports.ts'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import { inChromium, openWindow } from '../../support/browser/chromium-browser.ts'
import { codeOf, issueEnrolmentLink } from '../../support/browser/staff-journey.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { aSeller } from '../users.ts'

/** A security key in software. */
async function plugInSecurityKey(page: Page) {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
  return {
    refuse: () => devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false }),
    accept: () => devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true }),
  }
}

const fillPassword = async (page: Page, email: string) => {
  await page.fill('#email', email)
  await page.fill('#password', demoPassword)
  await page.click('main button[type=submit]')
}

t.test(
  'S-46 an admin enrols a passkey, signs in with it and confirms a role change',
  inChromium(),
  async t => {
    const product = await startTestProduct(t)
    const admin = await product.newUser('admin')
    const seller = await product.newUser()
    const { link } = await issueEnrolmentLink(product, admin)
    const visitor = await openWindow(t, product.address)
    const { page } = visitor
    const key = await plugInSecurityKey(page)

    await page.goto(link)
    await fillPassword(page, admin.email)
    await page.click('text=Create a passkey')
    await page.waitForURL('**/admin/')
    await page.click('text=Sign out')
    await page.waitForURL('**/admin/login')

    await fillPassword(page, admin.email)
    t.equal(await visitor.heading(), 'Confirm your sign-in')
    await key.refuse()
    await page.click('main button[type=submit]')
    await page.waitForSelector('[data-passkey-problem]:not([hidden])')
    t.match(await page.textContent('[data-passkey-problem]'), 'Your browser didn’t confirm the passkey')
    await key.accept()
    await page.click('main button[type=submit]')
    await page.waitForURL('**/admin/')

    product.clock.advance(minutes(5))
    await page.goto(`${product.address}/admin/people/${seller.id}`)
    await page.selectOption('#role', 'manager')
    await page.fill('#role-reason', 'Agreed by telephone')
    await page.click('text=Change role >> nth=-1')
    await page.waitForURL('**?notice=role_changed')
    t.strictSame(await product.query('select role from app_user where id = $1', [seller.id]), [
      { role: 'manager' },
    ])

    await page.goto(`${product.address}/admin/account`)
    t.match(await page.textContent('#second-factor'), /Passkey.*Chrome/s)
    t.strictSame(visitor.browserErrors, [])
  },
)

t.test('S-01 a seller adds an app, signs in with it, removes it and gets an email about each', async t => {
  const product = await startTestProduct(t)
  const { seller, email } = await aSeller(product)
  const settings = '/dashboard/settings'
  product.clock.advance(minutes(6))
  t.equal((await seller.post(`${settings}/app`)).status, 403, 'the sign-in is too long ago')
  t.equal((await seller.post(`${settings}/verify`, { ownPassword: 'not-it' })).status, 422)
  t.equal((await seller.post(`${settings}/verify`, { ownPassword: demoPassword })).status, 303)
  const page = await seller.post(`${settings}/app`)
  const key = page.$('.secret-key').first().text().replace(/\s/g, '')
  const codes = await seller.post(`${settings}/app/confirm`, { code: codeOf(key, product.clock.now()) })
  t.equal(codes.$('.recovery-codes li').length, 10)
  t.match((await seller.get(settings)).text, /Authenticator app ?Recovery codes left: 10/)

  product.clock.advance(minutes(6))
  t.match((await seller.post(`${settings}/verify`, { ownPassword: demoPassword })).text, 'Confirm it’s you')
  const phone = new Caller(product.address)
  t.match((await phone.signIn(email)).location, /^\/login\/code/)
  t.match((await phone.get('/dashboard/ads/')).location, /^\/login/, 'the password alone opens nothing')
  t.equal((await phone.post('/login/code', { code: '000000' })).status, 401)
  const code = codeOf(key, product.clock.now())
  t.equal((await phone.post('/login/code', { code, next: settings })).location, settings)

  const removed = await phone.post(`${settings}/app/remove`)
  t.equal(removed.location, '/login?notice=second_factor_removed_by_owner')
  for (const caller of [seller, phone]) t.match((await caller.get(settings)).location, /^\/login/)
  t.equal((await phone.signIn(email)).location, '/dashboard/ads/')
  t.strictSame(await product.query('select kind from email_message'), [
    { kind: 'security_notice' },
    { kind: 'security_notice' },
  ])
})

t.test('S-46 a user removes a passkey whose id has the longest length', async t => {
  const product = await startTestProduct(t)
  const { seller, id: userId } = await aSeller(product)
  const id = 'x'.repeat(1364)
  await product.product.container.get(Passkeys).add(aPasskey({ userId, id }))

  const removed = await seller.post(`/dashboard/settings/passkeys/${id}/remove`)

  t.equal(removed.location, '/login?notice=second_factor_removed_by_owner')
  t.strictSame(await product.query('select id from passkey'), [])
})
