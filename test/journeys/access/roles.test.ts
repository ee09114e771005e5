import t from 'tap'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { aSeller } from '../users.ts'

async function createUser(product: TestProduct, role: Role) {
  product.sandbox.controls.set({ generationSeconds: { min: 3600, max: 3600 } })
  const { seller, email, records } = await aSeller(product, role)
  const changeRole = product.product.container.get(ChangeRole)
  const liveConnections = async () =>
    (await records.connections()).filter(({ status }) => status !== 'closed')
  const idOf = async (name: string) =>
    (await liveConnections()).find(({ account_name }) => account_name === name)?.id ?? ''
  return {
    seller,
    listLiveAccounts: async () => (await liveConnections()).map(({ account_name }) => account_name),
    async become(role: Role) {
      await changeRole.execute({ about: { email }, role, source: 'command' })
      // Losing rights ends all sessions.
      await seller.signIn(email)
    },
    async choose(label: string): Promise<'connected' | 'blocked'> {
      const { location } = await seller.connect('three-regions', label)
      return location?.includes('?choose=') ? 'blocked' : 'connected'
    },
    async replace(name: string, label: string): Promise<number> {
      const picker = await seller.get('/dashboard/ads/')
      return (await seller.choose(picker, label, { replace: await idOf(name) })).status
    },
    async disconnect(name: string): Promise<void> {
      const { status } = await seller.post(`/dashboard/ads/connections/${await idOf(name)}/disconnect`)
      t.equal(status, 303, `${name} is disconnected`)
    },
  }
}

t.test('S-17 S-18 a former manager is limited to one account again once one is left', async t => {
  const product = await startTestProduct(t)
  const user = await createUser(product, 'seller')
  t.equal(await user.choose('My Store NL'), 'connected')
  t.equal(await user.choose('My Store FR'), 'blocked')
  await user.become('manager')
  t.equal(await user.choose('My Store FR'), 'connected', 'a manager can connect a second account')

  await user.become('seller')
  t.strictSame(await user.listLiveAccounts(), ['My Store NL', 'My Store FR'], 'nothing is disconnected')
  t.equal(await user.choose('My Store IT'), 'blocked')
  t.equal(await user.replace('My Store NL', 'My Store IT'), 409, 'neither account can be replaced')

  await user.disconnect('My Store NL')
  t.equal(await user.choose('My Store IT'), 'blocked', 'an account that a manager connected takes the slot')
  t.equal(await user.replace('My Store FR', 'My Store IT'), 303)
  t.strictSame(await user.listLiveAccounts(), ['My Store IT'])
  await user.disconnect('My Store IT')
  t.equal(await user.choose('My Store ES'), 'connected', 'an empty slot can be filled')
  t.strictSame(await user.listLiveAccounts(), ['My Store ES'])
})

t.test('S-18 S-19 losing the manager role during a choice allows at most one more account', async t => {
  const product = await startTestProduct(t)
  for (let round = 0; round < 6; round += 1) {
    const user = await createUser(product, 'manager')
    await user.choose('My Store NL')
    const picker = await user.seller.returnFromAmazon(await user.seller.authorise('three-regions'))
    const _csrf = await user.seller.csrfToken()

    const labels = ['My Store FR', 'My Store IT', 'My Store ES']
    const [, ...answers] = await Promise.all([
      user.become('seller'),
      ...labels.map(label => user.seller.choose(picker, label, { _csrf })),
    ])

    t.ok((await user.listLiveAccounts()).length <= 2)
    const accepted = answers.filter(
      ({ status, location }) => status === 303 && location === '/dashboard/ads/',
    )
    t.equal((await user.listLiveAccounts()).length, 1 + accepted.length)
    t.equal(await user.choose('My Store CA'), 'blocked', 'the limit applies after the role change')
  }
})
