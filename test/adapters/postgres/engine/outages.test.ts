import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { PostgresOutageDetector } from '../../../../src/adapters/postgres/engine/outages.ts'
import { AmazonFailure } from '../../../../src/application/amazon-failure.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { eventually } from '../../../support/eventually.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

const isOutage = (error: unknown): boolean => new PostgresOutageDetector().isOutage(error)

async function aDatabase(t: Test, poolSize = 4) {
  const clone = await cloneDatabase()
  const database = await openDatabase(new Secret(clone.url), {
    poolSize,
    timeout: 500,
    onError: () => undefined,
  })
  t.teardown(async () => {
    await database.close()
    await clone.drop()
  })
  return { url: clone.url, ...database }
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => {
      throw new Error('the operation did not fail')
    },
    error => error,
  )
}

const terminate = 'select pg_terminate_backend(pg_backend_pid())'

t.test('a terminated session counts as an outage on every path to PostgreSQL', async t => {
  const { em, pool } = await aDatabase(t)

  t.ok(isOutage(await failureOf(() => pool.query(terminate))), 'the raw pool')
  t.ok(isOutage(await failureOf(() => em.execute(terminate))), 'MikroORM')
  const runTransaction = () =>
    new PostgresUnitOfWork(em).transaction(async () => {
      await em.execute(terminate).catch(() => undefined)
      await em.execute('select 1')
    })
  t.ok(isOutage(await failureOf(runTransaction)), 'a transaction')
})

t.test('using a client whose connection was cut counts as an outage', async t => {
  const { pool } = await aDatabase(t)
  const client = await pool.connect()
  await client.query(terminate).catch(() => undefined)

  t.ok(isOutage(await failureOf(() => client.query('select 1'))))
  client.release(true)
})

t.test('a database that stops responding counts as an outage', async t => {
  const clone = await cloneDatabase()
  const { pool, em, close } = await openDatabase(new Secret(clone.url), {
    silence: 300,
    onError: () => undefined,
  })
  t.teardown(async () => {
    await close()
    await clone.drop()
  })
  const longStatement = 'select pg_sleep(600)'
  const start = Date.now()

  t.ok(isOutage(await failureOf(() => pool.query(longStatement))), 'the raw pool')
  t.ok(isOutage(await failureOf(() => em.execute(longStatement))), 'MikroORM')

  t.ok(Date.now() - start < 60_000)
  t.strictSame((await pool.query('select 1 as one')).rows, [{ one: 1 }])
  t.strictSame(await em.execute('select 1 as one'), [{ one: 1 }])
})

t.test('each network error counts as an outage', async t => {
  for (const message of ['Query read timeout', 'timeout exceeded when trying to connect'])
    t.ok(isOutage(new Error(message)), message)
  for (const code of ['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND'])
    t.ok(isOutage(Object.assign(new Error('the network is broken'), { code })), code)
})

t.test('a transaction that PostgreSQL ended for idling counts as an outage', async t => {
  const { pool } = await aDatabase(t)
  const client = await pool.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  await client.query('set idle_in_transaction_session_timeout = 50')
  await client.query('begin')
  await eventually('PostgreSQL has ended the session', async () => {
    const { rowCount } = await pool.query('select from pg_stat_activity where pid = $1', [rows[0]?.pid])
    return rowCount === 0
  })

  t.ok(isOutage(await failureOf(() => client.query('commit'))))
  client.release(true)
})

t.test('a refused connection, an exhausted pool and a full server count as outages', async t => {
  const unreachablePool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing' })
  t.ok(isOutage(await failureOf(() => unreachablePool.query('select 1'))), 'refused connection')
  await unreachablePool.end()

  const { pool, url } = await aDatabase(t, 1)
  const client = await pool.connect()
  t.ok(isOutage(await failureOf(() => pool.connect())), 'exhausted pool')
  const role = `limited_${new URL(url).pathname.slice(1)}`
  await client.query(`create role ${role} login password 'x' connection limit 0`)
  client.release()
  t.teardown(() => pool.query(`drop role ${role}`))
  const limitedUrl = new URL(url)
  limitedUrl.username = role
  limitedUrl.password = 'x'
  const fullServerPool = new pg.Pool({ connectionString: limitedUrl.href })
  t.ok(isOutage(await failureOf(() => fullServerPool.query('select 1'))), 'full server')
  await fullServerPool.end()
})

t.test('a deadlock of two transactions counts as an outage', async t => {
  const { pool } = await aDatabase(t)
  await pool.query('create table pair (id int primary key)')
  await pool.query('insert into pair values (1), (2)')
  const [one, other] = [await pool.connect(), await pool.connect()]
  const lockRow = (client: pg.PoolClient, id: number) =>
    client.query('select from pair where id = $1 for update', [id])
  for (const [client, id] of [
    [one, 1],
    [other, 2],
  ] as const) {
    await client.query('begin')
    await lockRow(client, id)
  }

  const outcomes = await Promise.allSettled([lockRow(one, 2), lockRow(other, 1)])

  const failures = outcomes.filter(outcome => outcome.status === 'rejected')
  t.equal(failures.length, 1)
  t.ok(isOutage(failures[0]?.reason))
  for (const client of [one, other]) client.release(true)
})

t.test('an internal error or a failure at Amazon does not count as an outage', async t => {
  const { em, pool } = await aDatabase(t)

  t.notOk(isOutage(await failureOf(() => pool.query('select nothing from nowhere'))))
  t.notOk(isOutage(await failureOf(() => em.execute('select 1 / 0'))))
  t.notOk(isOutage(await failureOf(() => pool.query('select $1::int', [1, 2]))), 'wrong number of parameters')
  t.notOk(isOutage(new TypeError('internal error')))
  t.notOk(isOutage(new AmazonFailure('unreachable', 'Amazon answered 503', { httpStatus: 503 })))
  t.notOk(isOutage('no error at all'))
})

t.test('several failures together are an outage only if each of them is', async t => {
  const diskFull = Object.assign(new Error('could not extend file'), { code: '53100' })
  const internalError = new TypeError('undefined is not a function')

  t.ok(isOutage(new AggregateError([diskFull, new Error('a driver', { cause: diskFull })], 'figures')))
  t.notOk(
    isOutage(new AggregateError([diskFull, internalError], 'figures')),
    'an internal error among them is reported',
  )
  t.notOk(isOutage(new AggregateError([], 'nothing')))
})
