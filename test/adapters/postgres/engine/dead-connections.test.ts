import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../../src/adapters/postgres/engine/database.ts'
import { terminateDeadConnections } from '../../../../src/adapters/postgres/engine/dead-connections.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { TcpProxy } from '../../../proofs/outages/tcp-proxy.ts'
import { eventually } from '../../../support/eventually.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

const shortTimings = { every: 50, timeout: 200 }

async function openThroughProxy(t: Test) {
  const clone = await cloneDatabase()
  const url = new URL(clone.url)
  const proxy = await TcpProxy.to(Number(url.port))
  url.port = String(proxy.port)
  const pool = new pg.Pool({ connectionString: url.href })
  pool.on('error', () => undefined)
  terminateDeadConnections(pool, new Secret(url.href), shortTimings)
  t.teardown(async () => {
    await pool.end()
    await proxy.close()
    await clone.drop()
  })
  await pool.query('select 1')
  return { proxy, pool }
}

t.test('a statement on a dead connection fails once PostgreSQL answers another connection', async t => {
  const { proxy, pool } = await openThroughProxy(t)
  proxy.dropData()
  const rejection = t.rejects(pool.query('select 2'), { name: 'ConnectionIsDead' })
  await sleep(500)

  await proxy.reconnect()

  await rejection
  t.strictSame((await pool.query('select 3 as answer')).rows, [{ answer: 3 }], 'another connection is opened')
})

t.test('a statement fails when PostgreSQL answers on no connection', async t => {
  const { proxy, pool } = await openThroughProxy(t)
  proxy.dropData()

  await t.rejects(pool.query('select 2'), { name: 'ConnectionIsDead' })
})

t.test('idle connections are closed without an error', async t => {
  const clone = await cloneDatabase()
  const errors: unknown[] = []
  const database = await openDatabase(new Secret(clone.url), {
    silence: 1000,
    onError: error => errors.push(error),
  })
  t.teardown(async () => {
    await database.close()
    await clone.drop()
  })
  const runTenQueries = (pool: pg.Pool) =>
    Promise.all(Array.from({ length: 10 }, () => pool.query('select 1')))
  await runTenQueries(database.pages)
  await runTenQueries(database.pool)
  t.equal(database.pages.totalCount, 10)

  await eventually(
    'every connection is closed',
    () => database.pages.totalCount + database.pool.totalCount === 0,
  )

  t.strictSame(errors, [])
})

t.test('a slow statement is not cut off', async t => {
  const clone = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: clone.url })
  terminateDeadConnections(pool, new Secret(clone.url), shortTimings)
  t.teardown(async () => {
    await pool.end()
    await clone.drop()
  })

  await t.resolves(pool.query('select pg_sleep(1.5)'))
})

t.test('a slow statement is not cut off when PostgreSQL accepts no further connection', async t => {
  const clone = await cloneDatabase()
  const owner = new pg.Pool({ connectionString: clone.url })
  const name = `limited_${new URL(clone.url).pathname.slice(-8)}`
  await owner.query(`create role ${name} login password 'limited' connection limit 1`)
  const url = new URL(clone.url)
  url.username = name
  url.password = 'limited'
  const pool = new pg.Pool({ connectionString: url.href, max: 1 })
  terminateDeadConnections(pool, new Secret(url.href), shortTimings)
  t.teardown(async () => {
    await pool.end()
    await owner.query(`drop role ${name}`)
    await owner.end()
    await clone.drop()
  })

  await t.resolves(pool.query('select pg_sleep(1.5)'))
})
