import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { readPidFile } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import {
  aDataDirectory,
  clusterOf,
  endProgram,
  isServing,
  runQuery,
  startOwner,
  startStatement,
} from './scene.ts'

t.test('after the owner was killed, the next start takes over its server and its data', async t => {
  const dataDirectory = await aDataDirectory(t)
  const { program, report } = await startOwner(t, dataDirectory)
  await runQuery(report.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  const busy = await startStatement('SELECT pg_sleep(60)', report.url)
  await endProgram(program, 'SIGKILL')
  t.ok(await isServing(dataDirectory), 'the server outlived its owner')

  const database = await startEmbeddedPostgres({ dataDirectory })

  t.equal(database.url, report.url)
  t.strictSame(await runQuery(database.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  t.match(await busy.outcome, /terminat/, 'the dead owner’s statement has ended')
  await database.stop()
  t.notOk(await isServing(dataDirectory))
})

t.test('when the owner and the server are killed during writes, no confirmed data is lost', async t => {
  const dataDirectory = await aDataDirectory(t)
  const { program, report } = await startOwner(t, dataDirectory)
  await runQuery(report.url, 'CREATE TABLE kept (number int)')
  let confirmed = 0
  const writes = (async () => {
    for (;;) {
      await runQuery(report.url, `INSERT INTO kept VALUES (${confirmed + 1})`)
      confirmed += 1
      if (confirmed === 20) await endProgram(program, 'SIGKILL')
      if (confirmed === 30) await killPostmaster(dataDirectory)
    }
  })()
  await t.rejects(writes)

  const database = await startEmbeddedPostgres({ dataDirectory })

  const [row] = await runQuery(database.url, 'SELECT count(*)::int AS rows FROM kept')
  t.ok(Number(row?.['rows']) >= confirmed, `${row?.['rows']} rows of ${confirmed} confirmed`)
  await database.stop()
})

t.test('backends that outlive a killed server are ended before the next one starts', async t => {
  const dataDirectory = await aDataDirectory(t)
  const { program, report } = await startOwner(t, dataDirectory)
  // While it computes, a backend doesn't notice that its server is gone.
  const busy = await startStatement('SELECT count(*) FROM generate_series(1, 3000000000)', report.url)
  await endProgram(program, 'SIGKILL')
  await killPostmaster(dataDirectory)
  t.ok(await isServing(dataDirectory), 'a backend is still busy')

  const database = await startEmbeddedPostgres({ dataDirectory })

  t.strictSame(await runQuery(database.url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.match(await busy.outcome, /terminat/)
  await database.stop()
})

t.test('a second start on the same folder says which process uses it', async t => {
  const dataDirectory = await aDataDirectory(t)
  const { program, report } = await startOwner(t, dataDirectory)

  const second = await startOwner(t, dataDirectory)

  t.equal(second.report.rejected, 'in-use')
  t.match(
    second.report.message,
    `Another process (pid ${program.pid}) is already using the embedded database`,
  )
  t.strictSame(await runQuery(report.url, 'SELECT 1 AS one'), [{ one: 1 }], 'the first owner is undisturbed')
  await t.rejects(startEmbeddedPostgres({ dataDirectory }), EmbeddedPostgresError)
  await endProgram(program, 'SIGTERM')
})

t.test('a second start within one process is rejected until the first has stopped', async t => {
  const dataDirectory = await aDataDirectory(t)
  const first = await startEmbeddedPostgres({ dataDirectory })

  await t.rejects(startEmbeddedPostgres({ dataDirectory }), { code: 'in-use' })

  await first.stop()
  const second = await startEmbeddedPostgres({ dataDirectory })
  await second.stop()
})

for (const state of ['fresh', 'left by a killed owner']) {
  t.test(`only one of four concurrent starts succeeds on a folder that is ${state}`, async t => {
    const dataDirectory = await aDataDirectory(t)
    if (state !== 'fresh') await endProgram((await startOwner(t, dataDirectory)).program, 'SIGKILL')

    const owners = await Promise.all([1, 2, 3, 4].map(() => startOwner(t, dataDirectory)))

    const errors = owners.map(({ report }) => report.rejected).filter(Boolean)
    t.strictSame(errors, ['in-use', 'in-use', 'in-use'])
    for (const { program } of owners) await endProgram(program, 'SIGTERM')
    t.notOk(await isServing(dataDirectory))
  })
}

const staleLocks = {
  'of a process that has ended': { pid: 4_194_303, life: 'long/ago', folder: '' },
  'whose process id now belongs to another program': { pid: process.pid, life: 'long/ago', folder: '' },
}
for (const [description, owner] of Object.entries(staleLocks)) {
  t.test(`a lock ${description} is taken over`, async t => {
    const dataDirectory = await aDataDirectory(t)
    await mkdir(dataDirectory)
    await writeFile(join(dataDirectory, 'postgres.owner'), JSON.stringify(owner))

    const database = await startEmbeddedPostgres({ dataDirectory })

    t.match(await readFile(join(dataDirectory, 'postgres.owner'), 'utf8'), `"pid":${process.pid}`)
    await database.stop()
    t.strictSame(await readdir(dataDirectory), ['postgres'], 'the lock is deleted')
  })
}

t.test('a lock that a power cut left empty is taken over', async t => {
  const dataDirectory = await aDataDirectory(t)
  await mkdir(dataDirectory)
  await writeFile(join(dataDirectory, 'postgres.owner'), '')

  const database = await startEmbeddedPostgres({ dataDirectory })

  t.match(database.url, /^postgres/)
  await database.stop()
})

t.test('a PID file that names an unrelated live process does not prevent the start', async t => {
  const dataDirectory = await aDataDirectory(t)
  const first = await startEmbeddedPostgres({ dataDirectory })
  await first.stop()
  await writeFile(join(clusterOf(dataDirectory), 'postmaster.pid'), `${process.pid}\n`)

  const second = await startEmbeddedPostgres({ dataDirectory })

  t.strictSame(await runQuery(second.url, 'SELECT 1 AS one'), [{ one: 1 }])
  await second.stop()
})

async function killPostmaster(dataDirectory: string): Promise<void> {
  const { pid } = (await readPidFile(clusterOf(dataDirectory))) ?? {}
  if (!pid) throw new Error('There is no server to kill')
  process.kill(pid, 'SIGKILL')
}
