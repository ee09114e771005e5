import t from 'tap'
import { PostgresProgressViews } from '../../../../src/adapters/postgres/email/progress-views.ts'
import { openDatabase } from '../../../../src/adapters/postgres/engine/database.ts'
import type { LeasedEmail } from '../../../../src/application/email/ports.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { anId, minutesLater, noon } from '../../../support/examples.ts'

t.test('S-31 a progress view recorded by another process keeps its time', async t => {
  const stores = await openPostgresStores(t)
  const { id, userId } = await aSavedConnection(stores)
  const otherDatabase = await openDatabase(new Secret(stores.databaseUrl), {
    onError: error => t.error(error),
  })
  t.teardown(() => otherDatabase.close())
  const otherProgressViews = new PostgresProgressViews(otherDatabase.sql)
  await stores.progressViews.record(id, noon, minutesLater(-1))

  await otherProgressViews.record(id, minutesLater(0.9), minutesLater(-0.1))
  await otherProgressViews.record(id, minutesLater(1.1), minutesLater(0.1))

  const email = { id: anId<LeasedEmail['id']>(), userId, connectionId: id }
  t.strictSame((await stores.outbox.deliveryInputOf(email, noon)).viewedAt, minutesLater(1.1))
})
