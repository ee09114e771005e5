import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase } from '../../../src/adapters/postgres/database.ts'
import { terminateDeadConnections } from '../../../src/adapters/postgres/dead-connections.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { TcpProxy } from '../../proofs/outages/tcp-proxy.ts'
import { cloneDatabase } from '../../support/cluster.ts'
import { eventually } from '../../support/eventually.ts'

const quick = { every: 50, timeout: 200 }

async function behindAWire(t: Test) {
  const clone = await cloneDatabase()
  const at = new URL(clone.url)
  const wire = await TcpProxy.to(Number(at.port))
  at.port = String(wire.port)
  const pool = new pg.Pool({ connectionString: at.href })
  pool.on('error', () => undefined)
  terminateDeadConnections(pool, new Secret(at.href), quick)
  t.teardown(async () => {
    await pool.end()
    await wire.close()
    await clone.drop()
  })
  await pool.query('select 1')
  return { wire, pool }
}

t.test('a statement on a dead connection fails as soon as PostgreSQL answers another one', async t => {
  const { wire, pool } = await behindAWire(t)
  wire.dropData()
  const waiting = t.rejects(pool.query('select 2'), { name: 'ConnectionIsDead' })
  await sleep(500)

  await wire.reconnect()

  await waiting
  t.strictSame((await pool.query('select 3 as answer')).rows, [{ answer: 3 }], 'another connection is opened')
})

t.test('a statement fails when PostgreSQL answers no connection', async t => {
  const { wire, pool } = await behindAWire(t)
  wire.dropData()

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
  const burst = (pool: pg.Pool) => Promise.all(Array.from({ length: 10 }, () => pool.query('select 1')))
  await burst(database.pages)
  await burst(database.pool)
  t.equal(database.pages.totalCount, 10)

  await eventually('every line is closed', () => database.pages.totalCount + database.pool.totalCount === 0)

  t.strictSame(errors, [])
})

t.test('a slow statement is not cut off', async t => {
  const clone = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: clone.url })
  terminateDeadConnections(pool, new Secret(clone.url), quick)
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
  const at = new URL(clone.url)
  at.username = name
  at.password = 'limited'
  const pool = new pg.Pool({ connectionString: at.href, max: 1 })
  terminateDeadConnections(pool, new Secret(at.href), quick)
  t.teardown(async () => {
    await pool.end()
    await owner.query(`drop role ${name}`)
    await owner.end()
    await clone.drop()
  })

  await t.resolves(pool.query('select pg_sleep(1.5)'))
})
