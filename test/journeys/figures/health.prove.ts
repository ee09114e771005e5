import t from 'tap'
import type { Switches } from '../../../sandbox/control/switches.ts'
import { profileIdOf } from '../../sandbox/amazon-client.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { advanceClocks } from '../clocks.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { aSeller } from '../users.ts'

const day = 86_400_000
const always = 1_000_000

async function anAccount(product: TestProduct, switches: Partial<Switches> = {}) {
  product.sandbox.controls.set(switches)
  const { seller, email, records } = await aSeller(product)
  await seller.connect('empty', 'Quiet Brand US')
  const [connection] = await records.connections()
  const health = async () => {
    const { $ } = await seller.get(`/dashboard/ads/connections/${connection?.id}`)
    const card = $('.account-page__health')
    return { name: card.find('h2').text().trim(), text: card.text().replace(/\s+/g, ' ').trim() }
  }
  /** @returns the page's text about the health, with its action. */
  const waitForHealth = async (name: string) => {
    await until(`the account is ${name}`, async () => (await health()).name === name, 60)
    return (await health()).text
  }
  return { seller, email, connectionId: connection?.id ?? '', waitForHealth }
}

t.test('an account’s health changes from loading to connected to disconnected', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, waitForHealth, connectionId } = await anAccount(product, {
    generationSeconds: { min: 2, max: 3 },
  })
  t.match(await waitForHealth('Loading'), /\d+ of 15 reports are loaded\..* View progress/)
  t.match(await waitForHealth('Connected'), /The next sync is due on \d+ \w+ 20\d\d.* See your dashboard/)

  await seller.post(`/dashboard/ads/connections/${connectionId}/disconnect`)
  t.match(await waitForHealth('Disconnected'), /Its data is kept until \d+ \w+ 20\d\d.* Connect again/)
})

t.test('S-24 a throttled account shows when Amazon is asked again', async t => {
  const product = await startTestProduct(t, { worker: true })
  const createThrottle = { times: always, retryAfterSeconds: 600, html: false, reportType: null }
  const { waitForHealth } = await anAccount(product, { createThrottle })

  t.match(await waitForHealth('Waiting for Amazon'), /We’ll retry on .* UTC\..* View loaded data/)
})

t.test('S-24 a partly failing account names the failed report and its reason', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth } = await anAccount(product, { failReports: { spSearchTerm: always } })
  await postponeSyncs(product)
  const timer = setInterval(() => product.clock.advance(5 * 60_000), 300)
  t.teardown(() => clearInterval(timer))

  t.match(
    await waitForHealth('Partly failing'),
    /Sponsored Products search terms didn’t load last time\. The other reports did\..* Contact support/,
  )
})

t.test('S-23 an account without new data for 26 hours is out of date', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth } = await anAccount(product)
  await waitForHealth('Connected')
  product.sandbox.controls.set({ regionsDown: ['NA', 'EU', 'FE'] })
  advanceClocks(product, (26 / 24) * day)

  t.match(await waitForHealth('Out of date'), /No new data has loaded since .* Contact support/)
})

t.test('S-26 an account that needs authorisation shows why: revoked, expired or without rights', async t => {
  for (const [why, text] of [
    ['revoked', 'Our access at Amazon was removed'],
    ['expired', 'Your permission at Amazon expired'],
    ['without rights', 'Your Amazon login can no longer read this advertising account'],
  ] as const) {
    const product = await startTestProduct(t, { worker: true })
    const { seller, email, waitForHealth } = await anAccount(product)
    await waitForHealth('Connected')
    if (why === 'expired')
      for (const table of ['connection', 'connection_grant'])
        await product.query(`update ${table} set consented_at = $1`, [
          new Date(product.clock.now().getTime() - 1),
        ])
    if (why === 'without rights')
      product.sandbox.controls.set({
        lostProfiles: { [await profileIdOf(product.sandbox, 'empty')]: 'short' },
      })
    else product.sandbox.controls.revoke('empty', { accessTokensToo: true })
    // Past the next daily sync, even on a 25-hour day.
    advanceClocks(product, (why === 'expired' ? 366 : 26 / 24) * day)
    await seller.signIn(email)

    t.match(await waitForHealth('Needs your authorisation'), new RegExp(`${text}.* Authorise again`))
  }
})

t.test('S-03 a paused account shows since when the plan has lapsed', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth } = await anAccount(product)
  await waitForHealth('Connected')
  await product.query('update subscription set ends_at = $1', [new Date('2026-05-01T08:15:00Z')])

  t.match(
    await waitForHealth('Paused'),
    /Since 1 May 2026, 08:15 UTC.*Syncing has stopped\. Your data is still here\..* Go to 1smart\.link/,
  )
})
