import type { Socket } from 'node:net'
import t from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { eventually } from '../../../support/eventually.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

t.test('S-25 a transaction that idles longer than a lease releases its rows and commits nothing', async t => {
  const clone = await cloneDatabase()
  const database = await openDatabase(new Secret(clone.url), { onError: () => undefined })
  t.teardown(async () => {
    await database.close()
    await clone.drop()
  })
  const { em, pool } = database
  await pool.query('create table thing (id int primary key, holder text)')
  await pool.query(`insert into thing values (1, 'nobody'), (2, 'nobody')`)
  const holdStatement = (id: number) => `update thing set holder = 'the idle one' where id = ${id}`
  const takeOver = (id: number) => pool.query(`update thing set holder = 'the other' where id = ${id}`)

  const [limit] = (await pool.query('show idle_in_transaction_session_timeout')).rows
  t.strictSame(limit, { idle_in_transaction_session_timeout: '3s' }, 'shorter than a lease of four seconds')

  await t.test('an idle application transaction loses its rows', { timeout: 60_000 }, async t => {
    const [rowHeld, rowTakenOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const idleTransaction = new PostgresUnitOfWork(em).transaction(async () => {
      await em.execute(holdStatement(1))
      rowHeld.resolve()
      await rowTakenOver.promise
    })
    const rejection = t.rejects(idleTransaction)
    await rowHeld.promise
    await takeOver(1)
    rowTakenOver.resolve()
    await rejection
  })

  await t.test('an idle transaction on a raw client loses its rows', { timeout: 60_000 }, async t => {
    const client = await pool.connect()
    await client.query('begin')
    await client.query(holdStatement(2))
    await takeOver(2)
    await t.rejects(client.query('commit'))
    client.release(true)
  })

  await t.test('a connection that dies mid-statement loses its rows', { timeout: 60_000 }, async t => {
    const client = await pool.connect()
    await client.query('begin')
    await client.query(`update thing set holder = 'the dead' where id = 2`)
    const longStatement = client.query('select pg_sleep(600)')
    const rejection = t.rejects(longStatement)
    await eventually('the long statement runs', async () => {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and query = 'select pg_sleep(600)'`,
      )
      return rowCount === 1
    })
    ;(client as unknown as { connection: { stream: Socket } }).connection.stream.destroy()
    await rejection
    client.release(true)
    await takeOver(2)
    t.pass('PostgreSQL checks every second which clients are still connected')
  })

  const { rows } = await pool.query<{ holder: string }>('select holder from thing')
  t.strictSame(
    rows.map(({ holder }) => holder),
    ['the other', 'the other'],
  )
})
