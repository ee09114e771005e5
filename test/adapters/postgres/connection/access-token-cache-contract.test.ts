import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { accessTokenCacheContract } from '../../../support/contracts/connection/access-token-cache.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'

accessTokenCacheContract(t, openPostgresStores)

t.test('a refresh claim lasts while Amazon answers and expires when its process dies', async t => {
  const stores = await openPostgresStores(t)
  const { tokens } = stores
  const { id } = await aSavedConnection(stores)
  const claim = async () => tokens.claimRefresh(id, (await tokens.read(id))?.version ?? -1)
  t.ok(await claim())

  // LWA has 5 s to answer; a claim that is not renewed expires after 3 s.
  await sleep(5000)
  t.equal(await claim(), null)

  await stores.expireClaim(id)
  await sleep(1000)
  t.ok(await claim(), 'an expired claim is not restored')
})
