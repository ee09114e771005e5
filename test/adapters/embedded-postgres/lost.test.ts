import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { readPidFile } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import { aDataDirectory, clusterOf, isServing, runQuery } from './scene.ts'

t.test('a server that is killed is reported once, and the next start has all confirmed data', async t => {
  const dataDirectory = await aDataDirectory(t)
  const messages: string[] = []
  const database = await startEmbeddedPostgres({ dataDirectory, onLost: message => messages.push(message) })
  await runQuery(database.url, 'CREATE TABLE kept AS SELECT 42 AS answer')

  const server = await readPidFile(clusterOf(dataDirectory))
  if (!server) throw new Error('there is no server to kill')
  process.kill(server.pid, 'SIGKILL')

  for (let waited = 0; messages.length === 0 && waited < 20_000; waited += 50) await pause(50)
  const log = join(dataDirectory, 'postgres/server.log')
  t.strictSame(messages, [`The embedded database stopped. Start again. See ${log}`])
  await database.stop()
  t.equal(messages.length, 1)
  t.notOk(await isServing(dataDirectory))

  const next = await startEmbeddedPostgres({ dataDirectory })
  t.strictSame(await runQuery(next.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  await next.stop()
})
