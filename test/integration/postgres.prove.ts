import t from 'tap'
import { countPendingMigrations, migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { walkUsSellersJourney } from '../support/browser/sellers-journey.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { startPostgres } from './servers/postgres.ts'

t.test('S-20 S-25 an operator’s own PostgreSQL is migrated and serves the whole journey', async t => {
  const postgres = await startPostgres(t)
  const url = new Secret(postgres)
  t.ok((await countPendingMigrations(url)) > 0, 'the database is empty at first')
  await migrate(url)
  await migrate(url)
  t.equal(await countPendingMigrations(url), 0)

  const product = await startTestProduct(t, { worker: true, databaseUrl: postgres })
  const mismatches = await walkUsSellersJourney(t, product)

  t.strictSame(mismatches, [])
})
