import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { accessTokensContract } from '../../support/contracts/access-tokens.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aConnectionOnRecord } from '../../support/contracts/stores.ts'

accessTokensContract(t, openPostgresStores)

t.test('a claim stands for as long as Amazon takes to answer, and no longer than its process', async t => {
  const stores = await openPostgresStores(t)
  const { tokens } = stores
  const { id } = await aConnectionOnRecord(stores)
  const claim = async () => tokens.claimRefresh(id, (await tokens.read(id))?.version ?? -1)
  t.ok(await claim())

  // LWA is given five seconds; a claim that nobody keeps ends after three.
  await sleep(5000)
  t.equal(await claim(), null)

  await stores.letClaimRunOut(id)
  await sleep(1000)
  t.ok(await claim(), 'one that has run out is not brought back')
})
