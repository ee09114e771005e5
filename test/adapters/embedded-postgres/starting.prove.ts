import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import {
  findRunningEmbeddedPostgresUrl,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { stopServerProcesses } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import {
  aDataDirectory,
  clusterOf,
  endProgram,
  isServing,
  runQuery,
  startOwner,
  startStatement,
} from './scene.ts'

t.test('the first start creates a database with durable settings', async t => {
  const dataDirectory = await aDataDirectory(t)

  const database = await startEmbeddedPostgres({ dataDirectory })

  const settings = 'server_encoding, listen_addresses, fsync, synchronous_commit, full_page_writes, timezone'
  const columns = settings.split(', ').map(name => `current_setting('${name}') AS ${name.toLowerCase()}`)
  t.strictSame(await runQuery(database.url, `SELECT ${columns}`), [
    {
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      timezone: 'UTC',
    },
  ])
  const locale = 'SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()'
  t.strictSame(await runQuery(database.url, locale), [{ datlocprovider: 'b', datlocale: 'C.UTF-8' }])
  t.strictSame(database.notices, [])
  await database.stop()
})

t.test('the second start finds the data, the password and the port of the first', async t => {
  const dataDirectory = await aDataDirectory(t)
  const first = await startEmbeddedPostgres({ dataDirectory })
  await runQuery(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()

  const second = await startEmbeddedPostgres({ dataDirectory })

  t.equal(second.url, first.url)
  t.strictSame(await runQuery(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  await second.stop()
})

t.test('stopping twice has the effect of stopping once, and no process keeps running', async t => {
  const dataDirectory = await aDataDirectory(t)
  const database = await startEmbeddedPostgres({ dataDirectory })
  const openStatement = await startStatement('SELECT pg_sleep(60)', database.url)
  t.ok(await isServing(dataDirectory))

  await Promise.all([database.stop(), database.stop()])
  await database.stop()

  t.notOk(await isServing(dataDirectory))
  t.match(await openStatement.outcome, /terminat/)
})

t.test('the password is readable by its owner only and required to connect', async t => {
  const dataDirectory = await aDataDirectory(t)
  const database = await startEmbeddedPostgres({ dataDirectory })

  const { mode } = await stat(join(database.directory, 'password'))
  t.equal(mode & 0o777, 0o600)
  const wrong = new URL(database.url)
  wrong.password = 'guessed'
  await t.rejects(runQuery(wrong.href, 'SELECT 1'), { code: '28P01' })
  t.strictSame(
    await runQuery(
      database.url,
      "SELECT split_part(rolpassword, '$', 1) AS kind FROM pg_authid WHERE rolpassword IS NOT NULL",
    ),
    [{ kind: 'SCRAM-SHA-256' }],
  )
  await database.stop()
})

t.test('a remembered port that is in use is replaced by another', async t => {
  const dataDirectory = await aDataDirectory(t)
  const first = await startEmbeddedPostgres({ dataDirectory })
  await first.stop()
  const otherServer = createServer().listen(first.port, '127.0.0.1')
  await once(otherServer, 'listening')
  t.teardown(() => otherServer.close())

  const second = await startEmbeddedPostgres({ dataDirectory })

  t.not(second.port, first.port)
  t.strictSame(await runQuery(second.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await second.stop()
})

t.test('a throwaway database trades safety for speed', async t => {
  const dataDirectory = await aDataDirectory(t)

  const database = await startEmbeddedPostgres({ dataDirectory, durable: false })

  t.strictSame(await runQuery(database.url, "SELECT current_setting('fsync') AS fsync"), [{ fsync: 'off' }])
  await database.stop()
})

t.test('another program finds the database’s URL only while the program that started it runs', async t => {
  const dataDirectory = await aDataDirectory(t)
  t.equal(await findRunningEmbeddedPostgresUrl(dataDirectory), undefined)

  const { program, report } = await startOwner(t, dataDirectory)
  t.equal(await findRunningEmbeddedPostgresUrl(dataDirectory), report.url)

  await endProgram(program, 'SIGTERM')
  t.equal(await findRunningEmbeddedPostgresUrl(dataDirectory), undefined)
  t.notOk(await isServing(dataDirectory))
})

t.test('the folder name can contain spaces and letters of any language', async t => {
  const dataDirectory = join(await aDataDirectory(t), `it's дані`)
  t.teardown(() => stopServerProcesses(clusterOf(dataDirectory)))

  const database = await startEmbeddedPostgres({ dataDirectory })

  t.strictSame(await runQuery(database.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await database.stop()
})
