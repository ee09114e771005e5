import t from 'tap'
import { SignIn } from '../../../src/application/access/sign-in.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { sumOf } from '../../support/metrics.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf } from '../user-records.ts'
import { aSeller } from '../users.ts'

const wrongTries = async (caller: Caller, email: string, count: number) => {
  for (let tried = 0; tried < count; tried += 1) await caller.signIn(email, `guess ${tried}`)
}

t.test('S-01 of 150 tries at once five are compared, also across processes', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const signIn = product.product.container.get(SignIn)
  const guess = { email, password: new Secret('not-it'), device: 'A browser', deviceToken: null }
  const tries = await Promise.allSettled(Array.from({ length: 150 }, () => signIn.execute(guess)))
  const codes = tries.map(result => (result.status === 'rejected' ? result.reason.code : 'signed in'))
  t.equal(codes.filter(code => code === 'invalid_credentials').length, 5)
  t.equal(codes.filter(code => code === 'sign_in_delayed').length, 145)

  const elsewhere = new Caller(await product.startAnotherWeb())
  t.equal((await elsewhere.signIn(email)).status, 429)
})

t.test('S-01 known and unknown addresses get the same page about a delay', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const pages = []
  for (const address of [email, 'nobody@example.test']) {
    const guesser = new Caller(product.address)
    await wrongTries(guesser, address, 5)
    pages.push(await guesser.signIn(address))
  }
  for (const { status, headers, text, $ } of pages) {
    t.equal(status, 429)
    t.equal(headers.get('retry-after'), '30')
    t.match(text, 'Too many wrong passwords Try again in 30 seconds')
    t.equal($('main a.button').attr('href'), '/password/forgot')
    t.equal(text, pages[0]?.text)
  }
})

t.test('S-01 a seller signs in with their own browser while someone guesses the password', async t => {
  const product = await startTestProduct(t)
  const { seller, email } = await aSeller(product)
  const cookie = seller.lastCookie('device')
  t.match(cookie, /^device=[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/)
  await seller.post('/logout')

  await wrongTries(new Caller(product.address), email, 5)
  t.equal((await new Caller(product.address).signIn(email)).status, 429)
  t.equal((await seller.signIn(email)).status, 303)
})

t.test('S-41 S-52 a guesser shows in metrics and log and, once, on the user’s timeline', async t => {
  const product = await startTestProduct(t)
  const { email, id } = await product.newUser()
  const guesser = new Caller(product.address)
  await wrongTries(guesser, email, 11)

  const metrics = await (await fetch(`${product.address}/metrics`)).text()
  const failures = (cause: string) => sumOf(metrics, 'ads_sign_in_failures_total', { cause })
  const causes = ['invalid_credentials', 'sign_in_delayed', 'rate_limited', 'sign_in_closed']
  t.strictSame(causes.map(failures), [5, 5, 1, 0])
  t.strictSame(await recordsOf(product, id).events('sign_in_delayed'), [
    { kind: 'sign_in_delayed', by: 'unknown_device', failures: 5 },
  ])
  t.match(product.logged(), '"checked":"password","cause":"invalid_credentials"')
})
