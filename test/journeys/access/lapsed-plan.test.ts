import t from 'tap'
import { lastWholeDays } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { BillingSystem, newWebhookSecret } from '../../support/servers/billing-system.ts'
import { Caller } from '../caller.ts'
import { moveClocksTo } from '../clocks.ts'
import { postponeSyncs, recordsOf, until } from '../user-records.ts'
import { signInWithBrowser, untilLoaded } from '../users.ts'

const secret = newWebhookSecret()
const hour = 3_600_000

/** A seller on a Monthly plan from the billing system, whose initial sync has finished. */
async function setUp(product: TestProduct) {
  const { email, id } = await product.newUser('seller', null)
  const billing = new BillingSystem(product, secret)
  await billing.sendEvent({ email, plan: 'monthly', endsAt: null })
  const seller = new Caller(product.address)
  await seller.signIn(email)
  await seller.connect('us-seller', 'My Brand US')
  await untilLoaded(seller)
  const [connection] = await product.query<{ id: ConnectionId; timezone: string }>(
    'select id, timezone from connection where user_id = $1',
    [id],
  )
  if (!connection) throw new Error('there is no connection')
  const { query, clock } = product
  return {
    email,
    id,
    billing,
    seller,
    connection,
    records: recordsOf(product, id),
    runs: () =>
      query<{ kind: string; finished_at: Date | null }>(
        'select kind, finished_at from sync_run where connection_id = $1 order by requested_at',
        [connection.id],
      ),
    lastDay: async () => {
      const [row] = await query<{ day: string }>(
        'select max(day)::text as day from campaign_day where connection_id = $1',
        [connection.id],
      )
      return row?.day
    },
    yesterday: () => lastWholeDays(1, connection.timezone, clock.now()).to,
    moveTo: (date: Date) => moveClocksTo(product, date),
    nextSync: () => nextSyncAfter(clock.now(), connection.id, connection.timezone),
  }
}

browserTest(
  t,
  'S-02 S-03 a lapsed plan keeps the loaded data, stops syncing and shows when it ended; renewal resumes syncing',
  async t => {
    const product = await startTestProduct(t, { worker: true, env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret } })
    const account = await setUp(product)
    const { seller: window } = await signInWithBrowser(t, product, account.email)
    t.equal(await window.page.locator('.notice').count(), 0)
    const figures = await window.text('.tiles')
    const lastLoaded = await account.lastDay()

    await postponeSyncs(product)
    const endsAt = new Date(product.clock.now().getTime() + hour)
    await account.billing.sendEvent({ email: account.email, plan: 'monthly', endsAt: endsAt.toISOString() })
    await window.open('/dashboard/ads/')
    t.equal(await window.page.locator('.notice').count(), 0, 'the plan is valid until its end')
    account.moveTo(new Date(product.clock.now().getTime() + 2 * hour))

    const assertLapsed = async (what: string) => {
      await window.open('/dashboard/ads/')
      t.equal(await window.heading(), 'Ads performance', what)
      const notice = await window.text('.notice')
      const since = endsAt.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
      t.match(notice, 'Your plan has lapsed', what)
      t.match(notice, `Your monthly plan ended on ${since}.`, what)
      t.match(notice, 'Syncing has stopped, but your data is still here', what)
      t.equal(await window.text('.tiles'), figures, `${what}: the figures are unchanged`)
      t.equal(await window.page.locator('form[action="/dashboard/ads/connect"]').count(), 0, what)
    }
    await assertLapsed('on the day of the lapse')
    await untilLoaded(account.seller)
    const rejected = await account.seller.post('/dashboard/ads/connect')
    t.equal(rejected.status, 403, 'no step leads to Amazon')
    t.match(rejected.text, 'Your plan has lapsed')

    product.sandbox.controls.resetCalls()
    await product.query('update sync_schedule set due_at = $1', [account.nextSync()])
    for (const days of [1, 2]) {
      account.moveTo(account.nextSync())
      const countSkippedSyncs = async () => (await account.records.events('sync_skipped')).length
      await until(`the sync of day ${days} is skipped`, async () => (await countSkippedSyncs()) === days)
    }
    t.strictSame(
      (await account.runs()).map(({ kind }) => kind),
      ['initial'],
      'no sync has started',
    )
    t.equal(product.sandbox.controls.calls().create, 0, 'Amazon receives no report request')
    t.equal(await account.lastDay(), lastLoaded)
    await assertLapsed('two days later')

    // Well before the next sync is due: the renewed plan starts it.
    account.moveTo(new Date(product.clock.now().getTime() + hour))
    t.equal((await account.billing.sendEvent({ email: account.email, plan: 'annual' })).status, 204)
    await until('the sync has started', async () => (await account.runs()).length === 2, 12)
    await until(
      'the sync is done',
      async () => (await account.runs()).every(({ finished_at }) => finished_at),
      120,
    )

    t.match(await account.runs(), [{ kind: 'initial' }, { kind: 'daily' }])
    t.equal(await account.lastDay(), account.yesterday(), 'the missed days are loaded')
    t.not(account.yesterday(), lastLoaded)
    t.strictSame(await factDifferences(product, account.connection.id), [])
    await window.open('/dashboard/ads/')
    t.equal(await window.page.locator('.notice').count(), 0, 'the notice is gone')
    t.equal(await window.page.locator('.switcher form[action="/dashboard/ads/connect"]').count(), 1)
    t.strictSame(window.browserErrors, [])
    t.match(
      (await account.records.timeline()).filter(kind => /plan_changed|sync_skipped/.test(kind)),
      ['plan_changed', 'plan_changed', 'sync_skipped', 'sync_skipped', 'plan_changed'],
    )
  },
)

t.test('S-03 after a subscription is removed, the running sync finishes and no other starts', async t => {
  const product = await startTestProduct(t, { worker: true, env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret } })
  const account = await setUp(product)
  product.sandbox.controls.set({ generationSeconds: { min: 1, max: 2 } })
  account.moveTo(account.nextSync())
  await until('a sync has started', async () => (await account.runs()).length === 2)

  t.equal((await account.billing.sendEvent({ personId: account.id, plan: null })).status, 204)
  await until(
    'the sync is done',
    async () => (await account.runs()).every(({ finished_at }) => finished_at),
    120,
  )
  t.strictSame(
    await factDifferences(product, account.connection.id),
    [],
    'every report of the sync is loaded',
  )
  account.moveTo(account.nextSync())
  await until('a sync is skipped', async () => (await account.records.events('sync_skipped')).length === 1)

  t.equal((await account.runs()).length, 2)
  const page = await account.seller.get('/dashboard/ads/')
  t.match(page.$('.notice').text(), 'You need a full-suite plan')
  t.match(page.$('.notice').text(), 'Syncing has stopped')
  t.equal(page.$('form[action="/dashboard/ads/connect"]').length, 0)
})
