import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { Caller } from '../caller.ts'
import { advanceClocks } from '../clocks.ts'
import { postponeSyncs, recordsOf, until } from '../user-records.ts'
import { aSeller } from '../users.ts'
import {
  aConnectedSeller,
  day,
  loseAuthorisation,
  minute,
  recordProgressView,
  startProductWithMailServer,
  untilSynced,
} from './email-product.ts'

t.test('S-31 a seller who left gets one email when the data is ready', { timeout: 180_000 }, async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t, {
    worker: true,
    sandbox: { generationSeconds: { min: 4, max: 5 } },
  })
  const { seller, email, records } = await aSeller(product)
  await seller.connect('us-seller', 'My Brand US')
  const [connection] = await records.connections()
  const connectionId = connection?.id ?? ''
  t.match(
    (await seller.get('/dashboard/ads/status')).body,
    'generating_reports',
    'the page shows the progress',
  )
  await postponeSyncs(product)
  product.clock.advance(3 * minute)
  await untilSynced(product, connectionId)
  product.clock.advance(3 * minute)

  t.strictSame(await waitForEmails(1), ['Your Amazon Ads data is ready'])
  const [message] = server.received
  t.strictSame(message?.to, [email])
  t.match(message?.text, 'My Brand US — Amazon.com')
  t.match(message?.text, `${product.address}/dashboard/ads/?account=${connectionId}`)
  t.match(await records.events('email_sent'), [{ message: 'data_ready' }])
  doesNotMatch(t, product.logged(), email, 'the log contains no address')
})

t.test(
  'S-26 S-31 a revocation is emailed once, and reauthorisation ends the reminders',
  { timeout: 180_000 },
  async t => {
    const { product, server, waitForEmails } = await startProductWithMailServer(t)
    const { userId, connectionId } = await aConnectedSeller(product)
    await recordProgressView(product, connectionId)
    product.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
    // Past the next daily sync, even on a 25-hour day.
    advanceClocks(product, 26 * 60 * minute)
    await until('the revocation is noticed', async () => {
      const [connection] = await recordsOf(product, userId).connections()
      return connection?.status === 'needs_authorisation'
    })
    t.strictSame(await waitForEmails(0), [], 'the email waits because the fault may be ours')

    product.clock.advance(11 * minute)

    t.strictSame(await waitForEmails(1), ['Your Amazon account needs your authorisation'])
    t.match(server.received[0]?.text, 'Our access at Amazon was removed.')

    const [user] = await product.query<{ email: string }>('select email from app_user where id = $1', [
      userId,
    ])
    const caller = new Caller(product.address)
    await caller.signIn(user?.email ?? '')
    const { location } = await caller.post(`/dashboard/ads/connections/${connectionId}/renew`)
    const callback = await caller.decide(new URL(location ?? ''), 'us-seller')
    await caller.returnFromAmazon(callback)
    t.match(await recordsOf(product, userId).connections(), [{ status: 'active' }])
    await untilSynced(product, connectionId)
    await recordProgressView(product, connectionId)
    await postponeSyncs(product)
    product.clock.advance(2 * day)
    t.strictSame(
      await waitForEmails(1),
      ['Your Amazon account needs your authorisation'],
      'no reminder is sent',
    )
  },
)

t.test('S-17 S-27 S-31 replacing, disconnecting and erasing an account each send one email', async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t)
  const { seller, records } = await aSeller(product)
  const waitUntilLoaded = async () => {
    const [connection] = (await records.connections()).slice(-1)
    await untilSynced(product, connection?.id ?? '')
    await recordProgressView(product, connection?.id ?? '')
    return connection?.id ?? ''
  }
  await seller.connect('us-seller', 'My Brand US')
  const first = await waitUntilLoaded()
  const picker = await seller.returnFromAmazon(await seller.authorise('three-regions'))
  await seller.choose(picker, 'My Store DE', { replace: first })

  t.strictSame(await waitForEmails(1), ['Your connected advertising account was replaced'])
  t.match(server.received[0]?.text, 'instead of My Brand US — Amazon.com')

  const second = await waitUntilLoaded()
  await seller.post(`/dashboard/ads/connections/${second}/disconnect`)
  await seller.post(`/dashboard/ads/connections/${second}/disconnect`)
  t.equal((await waitForEmails(2)).at(-1), 'Your advertising account is disconnected')
  t.match(server.received[1]?.text, 'My Store DE — Amazon.de')

  await seller.connect('three-regions', 'My Store UK')
  const third = await waitUntilLoaded()
  await seller.post(`/dashboard/ads/connections/${third}/disconnect`, { data: 'erase' })
  t.equal((await waitForEmails(3)).at(-1), 'An advertising account was disconnected and its data erased')
  doesNotMatch(t, server.received[2]?.raw, /My Store/)
})

t.test('S-31 without SMTP_URL an email is logged and kept in the outbox', async t => {
  const { product } = await startProductWithMailServer(t, { env: { SMTP_URL: '' } })
  const { userId, connectionId } = await aConnectedSeller(product)
  await recordProgressView(product, connectionId)
  await loseAuthorisation(product, connectionId, 'profile_access_lost')
  await until(
    'the email counts as sent',
    async () => (await recordsOf(product, userId).events('email_sent')).length === 1,
  )

  const line = product
    .logged()
    .split('\n')
    .find(each => each.includes('SMTP_URL is not set'))
  t.match(JSON.parse(line ?? '{}'), {
    kind: 'authorisation_needed',
    to: 'seller',
    subject: 'Your Amazon account needs your authorisation',
  })
  const [row] = await product.query<{ body: string }>(
    'select body from email_message where sent_at is not null',
  )
  t.match(row?.body, 'My Brand US — Amazon.com')
  const [user] = await product.query<{ email: string; name: string }>('select email, name from app_user')
  for (const personalText of [user?.email, user?.name, 'My Brand US', 'http'])
    doesNotMatch(t, line, personalText ?? '')
})
