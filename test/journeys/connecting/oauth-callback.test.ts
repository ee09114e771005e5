import t, { type Test } from 'tap'
import type { Switches } from '../../../sandbox/control/switches.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller, profileIdOn } from '../caller.ts'
import { aSeller } from '../users.ts'

const openCallback = (seller: Caller, address: URL): Promise<Answer> =>
  seller.get(address.pathname + address.search)

/** Asserts S-07: one notice, the button to start again, nothing stored, no Amazon parameter in the URL. */
async function assertFailureNotice(
  t: Test,
  answer: Answer,
  {
    seller,
    records,
    notice,
  }: Pick<Awaited<ReturnType<typeof aSeller>>, 'seller' | 'records'> & { notice: string },
): Promise<void> {
  if (!t.equal(answer.status, 303, answer.text)) return
  t.match(answer.location, new RegExp(`^/dashboard/ads/\\?notice=${notice}(&ref=[0-9A-F]{4}-[0-9A-F]{4})?$`))
  const page = await seller.get(answer.location ?? '')
  t.equal(page.status, 200)
  t.equal(page.$('.notice').length, 1, 'one notice is shown')
  t.match(page.$('.notice__title').text().trim(), /^\S.+$/)
  t.match(page.$('.notice__text > p').first().text().trim(), /^[A-Z].+\.$/, 'the notice has a sentence')
  const buttons = page
    .$('main button')
    .filter((_, button) => page.$(button).text().trim() === 'Connect Amazon Ads Account')
  t.equal(buttons.length, 1, 'the page has the connect button')
  t.strictSame(await records.pending(), [], 'no pending connection is stored')
  t.strictSame(await records.connections(), [])
}

t.test('S-07 an error from Amazon is shown as one notice with the connect button', async t => {
  const product = await startTestProduct(t)
  const user = await aSeller(product)
  const { seller, records } = user
  const errors = {
    access_denied: 'denied',
    server_error: 'amazon_busy',
    temporarily_unavailable: 'amazon_busy',
    invalid_request: 'amazon_error',
    unauthorized_client: 'amazon_error',
    unsupported_response_type: 'amazon_error',
    invalid_scope: 'amazon_error',
    something_that_nobody_documented: 'amazon_error',
  }
  for (const [error, notice] of Object.entries(errors)) {
    await t.test(error, async t => {
      product.sandbox.controls.set({ consentError: error })
      await assertFailureNotice(t, await openCallback(seller, await seller.authorise('us-seller')), {
        ...user,
        notice,
      })
      t.equal(product.sandbox.controls.calls().token, 0)
      const kind = notice === 'denied' ? 'callback_denied' : 'callback_failed'
      t.match((await records.events(kind)).at(-1), { error })
    })
  }
})

t.test('S-07 a failed token exchange is shown as one notice with the connect button', async t => {
  const product = await startTestProduct(t)
  const user = await aSeller(product)
  const { seller, records } = user
  const tokenErrors: readonly [Switches['tokenEndpoint'], string, string][] = [
    ['server_error', 'token_exchange_failed', 'unreachable'],
    ['invalid_client', 'exchange_rejected', 'client_refused'],
    ['hang', 'exchange_timeout', 'timeout'],
  ]
  for (const [tokenEndpoint, notice, why] of tokenErrors) {
    await t.test(tokenEndpoint, async t => {
      product.sandbox.controls.set({ tokenEndpoint })
      const oAuthCallback = await seller.authorise('us-seller')
      const startedAt = Date.now()
      const answer = await openCallback(seller, oAuthCallback)
      t.ok(Date.now() - startedAt < 30_000, `answered after ${Date.now() - startedAt} ms`)
      await assertFailureNotice(t, answer, { ...user, notice })
      t.match((await records.events('token_exchange_failed')).at(-1), { why })

      product.sandbox.controls.set({ tokenEndpoint: 'ok' })
      await t.test('a repeated callback changes nothing', async t => {
        await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
          ...user,
          notice: 'state_replayed',
        })
      })
    })
  }
  const logCount = product.logged().split('Amazon rejected our authorisation request').length - 1
  t.equal(logCount, 1, 'only the error about our client is logged for the operator')
})

