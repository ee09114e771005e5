import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { PostgresDatabaseHealth } from '../../../../src/adapters/postgres/console/database-health.ts'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { eventually } from '../../../support/eventually.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

/** A database, and a second client that terminates its connections. */
async function aDatabase(t: Test, options: { poolSize?: number; timeout?: number } = {}) {
  const clone = await cloneDatabase()
  const errors: Error[] = []
  const database = await openDatabase(new Secret(clone.url), {
    ...options,
    onError: error => void errors.push(error),
  })
  const adminClient = new pg.Client({ connectionString: clone.url })
  await adminClient.connect()
  t.teardown(async () => {
    await adminClient.end()
    await database.close()
    await clone.drop()
  })
  const cut = (pid: number | undefined) => adminClient.query('select pg_terminate_backend($1, 5000)', [pid])
  return { ...database, errors, cut }
}

const pidOf = async (client: pg.PoolClient): Promise<number> =>
  (await client.query('select pg_backend_pid() as pid')).rows[0].pid

t.test('a checked-out client whose connection is cut fails only its own work', async t => {
  const { pool, cut, errors } = await aDatabase(t)
  const client = await pool.connect()

  await cut(await pidOf(client))

  await t.rejects(client.query('select 1'))
  client.release(true)
  t.match(errors, [{ message: /terminat/ }])
  t.strictSame((await pool.query('select 1 as one')).rows, [{ one: 1 }])
})

t.test('an idle client whose connection is cut affects no other client', async t => {
  const { pool, cut, errors } = await aDatabase(t, { poolSize: 1 })
  const client = await pool.connect()
  const pid = await pidOf(client)
  client.release()

  await cut(pid)

  await eventually('the pool reports the error', () => errors.length > 0)
  t.strictSame((await pool.query('select 1 as one')).rows, [{ one: 1 }])
  t.match(errors, [{ message: /terminat/ }])
})

t.test('transactions whose connections are cut leak no client from the pool', async t => {
  const { em, cut } = await aDatabase(t, { poolSize: 2, timeout: 5000 })
  const unitOfWork = new PostgresUnitOfWork(em)

  for (let round = 1; round <= 5; round += 1) {
    const transaction = unitOfWork.transaction(async () => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid')
      await cut(row?.pid)
      await em.execute('select 1')
    })
    await t.rejects(transaction, { message: /terminat|connection error/ }, `round ${round}`)
  }

  t.strictSame(await unitOfWork.transaction(() => em.execute('select 1 as one')), [{ one: 1 }])
})

t.test('a connection cut during a statement or between two of them leaks no client', async t => {
  const { em, cut } = await aDatabase(t, { poolSize: 1, timeout: 5000 })
  const unitOfWork = new PostgresUnitOfWork(em)

  for (let round = 1; round <= 3; round += 1) {
    await t.rejects(em.execute('select pg_terminate_backend(pg_backend_pid())'), { message: /terminat/ })
    const transaction = unitOfWork.transaction(async () => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid')
      await cut(row?.pid)
      await sleep(50)
    })
    await t.rejects(transaction, `round ${round}`)
  }

  t.strictSame(await em.execute('select 1 as one'), [{ one: 1 }])
})

t.test('waiting for a free client times out', async t => {
  const { em, pool } = await aDatabase(t, { poolSize: 1, timeout: 200 })
  const unitOfWork = new PostgresUnitOfWork(em)
  const gate = Promise.withResolvers<void>()
  const holdingTransaction = unitOfWork.transaction(async () => {
    await em.execute('select 1')
    await gate.promise
  })
  const client = await pool.connect()
  await sleep(50)

  const busyError = { message: /no database connection became free within 200 ms/i }
  await t.rejects(em.execute('select 1'), busyError)
  await t.rejects(
    unitOfWork.transaction(() => em.execute('select 1')),
    { name: 'DatabaseBusy', ...busyError },
  )
  await t.rejects(pool.connect(), { name: 'DatabaseBusy', ...busyError })

  gate.resolve()
  client.release()
  await holdingTransaction
  t.strictSame(await unitOfWork.transaction(() => em.execute('select 1 as one')), [{ one: 1 }])
  t.strictSame((await pool.query('select 1 as one')).rows, [{ one: 1 }])
})

t.test('the database is not ready while no client is free for pages', async t => {
  const database = await aDatabase(t, { poolSize: 1 })
  const { em } = database
  const health = new PostgresDatabaseHealth(database)
  await health.check()
  const gate = Promise.withResolvers<void>()
  const holdingTransaction = new PostgresUnitOfWork(em).transaction(async () => {
    await em.execute('select 1')
    await gate.promise
  })
  await sleep(50)
  const start = Date.now()

  await t.rejects(health.check(), { name: 'DatabaseBusy' })

  t.ok(Date.now() - start < 60_000, `${Date.now() - start} ms`)
  gate.resolve()
  await holdingTransaction
  t.equal((await health.check()).pendingMigrations, 0)
})
