import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { toEmbeddedPostgresError } from '../../../src/adapters/embedded-postgres/errors.ts'
import { aDataDirectory, clusterOf, runQuery } from './scene.ts'

async function aUsedDataDirectory(t: Parameters<typeof aDataDirectory>[0]): Promise<string> {
  const dataDirectory = await aDataDirectory(t)
  const database = await startEmbeddedPostgres({ dataDirectory })
  await database.stop()
  return dataDirectory
}

t.test('a database without its version file is rejected and left unchanged', async t => {
  const dataDirectory = await aUsedDataDirectory(t)
  const cluster = clusterOf(dataDirectory)
  await rm(join(cluster, 'PG_VERSION'))
  const before = await readdir(cluster, { recursive: true })

  await t.rejects(startEmbeddedPostgres({ dataDirectory }), {
    code: 'broken',
    message: /is broken \(PG_VERSION is missing\)\. Nothing in it was changed: restore the folder/,
  })

  t.strictSame(await readdir(cluster, { recursive: true }), before)
})

t.test('an incomplete database is rejected', async t => {
  const dataDirectory = await aUsedDataDirectory(t)
  await rm(join(clusterOf(dataDirectory), 'global', 'pg_control'))

  await t.rejects(startEmbeddedPostgres({ dataDirectory }), {
    code: 'broken',
    message: /global\/pg_control is missing/,
  })
})

t.test('a database of another PostgreSQL version is rejected', async t => {
  const dataDirectory = await aUsedDataDirectory(t)
  await writeFile(join(clusterOf(dataDirectory), 'PG_VERSION'), '17\n')

  await t.rejects(startEmbeddedPostgres({ dataDirectory }), {
    code: 'broken',
    message: /created by PostgreSQL 17, but this installation has 18/,
  })
})

t.test('a server that does not start reports its last output and frees the folder', async t => {
  const dataDirectory = await aUsedDataDirectory(t)
  const control = join(clusterOf(dataDirectory), 'global', 'pg_control')
  await truncate(control, 100)

  for (const _ of ['first', 'second']) {
    await t.rejects(startEmbeddedPostgres({ dataDirectory }), {
      code: 'failed',
      message: /didn’t start\. No data was changed/,
      cause: { message: /could not read file "global\/pg_control"/ },
    })
  }
  t.strictSame(await readdir(dataDirectory), ['postgres'])
})

t.test('an initdb that was killed midway is started again', async t => {
  const dataDirectory = await aDataDirectory(t)
  const unfinished = join(dataDirectory, 'postgres', 'making-1')
  await mkdir(join(unfinished, 'cluster', 'global'), { recursive: true })
  await writeFile(join(unfinished, 'cluster', 'PG_VERSION'), '18\n')

  const database = await startEmbeddedPostgres({ dataDirectory })

  t.strictSame(await runQuery(database.url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.notOk((await readdir(database.directory)).includes('making-1'))
  await database.stop()
})

t.test('a data directory that cannot be created is rejected', async t => {
  const dataDirectory = await aDataDirectory(t)
  await writeFile(dataDirectory, 'a file')

  await t.rejects(startEmbeddedPostgres({ dataDirectory }), {
    code: 'not-writable',
    message: /can’t use .* make the folder and its files writable for this user, or set DATABASE_URL/,
  })
})

t.test('each kind of failure has a code and a message that names the folder', async t => {
  const codesByMessage = {
    'initdb: error: could not write to file: No space left on device': 'no-space',
    "ENOSPC: no space left on device, write '/x'": 'no-space',
    "EACCES: permission denied, mkdir '/x'": 'not-writable',
    "EROFS: read-only file system, open '/x'": 'not-writable',
    'the moon is in the wrong phase': 'failed',
  }
  for (const [message, code] of Object.entries(codesByMessage)) {
    const cause = new Error(message)
    t.match(toEmbeddedPostgresError(cause, '/somewhere'), { code, cause, message: /\/somewhere/ })
  }
})
