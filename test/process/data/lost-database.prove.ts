import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { findServerProcesses, readPidFile } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import { makeDataFolder } from '../../support/product/data-folder.ts'
import { startRunningProduct } from '../../support/product/running-product.ts'

t.test('a database that is killed stops the product with a one-sentence error', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const product = await startRunningProduct({ dataDirectory: folder.path })
  t.teardown(() => product.stop('SIGKILL'))
  const cluster = join(folder.path, 'postgres/cluster')
  const startupOutput = product.output()

  const server = await readPidFile(cluster)
  if (!server) throw new Error('there is no server to kill')
  process.kill(server.pid, 'SIGKILL')
  const deadline = Date.now() + 60_000
  while (product.child.exitCode === null && Date.now() < deadline) await sleep(100)

  t.equal(product.child.exitCode, 1)
  t.equal(
    product.output().slice(startupOutput.length).trim(),
    `The embedded database stopped. Start again. See ${folder.path}/postgres/server.log`,
  )
  t.strictSame(await findServerProcesses(cluster), [])
  t.notOk((await readdir(folder.path)).includes('postgres.owner'), 'no lock is left')
})
