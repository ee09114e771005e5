import t from 'tap'
import type { Switches } from '../../../sandbox/control/switches.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { postponeSyncs, recordsOf, until } from '../user-records.ts'

const day = 86_400_000
const always = 1_000_000

async function aSeller(product: TestProduct, switches: Partial<Switches> = {}) {
  product.sandbox.controls.set(switches)
  const { email, id } = await product.newUser()
  const caller = new Caller(product.address)
  await caller.signIn(email)
  await caller.connect('empty', 'Quiet Brand US')
  const records = recordsOf(product, id)
  const [connection] = await records.connections()
  const address = `/dashboard/ads/connections/${connection?.id}`
  const health = async () => {
    const { $ } = await caller.get(address)
    const card = $('.account-page__health')
    return {
      name: card.find('h2').text().trim(),
      since: card.find('.quiet').first().text().trim(),
      text: card.text().replace(/\s+/g, ' ').trim(),
      action: card.find('.button').last().text().trim(),
    }
  }
  const waitForHealth = (name: string) =>
    until(`the account is ${name}`, async () => (await health()).name === name, 60)
  return { caller, email, id, records, connectionId: connection?.id ?? '', health, waitForHealth }
}

/** Moves our clock and Amazon's. */
function advanceDays({ clock, sandbox }: TestProduct, days: number): void {
  clock.advance(days * day)
  const { clockOffsetSeconds } = sandbox.controls.switches()
  sandbox.controls.set({ clockOffsetSeconds: clockOffsetSeconds + days * 86_400 })
}

const sincePattern = /^Since \d+ \w+ 20\d\d, \d\d:\d\d UTC$/

t.test('an account’s health changes from loading to connected to disconnected', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { caller, health, waitForHealth, connectionId } = await aSeller(product, {
    generationSeconds: { min: 2, max: 3 },
  })

  const loading = await health()
  t.equal(loading.name, 'Loading')
  t.match(loading.since, sincePattern)
  t.match(loading.text, /\d+ of 15 reports are loaded\. Loading continues in the background/)
  t.equal(loading.action, 'View progress')

  await waitForHealth('Connected')
  const connected = await health()
  t.match(connected.since, sincePattern)
  t.match(connected.text, /Your figures are up to date\. The next sync is due on \d+ \w+ 20\d\d/)
  t.equal(connected.action, 'See your dashboard')

  await caller.post(`/dashboard/ads/connections/${connectionId}/disconnect`)
  const disconnected = await health()
  t.equal(disconnected.name, 'Disconnected')
  t.match(disconnected.since, sincePattern)
  t.match(disconnected.text, /Its data is kept until \d+ \w+ 20\d\d/)
  t.equal(disconnected.action, 'Connect again')
})

t.test('S-24 a throttled account shows when Amazon is asked again', async t => {
  const product = await startTestProduct(t, { worker: true })
  const createThrottle = { times: always, retryAfterSeconds: 600, html: false, reportType: null }
  const { waitForHealth, health, caller, connectionId } = await aSeller(product, { createThrottle })

  await waitForHealth('Waiting for Amazon')

  const throttled = await health()
  t.match(throttled.since, sincePattern)
  t.match(throttled.text, /We’ll retry on \d+ \w+ 20\d\d, \d\d:\d\d UTC. You don’t need to do anything/)
  t.equal(throttled.action, 'View loaded data')
  t.match((await caller.get(`/dashboard/ads/?account=${connectionId}`)).text, 'Waiting for Amazon')
})

t.test('S-24 a partly failing account names the failed report and its reason', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth, health } = await aSeller(product, { failReports: { spSearchTerm: always } })
  await postponeSyncs(product)
  const timer = setInterval(() => product.clock.advance(5 * 60_000), 300)
  t.teardown(() => clearInterval(timer))

  await waitForHealth('Partly failing')

  const failing = await health()
  t.match(failing.since, sincePattern)
  t.match(failing.text, 'Sponsored Products search terms didn’t load last time. The other reports did.')
  t.match(failing.text, 'The next sync requests the missing reports again.')
  t.equal(failing.action, 'Contact support')
})

t.test('S-23 an account without new data for 26 hours is out of date', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth, health } = await aSeller(product)
  await waitForHealth('Connected')
  product.sandbox.controls.set({ regionsDown: ['NA', 'EU', 'FE'] })

  advanceDays(product, 26 / 24)
  await waitForHealth('Out of date')

  const stale = await health()
  t.match(stale.since, sincePattern)
  t.match(stale.text, /No new data has loaded since \d+ \w+ 20\d\d/)
  t.equal(stale.action, 'Contact support')
})

t.test('S-26 an account that needs authorisation shows why: revoked, expired or without rights', async t => {
  for (const [why, text] of [
    ['revoked', 'Our access at Amazon was removed'],
    ['expired', 'Your permission at Amazon expired'],
    ['without rights', 'Your Amazon login can no longer read this advertising account'],
  ] as const) {
    const product = await startTestProduct(t, { worker: true })
    const { caller, email, waitForHealth, health } = await aSeller(product)
    await waitForHealth('Connected')
    if (why === 'expired') {
      const consentedAt = new Date(product.clock.now().getTime() - 1)
      await product.query('update connection set consented_at = $1', [consentedAt])
      await product.query('update connection_grant set consented_at = $1', [consentedAt])
    }
    if (why === 'without rights')
      product.sandbox.controls.set({
        faults: [{ call: 'create', region: null, fault: 'profile_access_lost', times: null }],
      })
    else product.sandbox.controls.revoke('empty', { accessTokensToo: true })
    // Past the next daily sync, even on a 25-hour day.
    advanceDays(product, why === 'expired' ? 366 : 26 / 24)
    await caller.signIn(email)

    await waitForHealth('Needs your authorisation')

    const lost = await health()
    t.match(lost.since, sincePattern, why)
    t.match(lost.text, text)
    t.match(lost.text, 'Authorise again at Amazon to load the missing days.')
    t.equal(lost.action, 'Authorise again')
  }
})

t.test('S-03 a paused account shows since when the plan has lapsed', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { waitForHealth, health } = await aSeller(product)
  await waitForHealth('Connected')
  const endsAt = new Date('2026-05-01T08:15:00Z')
  await product.query('update subscription set ends_at = $1', [endsAt])

  const paused = await health()
  t.equal(paused.name, 'Paused')
  t.equal(paused.since, 'Since 1 May 2026, 08:15 UTC')
  t.match(paused.text, 'Syncing has stopped. Your data is still here.')
  t.equal(paused.action, 'Go to 1smart.link')
})
