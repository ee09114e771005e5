import t from 'tap'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf } from '../user-records.ts'

/** The waiting screen doesn't reload during the test. */
const slowPolling = { env: { STATUS_POLL_SECONDS: '3600' } }

async function createUser(product: TestProduct, role: Role) {
  product.sandbox.controls.set({ generationSeconds: { min: 3600, max: 3600 } })
  const { email, id } = await product.newUser(role)
  const caller = new Caller(product.address)
  await caller.signIn(email)
  const changeRole = product.product.container.get(ChangeRole)
  const listLiveAccounts = async () => {
    const all = await recordsOf(product, id).connections()
    return all.filter(({ status }) => status !== 'closed').map(({ account_name }) => account_name)
  }
  return {
    email,
    id,
    caller,
    listLiveAccounts,
    become: (role: Role) => changeRole.execute({ about: { email }, role, source: 'command' }),
    async choose(label: string): Promise<'connected' | 'blocked'> {
      const { location } = await caller.connect('three-regions', label)
      return location?.includes('?choose=') ? 'blocked' : 'connected'
    },
    async replace(accountName: string, label: string): Promise<number> {
      const [replaced] = await product.query<{ id: string }>(
        `select id from connection where user_id = $1 and account_name = $2 and status <> 'closed'`,
        [id, accountName],
      )
      const picker = await caller.get('/dashboard/ads/')
      return (await caller.choose(picker, label, { replace: replaced?.id ?? '' })).status
    },
    async disconnect(name: string): Promise<void> {
      const [row] = await product.query<{ id: string }>(
        `select id from connection where user_id = $1 and account_name = $2 and status <> 'closed'`,
        [id, name],
      )
      const { status } = await caller.post(`/dashboard/ads/connections/${row?.id}/disconnect`)
      t.equal(status, 303, `${name} is disconnected`)
    },
  }
}

for (const first of ['My Store NL', 'My Store FR'] as const) {
  t.test(
    `S-17 S-18 a former manager who disconnects ${first} first is limited to one account again`,
    async t => {
      const product = await startTestProduct(t)
      const user = await createUser(product, 'seller')
      t.equal(await user.choose('My Store NL'), 'connected')
      t.equal(await user.choose('My Store FR'), 'blocked')
      await user.become('manager')
      t.equal(await user.choose('My Store FR'), 'connected', 'a manager can connect a second account')

      await user.become('seller')
      t.strictSame(await user.listLiveAccounts(), ['My Store NL', 'My Store FR'], 'nothing is disconnected')
      t.equal(await user.choose('My Store IT'), 'blocked')
      t.equal(
        await user.replace('My Store NL', 'My Store IT'),
        409,
        'neither of the two accounts can be replaced',
      )

      const remaining = first === 'My Store NL' ? 'My Store FR' : 'My Store NL'
      await user.disconnect(first)
      t.strictSame(await user.listLiveAccounts(), [remaining])
      t.equal(await user.choose('My Store IT'), 'blocked', 'the remaining account takes the slot')
      t.equal(await user.replace(remaining, 'My Store IT'), 303)
      t.strictSame(await user.listLiveAccounts(), ['My Store IT'])
      t.equal(await user.choose('My Store ES'), 'blocked')
      await user.disconnect('My Store IT')
      t.equal(await user.choose('My Store ES'), 'connected', 'an empty slot can be filled')
      t.strictSame(await user.listLiveAccounts(), ['My Store ES'])
    },
  )
}

t.test('S-18 a former manager keeps three accounts and is blocked until one is left', async t => {
  const product = await startTestProduct(t)
  const user = await createUser(product, 'manager')
  const accounts = ['My Store NL', 'My Store FR', 'My Store IT']
  for (const label of accounts) t.equal(await user.choose(label), 'connected')
  await user.become('seller')

  t.strictSame(await user.listLiveAccounts(), accounts)
  for (const account of ['My Store NL', 'My Store FR']) {
    t.equal(await user.choose('My Store ES'), 'blocked')
    t.equal(await user.replace(account, 'My Store ES'), 409)
    await user.disconnect(account)
  }
  t.equal(await user.choose('My Store ES'), 'blocked')
  t.equal(await user.replace('My Store IT', 'My Store ES'), 303)
  t.strictSame(await user.listLiveAccounts(), ['My Store ES'])
})

