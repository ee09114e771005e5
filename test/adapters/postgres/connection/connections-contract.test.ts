import t from 'tap'
import { close, markAuthorisationLost, reauthorise } from '../../../../src/domain/connection/connection.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { connectionsContract } from '../../../support/contracts/connection/connections.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { eventually } from '../../../support/eventually.ts'
import { aGrant, aPendingConnection, aProfile, hoursLater, noon } from '../../../support/examples.ts'

connectionsContract(t, openPostgresStores)

const grant = aGrant({ refreshToken: new Secret('Atzr|plain-refresh') })
const refreshed = {
  accessToken: new Secret('Atza|plain-access'),
  expiresAt: hoursLater(1),
  refreshToken: null,
}

t.test('S-12 the rows of a connection contain no token in plain text', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores, { grant })

  const claim = await stores.tokens.claimRefresh(id, (await stores.tokens.read(id))?.version ?? -1)
  if (claim) await stores.tokens.store(id, claim, refreshed)

  t.match(await stores.rawText('connection_grant'), /"access_token":"2\./)
  for (const table of ['connection', 'connection_grant']) {
    t.match(await stores.rawText(table), id)
    t.notMatch(await stores.rawText(table), /Atz[ar]\||plain-/)
  }
})

t.test('S-26 S-27 a connection without a grant has no row with a token', async t => {
  const stores = await openPostgresStores(t)
  const [lost, closed] = [await aSavedConnection(stores, { grant }), await aSavedConnection(stores)]

  await stores.connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))
  await stores.connections.save(close(closed, 'disconnected', noon))

  t.equal(await stores.rawText('connection_grant'), '')
})

t.test('S-26 a refresh claimed during a reauthorisation does not restore the old grant', async t => {
  const stores = await openPostgresStores(t)
  const { connections, tokens, pool } = stores
  const connection = await aSavedConnection(stores, { grant })
  const versionBefore = (await tokens.read(connection.id))?.version ?? -1
  const refresher = await pool.connect()
  await refresher.query('begin')
  await refresher.query('update connection_grant set token_version = token_version + 1')
  const pending = aPendingConnection({ refreshToken: new Secret('Atzr|renewed') })

  const reauthorisation = connections.save(reauthorise(connection, pending, aProfile()))
  await eventually('the reauthorisation waits for the claim', async () => {
    const blockedQueries = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return (await stores.query(blockedQueries)).length > 0
  })
  await refresher.query('commit')
  refresher.release()
  await reauthorisation

  t.equal((await tokens.read(connection.id))?.version, versionBefore + 2, 'the claim’s version is outdated')
})

t.test('S-26 a connection is read consistently while its authorisation is lost or restored', async t => {
  const stores = await openPostgresStores(t)
  const { connections, unitOfWork } = stores
  const active = await aSavedConnection(stores, { grant })
  const lost = markAuthorisationLost(active, 'grant_revoked', noon)
  let isDone = false
  const changes = (async () => {
    for (let turn = 0; turn < 100; turn += 1)
      await unitOfWork.transaction(() => connections.save(turn % 2 === 0 ? lost : active))
    isDone = true
  })()
  const statuses = new Set<string | undefined>()

  while (!isDone) {
    const [found, [live]] = await Promise.all([
      connections.find(active.id),
      connections.liveByUser(active.userId),
    ])
    for (const connection of [found, live]) statuses.add(connection?.status)
  }
  await changes

  t.strictSame([...statuses].sort(), ['active', 'needs_authorisation'])
})
