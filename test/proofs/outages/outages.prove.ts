/** S-20 S-24 S-25 S-52: the product recovers from the outage of any dependency without help. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { migrate } from '../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { makeDataFolder } from '../../support/product/data-folder.ts'
import { repetitions } from '../repetitions.ts'
import { assertOutagePage, assertRecovery } from './recovery.ts'
import { startSite } from './site.ts'

const isFull = process.env['PROVE'] === 'full'
const { count: outageSeconds } = repetitions(8, 60)

const { count: restarts } = repetitions(3, 100)

t.test(`the product recovers from ${restarts} PostgreSQL restarts under load`, async t => {
  const folder = await makeDataFolder()
  let postgres = await startEmbeddedPostgres({ dataDirectory: folder.path })
  t.teardown(async () => {
    await postgres.stop()
    await folder.discard()
  })
  await migrate(new Secret(postgres.url))
  const site = await startSite(t, {
    databaseUrl: postgres.url,
    sandbox: { generationSeconds: { min: 1, max: 3 } },
  })

  let longest = 0
  for (let restart = 0; restart < restarts; restart += 1) {
    if (restart % 4 === 0) await site.connect()
    await sleep(500)
    await postgres.stop()
    postgres = await startEmbeddedPostgres({ dataDirectory: folder.path })
    longest = Math.max(longest, await site.untilPagesServed())
  }
  t.comment(`the longest wait for a page: ${longest.toFixed(1)} s`)
  if (isFull) t.ok(longest <= 10, 'a page is served within ten seconds')

  await assertRecovery(t, site, `${restarts} restarts`)
})

t.test('the product recovers after PostgreSQL was unreachable for a minute', async t => {
  const site = await startSite(t, { sandbox: { generationSeconds: { min: 1, max: 3 } } })
  await site.connect()
  await sleep(1500)
  await site.database.disconnect()
  await assertOutagePage(t, site)
  await site.connect()
  await sleep(outageSeconds * 1000)
  await site.database.reconnect()
  await assertRecovery(t, site, 'PostgreSQL unreachable')
})

t.test('the product recovers from half-open database connections', async t => {
  const site = await startSite(t, { sandbox: { generationSeconds: { min: 1, max: 3 } } })
  await site.connect()
  await sleep(1500)
  site.database.dropData()
  await assertOutagePage(t, site)
  await site.connect()
  await sleep(outageSeconds * 1000)
  await site.database.reconnect()
  await assertRecovery(t, site, 'half-open database connections')
})

t.test('the product recovers after a full Amazon outage', async t => {
  const site = await startSite(t, { sandbox: { generationSeconds: { min: 1, max: 3 } } })
  await site.connect()
  await site.amazon.disconnect()
  await sleep(outageSeconds * 1000)
  for (const answer of await site.requestPages()) t.equal(answer?.status, 200, 'our own pages are served')
  await site.amazon.reconnect()
  await assertRecovery(t, site, 'Amazon down')
})
