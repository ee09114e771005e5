import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { readPidFile } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import { aDataDirectory, clusterOf, isServing, queryUntilAnswered } from './scene.ts'

t.test('a server that cannot restart is reported once and can still be stopped', async t => {
  const dataDirectory = await aDataDirectory(t)
  const messages: string[] = []
  const database = await startEmbeddedPostgres({ dataDirectory, onLost: message => messages.push(message) })
  await truncate(join(clusterOf(dataDirectory), 'global/pg_control'), 100)

  const server = await readPidFile(clusterOf(dataDirectory))
  if (!server) throw new Error('there is no server to kill')
  process.kill(server.pid, 'SIGKILL')

  for (let waited = 0; messages.length === 0 && waited < 20_000; waited += 50) await pause(50)
  const log = join(dataDirectory, 'postgres/server.log')
  t.strictSame(messages, [`The embedded database stopped and can’t be restarted. See ${log}`])
  await database.stop()
  t.equal(messages.length, 1)
  t.notOk(await isServing(dataDirectory))
})

t.test('a server that is killed again during its restart still restarts', async t => {
  const dataDirectory = await aDataDirectory(t)
  const messages: string[] = []
  const database = await startEmbeddedPostgres({ dataDirectory, onLost: message => messages.push(message) })
  const first = await readPidFile(clusterOf(dataDirectory))
  if (!first) throw new Error('there is no server to kill')
  process.kill(first.pid, 'SIGKILL')

  let second = first.pid
  while (second === first.pid) {
    await pause(1)
    second = (await readPidFile(clusterOf(dataDirectory)))?.pid ?? first.pid
  }
  process.kill(second, 'SIGKILL')

  await queryUntilAnswered(database.url, 'SELECT 42 AS answer')
  t.strictSame(messages, [])
  await database.stop()
  t.notOk(await isServing(dataDirectory))
})
