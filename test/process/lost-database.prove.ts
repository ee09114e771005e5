import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { findServerProcesses, readPidFile } from '../../src/adapters/embedded-postgres/server-processes.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { startRunningProduct } from '../support/running-product.ts'

t.test('a database that is killed too often stops the product with a one-sentence error', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const product = await startRunningProduct({ dataDirectory: folder.path })
  t.teardown(() => product.stop('SIGKILL'))
  const cluster = join(folder.path, 'postgres/cluster')
  const startupOutput = product.output()

  let killedPid: number | undefined
  const deadline = Date.now() + 60_000
  while (product.child.exitCode === null && Date.now() < deadline) {
    const server = await readPidFile(cluster)
    if (server?.isReady && server.pid !== killedPid) {
      killedPid = server.pid
      process.kill(killedPid, 'SIGKILL')
    }
    await sleep(100)
  }

  t.equal(product.child.exitCode, 1)
  t.equal(
    product.output().slice(startupOutput.length).trim(),
    `The embedded database stopped more than 5 times within a minute and won’t be restarted. See ${folder.path}/postgres/server.log`,
  )
  t.strictSame(await findServerProcesses(cluster), [])
  t.notOk((await readdir(folder.path)).includes('postgres.owner'), 'no lock is left')
})