t.test(
  'S-18 an account that a manager connected takes the slot once the manager becomes a seller',
  async t => {
    const product = await startTestProduct(t)
    const user = await createUser(product, 'manager')
    await user.choose('My Store NL')
    await user.become('seller')

    t.equal(await user.choose('My Store FR'), 'blocked')
    t.equal(await user.choose('My Store NL'), 'connected', 'reauthorising the account needs no second slot')
    t.strictSame(await user.listLiveAccounts(), ['My Store NL'])
    await user.become('manager')
    t.equal(await user.choose('My Store FR'), 'connected')
    await user.become('seller')
    await user.become('admin')
    t.equal(await user.choose('My Store IT'), 'connected')
    t.strictSame(await user.listLiveAccounts(), ['My Store NL', 'My Store FR', 'My Store IT'])
  },
)

t.test('S-18 a seller who becomes a manager keeps the account and can connect more', async t => {
  const product = await startTestProduct(t)
  const user = await createUser(product, 'seller')
  await user.choose('My Store NL')
  await user.become('manager')

  t.equal(await user.choose('My Store NL'), 'connected')
  await user.disconnect('My Store NL')
  for (const label of ['My Store NL', 'My Store FR', 'My Store IT'])
    t.equal(await user.choose(label), 'connected')
  t.strictSame(await user.listLiveAccounts(), ['My Store NL', 'My Store FR', 'My Store IT'])
})

t.test('S-18 S-19 losing the manager role during a choice allows at most one more account', async t => {
  const product = await startTestProduct(t)
  for (let round = 0; round < 6; round += 1) {
    const user = await createUser(product, 'manager')
    await user.choose('My Store NL')
    const picker = await user.caller.returnFromAmazon(await user.caller.authorise('three-regions'))
    const _csrf = await user.caller.csrfToken()

    const labels = ['My Store FR', 'My Store IT', 'My Store ES']
    const [, ...answers] = await Promise.all([
      user.become('seller'),
      ...labels.map(label => user.caller.choose(picker, label, { _csrf })),
    ])

    t.ok((await user.listLiveAccounts()).length <= 2)
    const accepted = answers.filter(
      ({ status, location }) => status === 303 && location === '/dashboard/ads/',
    )
    t.equal((await user.listLiveAccounts()).length, 1 + accepted.length)
    t.equal(await user.choose('My Store CA'), 'blocked', 'the limit applies after the role change')
  }
})

t.test(
  'S-01 S-18 a seller who becomes an agent loses the dashboard until they are a seller again',
  async t => {
    const product = await startTestProduct(t)
    const user = await createUser(product, 'manager')
    await user.choose('My Store NL')
    t.equal((await user.caller.get('/dashboard/ads/')).status, 200)

    await user.become('support')
    t.match((await user.caller.get('/dashboard/ads/')).location, /^\/login/)
    t.equal((await user.caller.get('/dashboard/ads/status')).status, 401)
    t.equal((await user.caller.signIn(user.email)).status, 403)
    t.strictSame(await user.listLiveAccounts(), ['My Store NL'], 'the role change disconnects nothing')

    await user.become('seller')
    t.match(
      (await user.caller.get('/dashboard/ads/')).location,
      /^\/login/,
      'the earlier session stays ended',
    )
    t.equal((await user.caller.signIn(user.email)).status, 303)
    t.match((await user.caller.get('/dashboard/ads/')).text, 'My Store NL')
    t.match(await recordsOf(product, user.id).events('role_changed'), [
      { before: 'manager', after: 'support', source: 'command' },
      { before: 'support', after: 'seller' },
    ])
  },
)

browserTest(t, 'S-18 a choice is blocked for a seller, allowed for a manager and blocked again', async t => {
  const product = await startTestProduct(t, slowPolling)
  const user = await createUser(product, 'seller')
  const window = await openWindow(t, product.address)
  await window.signIn(user.email)
  await window.leaveForAmazon()
  await window.allow('us-seller')
  await window.choose('My Brand US')
  await window.connectAnotherAccount()
  await window.allow('three-regions')
  await window.choose('My Store NL')
  t.match(await window.text('.blocked'), 'My Brand US — Amazon.com is already connected')

  await user.become('manager')
  await window.open('/dashboard/ads/')
  await window.choose('My Store NL')
  t.match(await window.text('.switcher > summary'), 'My Store NL', 'the same choice is accepted')

  await user.become('seller')
  await window.open('/dashboard/ads/')
  await window.page.click('.switcher > summary')
  const names = await window.page.locator('.switcher .menu__panel .menu__item').allTextContents()
  t.match(names.join(' '), /My Brand US.*My Store NL/s, 'both accounts are kept')
  await window.open('/dashboard/ads/')
  await window.connectAnotherAccount()
  await window.allow('three-regions')
  await window.choose('My Store IN — Amazon.in')
  t.match(await window.text('.blocked'), 'disconnect all but one of your accounts')
  t.equal(await window.page.locator('[name=replace]').count(), 0)
  t.strictSame(window.browserErrors, [])
})