t.test('S-07 a code that Amazon rejects is shown as one notice with the connect button', async t => {
  const product = await startTestProduct(t)
  const user = await aSeller(product)
  const { seller } = user
  const usedCallback = await seller.authorise('us-seller')
  await openCallback(seller, usedCallback)
  await seller.post('/dashboard/ads/pending/discard')
  const otherUser = await aSeller(product)
  const otherCallback = await otherUser.seller.authorise('three-regions')

  const codes: Record<string, string> = {
    'already used': usedCallback.searchParams.get('code') ?? '',
    invented: 'ANinventedinvented',
    'another attempt’s': otherCallback.searchParams.get('code') ?? '',
    'in another alphabet': 'كود',
    'with a line break': 'AN\r\nx-evil: 1',
    'with a null': 'AN\0',
  }
  for (const [what, code] of Object.entries(codes)) {
    await t.test(what, async t => {
      const oAuthCallback = await seller.authorise('us-seller')
      oAuthCallback.searchParams.set('code', code)
      await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
        ...user,
        notice: 'code_refused',
      })
    })
  }
  for (const [what, code] of Object.entries({ empty: '', 'of 10 kB': 'A'.repeat(10_000) })) {
    await t.test(what, async t => {
      const oAuthCallback = await seller.authorise('us-seller')
      oAuthCallback.searchParams.set('code', code)
      await assertFailureNotice(t, await openCallback(seller, oAuthCallback), { ...user, notice: 'no_code' })
    })
  }

  await t.test('a seller whose code another user tried can still complete the callback', async t => {
    const picker = await otherUser.seller.returnFromAmazon(otherCallback)
    t.equal(profileIdOn(picker, 'My Store DE').length, 16)
  })
})

t.test('S-07 an invalid state is shown as one notice with the connect button', async t => {
  const product = await startTestProduct(t, { worker: true })
  const user = await aSeller(product)
  const { seller, id, email, records } = user

  await t.test('a state expires after half an hour', async t => {
    const oAuthCallback = await seller.authorise('us-seller')
    product.clock.advance(31 * 60_000)
    await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
      ...user,
      notice: 'state_expired',
    })
  })

  await t.test('a state is accepted once', async t => {
    const oAuthCallback = await seller.decide(await seller.leaveForAmazon(), 'us-seller', 'cancel')
    await openCallback(seller, oAuthCallback)
    await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
      ...user,
      notice: 'state_replayed',
    })
  })

  await t.test('another user’s state is rejected and stays valid for its user', async t => {
    const other = await aSeller(product)
    const oAuthCallback = await other.seller.authorise('us-seller')
    await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
      ...user,
      notice: 'state_mismatch',
    })
    t.match((await records.events('callback_rejected')).at(-1), { why: 'other_user' })
    t.equal(profileIdOn(await other.seller.returnFromAmazon(oAuthCallback), 'My Brand US').length, 16)
  })

  await t.test('a state from the user’s other browser is rejected', async t => {
    const elsewhere = new Caller(product.address)
    await elsewhere.signIn(email)
    const oAuthCallback = await elsewhere.authorise('us-seller')
    await assertFailureNotice(t, await openCallback(seller, oAuthCallback), {
      ...user,
      notice: 'state_mismatch',
    })
    t.match((await records.events('callback_rejected')).at(-1), { why: 'other_browser' })
    t.equal(profileIdOn(await elsewhere.returnFromAmazon(oAuthCallback), 'My Brand US').length, 16)
    await elsewhere.post('/dashboard/ads/pending/discard')
  })

  const invalidQueries: Record<string, string> = {
    'nothing at all': '',
    'no state': '?code=ANsomething',
    'an empty state': '?code=ANsomething&state=',
    'an invented state': '?code=ANsomething&state=invented',
    'a state of 10 kB': `?code=ANsomething&state=${'s'.repeat(10_000)}`,
    'a state with a line break': '?code=ANsomething&state=a%0d%0aset-cookie:%20evil=1',
    'a state with a null': '?code=ANsomething&state=a%00b',
    'a state with invalid UTF-8': '?code=ANsomething&state=%ff%fe%ed%a0%80',
    'a broken escape': '?code=ANsomething&state=%zz%',
    'a doubled state': '?code=ANsomething&state=a&state=b',
    'a list of states': '?code=ANsomething&state[]=a&state[0]=b&state[x][y]=c',
    'names of built-in object properties': '?__proto__=1&constructor=2&state[__proto__]=3&toString=4',
    'a name with a line break': '?co%0ade=1&state=x',
    'an error without a state': '?error=access_denied&error_description=Access+not+permitted.',
    'a thousand parameters': `?${Array.from({ length: 1000 }, (_, at) => `p${at}=${at}`).join('&')}`,
  }
  for (const [what, search] of Object.entries(invalidQueries)) {
    await t.test(what, async t => {
      const before = product.sandbox.controls.calls().token
      const answer = await seller.get(`/dashboard/ads/callback${search}`)
      await assertFailureNotice(t, answer, { ...user, notice: 'state_mismatch' })
      t.equal(answer.headers.get('set-cookie')?.includes('evil') ?? false, false)
      t.equal(product.sandbox.controls.calls().token, before, 'Amazon is not called')
    })
  }

  t.strictSame(await product.query('select 1 from pending_connection where user_id = $1', [id]), [])
})

