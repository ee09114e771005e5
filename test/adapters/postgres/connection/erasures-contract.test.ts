import t from 'tap'
import { figureTables } from '../../../../src/adapters/postgres/connection/erasures.ts'
import { close, erase } from '../../../../src/domain/connection/connection.ts'
import { erasuresContract } from '../../../support/contracts/connection/erasures.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { noon } from '../../../support/examples.ts'

erasuresContract(t, openPostgresStores)

/** Tables that are erased with the connection's details, or kept without any of them. */
const otherTables = [
  ...['staff_access', 'audit_entry', 'case_summary', 'connection_grant', 'support_request', 'sync_run'],
  ...[
    'progress_view',
    'email_message',
    'reconciliation',
    'report',
    'case_change',
    'sync_schedule',
    'table_roll_up_due',
  ],
  'timeline_entry',
]

t.test('S-27 every table with a connection id is in figureTables or otherTables', async t => {
  const stores = await openPostgresStores(t)
  const owned = await stores.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'connection_id'`,
  )
  t.strictSame(
    owned.map(({ name }) => name).sort(),
    [...otherTables, ...figureTables].sort(),
    'add a new table to figureTables or otherTables',
  )
})

t.test('S-27 rows that another worker is about to erase do not end an erasure early', async t => {
  const stores = await openPostgresStores(t)
  const connection = await aSavedConnection(stores)
  const { id } = connection
  await stores.query(
    `insert into campaign_day (connection_id, day, ad_product, campaign_id, impressions, clicks, orders, cost, sales)
     select $1, date '2026-01-01', 'SP', n::text, 1, 1, 0, 1, 0 from generate_series(1, 60000) n`,
    [id],
  )
  await stores.connections.save(erase(close(connection, 'disconnected', noon)))

  const otherWorker = await stores.pool.connect()
  await otherWorker.query('begin')
  await otherWorker.query(
    `delete from campaign_day where ctid = any(array(
       select ctid from campaign_day where connection_id = $1 limit 50))`,
    [id],
  )
  const erasure = stores.erasures.eraseFigures(id)
  await stores.query('select pg_sleep(1)')
  await otherWorker.query('commit')
  otherWorker.release()
  await erasure

  t.strictSame(
    await stores.query('select count(*)::int as rows from campaign_day where connection_id = $1', [id]),
    [{ rows: 0 }],
  )
})