t.test('S-07 a valid state with invalid parameters is shown as one notice', async t => {
  const product = await startTestProduct(t)
  const user = await aSeller(product)
  const { seller } = user
  const parameterCases: Record<string, { search: string; notice: string }> = {
    'no code': { search: '', notice: 'no_code' },
    'a doubled code': { search: '&code=a&code=b', notice: 'no_code' },
    'a list of codes': { search: '&code[]=a', notice: 'no_code' },
    'a doubled error': { search: '&error=access_denied&error=access_denied', notice: 'no_code' },
    'an error of 4 kB': { search: `&error=${'e'.repeat(4000)}`, notice: 'amazon_error' },
    'an error of 10 kB': { search: `&error=${'e'.repeat(10_000)}`, notice: 'no_code' },
    'an error and a code': { search: '&error=access_denied&code=ANx', notice: 'denied' },
    'an error with markup': { search: '&error=%3Cscript%3Ealert(1)%3C/script%3E', notice: 'amazon_error' },
    'an error with a line break': { search: '&error=a%0d%0aset-cookie:%20evil=1', notice: 'amazon_error' },
    'an error with a null': { search: '&error=server%00error', notice: 'amazon_error' },
    'a description with a null': {
      search: '&error=access_denied&error_description=no%00no',
      notice: 'denied',
    },
    'an error with invalid UTF-8': { search: '&error=%ff%fe%ed%a0%80', notice: 'amazon_error' },
    'an error cut in the middle of a character': {
      search: `&error=${'e'.repeat(99)}${encodeURIComponent('🧘')}`,
      notice: 'amazon_error',
    },
    'a description cut in the middle of a character': {
      search: `&error=access_denied&error_description=${'d'.repeat(499)}${encodeURIComponent('🧘')}`,
      notice: 'denied',
    },
  }
  for (const [what, { search, notice }] of Object.entries(parameterCases)) {
    await t.test(what, async t => {
      const state = (await seller.leaveForAmazon()).searchParams.get('state') ?? ''
      const answer = await seller.get(`/dashboard/ads/callback?state=${encodeURIComponent(state)}${search}`)
      await assertFailureNotice(t, answer, { ...user, notice })
      doesNotMatch(t, answer.headers.get('set-cookie') ?? '', 'evil')
    })
  }

  await t.test('a valid state sent twice is rejected', async t => {
    const state = encodeURIComponent((await seller.leaveForAmazon()).searchParams.get('state') ?? '')
    const answer = await seller.get(`/dashboard/ads/callback?state=${state}&state=${state}&code=ANx`)
    await assertFailureNotice(t, answer, { ...user, notice: 'state_mismatch' })
  })
})

t.test('S-07 a seller who was signed out during authorisation sees why after signing in', async t => {
  const product = await startTestProduct(t)
  const { seller, email, records } = await aSeller(product)
  const oAuthCallback = await seller.authorise('us-seller')
  await seller.post('/logout')

  const answer = await openCallback(seller, oAuthCallback)
  t.equal(answer.status, 303)
  t.match(answer.location, /^\/login\?next=/)
  doesNotMatch(t, answer.location, oAuthCallback.searchParams.get('code') ?? '')
  doesNotMatch(t, answer.location, encodeURIComponent(oAuthCallback.searchParams.get('state') ?? ''))
  t.equal(product.sandbox.controls.calls().token, 0)
  t.match(await records.events('callback_rejected'), [{ why: 'signed_out' }])

  const form = await seller.get(answer.location ?? '')
  const signedIn = await seller.post('/login', {
    email,
    password: 'demo-password',
    next: form.$('input[name=next]').attr('value') ?? '',
  })
  const page = await seller.get(signedIn.location ?? '')
  t.match(page.text, 'Connect Amazon Ads Account')
  t.match(form.text + page.$('.notice').text(), /signed out/i, 'one sentence explains the failed callback')
  t.strictSame(await records.pending(), [])
})

t.test('S-07 URL parameters cannot put text on the page', async t => {
  const product = await startTestProduct(t)
  const { seller } = await aSeller(product)
  for (const search of [
    '?notice=evil',
    '?notice=__proto__',
    '?notice=constructor',
    '?notice=toString',
    '?notice=%3Cb%3E',
  ]) {
    const page = await seller.get(`/dashboard/ads/${search}`)
    t.equal(page.status, 200, search)
    t.equal(page.$('.notice').length, 0, search)
  }
  const page = await seller.get('/dashboard/ads/?notice=denied&ref=%3Cb%3Ecall')
  t.equal(page.$('.reference').length, 0)
})
