import { chmod, cp, lstat, mkdir, readdir, readlink, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import {
  discardEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { stopServerProcesses } from '../../../src/adapters/embedded-postgres/server-processes.ts'
import {
  aDataDirectory,
  clusterOf,
  copyProject,
  endProgram,
  isServing,
  runQuery,
  skipUnlessRoot,
  startOwner,
} from './scene.ts'

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

t.test('an ordinary user runs the database as themselves', { skip: skipUnlessRoot }, async t => {
  const { folder, dataDirectory, command } = await copyProject(t)
  await chmod(folder, 0o777)
  const first = await startOwner(t, dataDirectory, [...asNobody, ...command])
  await runQuery(first.report.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await endProgram(first.program, 'SIGKILL')

  const second = await startOwner(t, dataDirectory, [...asNobody, ...command])

  t.strictSame(await runQuery(second.report.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  t.equal((await stat(clusterOf(dataDirectory))).uid, 65534)
  t.equal((await stat(join(dataDirectory, 'postgres'))).mode & 0o777, 0o700)
  await endProgram(second.program, 'SIGTERM')
  t.notOk(await isServing(dataDirectory))
})

t.test(
  'root runs an ordinary user’s database as that user, and the reverse is rejected',
  { skip: skipUnlessRoot },
  async t => {
    const { folder, dataDirectory, command } = await copyProject(t)
    await chmod(folder, 0o777)
    const ordinary = await startOwner(t, dataDirectory, [...asNobody, ...command])
    await endProgram(ordinary.program, 'SIGTERM')

    const root = await startOwner(t, dataDirectory, command)
    t.strictSame(await runQuery(root.report.url, 'SELECT 1 AS one'), [{ one: 1 }])
    const concurrentOwner = await startOwner(t, dataDirectory, [...asNobody, ...command])
    t.equal(concurrentOwner.report.rejected, 'not-writable', 'root’s lock cannot be read')
    await endProgram(root.program, 'SIGTERM')

    await rm(dataDirectory, { recursive: true })
    await endProgram((await startOwner(t, dataDirectory, command)).program, 'SIGTERM')
    const rejectedOwner = await startOwner(t, dataDirectory, [...asNobody, ...command])
    t.equal(rejectedOwner.report.rejected, 'not-writable')
  },
)

t.test('a folder that an ordinary user cannot access is rejected', { skip: skipUnlessRoot }, async t => {
  const { dataDirectory, command } = await copyProject(t)

  const { report } = await startOwner(t, dataDirectory, [...asNobody, ...command])

  t.equal(report.rejected, 'not-writable')
  t.match(report.message, `can’t use ${dataDirectory}: make the folder and its files writable`)
})

t.test(
  'a project that only root can enter keeps its database elsewhere and says where',
  { skip: skipUnlessRoot },
  async t => {
    const { dataDirectory, command } = await aRootOnlyProject(t)
    const first = await startOwner(t, dataDirectory, command)
    await runQuery(first.report.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await endProgram(first.program, 'SIGTERM')

    const second = await startOwner(t, dataDirectory, command)

    t.strictSame(second.report.notices, [
      `Database folder: ${second.report.directory}, because PostgreSQL’s user can’t access this project’s folder.`,
    ])
    t.equal(await readlink(join(dataDirectory, 'postgres')), second.report.directory)
    t.notMatch(second.report.directory, dirname(dataDirectory))
    t.strictSame(await runQuery(second.report.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
    t.equal((await stat(join(second.report.directory, 'password'))).mode & 0o777, 0o600)
    await endProgram(second.program, 'SIGKILL')

    const third = await startOwner(t, dataDirectory, command)
    t.strictSame(await runQuery(third.report.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
    await endProgram(third.program, 'SIGTERM')
  },
)

t.test(
  'a root-only project’s data directory keeps its database when moved, and a copy of it gets a new one',
  { skip: skipUnlessRoot },
  async t => {
    const { folder, dataDirectory, command } = await aRootOnlyProject(t)
    const first = await startOwner(t, dataDirectory, command)
    await runQuery(first.report.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await endProgram(first.program, 'SIGTERM')

    const copyFolder = `${folder}-copy`
    await cp(dataDirectory, join(copyFolder, '.data'), { recursive: true, verbatimSymlinks: true })
    await chmod(copyFolder, 0o700)
    t.teardown(() => deleteProject(join(copyFolder, '.data'), copyFolder))
    const copied = await startOwner(t, join(copyFolder, '.data'), command)
    t.not(copied.report.directory, first.report.directory)
    await t.rejects(runQuery(copied.report.url, 'SELECT answer FROM kept'), { code: '42P01' })
    await endProgram(copied.program, 'SIGTERM')

    const movedDataDirectory = `${folder}-moved`
    await rename(dataDirectory, movedDataDirectory)
    t.teardown(() => deleteProject(movedDataDirectory, movedDataDirectory))
    const second = await startOwner(t, movedDataDirectory, command)
    t.strictSame(await runQuery(second.report.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
    await endProgram(second.program, 'SIGTERM')
  },
)

t.test(
  'after a root-only project’s data directory is deleted, the next start creates a new database and keeps the old one',
  { skip: skipUnlessRoot },
  async t => {
    const { dataDirectory, command } = await aRootOnlyProject(t)
    const first = await startOwner(t, dataDirectory, command)
    await endProgram(first.program, 'SIGKILL')
    await rm(dataDirectory, { recursive: true })

    const second = await startOwner(t, dataDirectory, command)

    const [, notice = ''] = second.report.notices
    t.match(notice, `An older database of this folder is saved in ${second.report.directory}.before-`)
    const savedDirectory = /saved in (.*)\.$/.exec(notice)?.[1] ?? ''
    t.ok((await lstat(join(savedDirectory, 'cluster', 'PG_VERSION'))).isFile())
    await rm(savedDirectory, { recursive: true })
    await endProgram(second.program, 'SIGTERM')
  },
)

t.test('an installation made without install scripts still runs', async t => {
  const { dataDirectory, command } = await copyProject(t, { symlinks: false })

  const { program, report } = await startOwner(t, dataDirectory, command)

  t.strictSame(await runQuery(report.url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.notOk(
    (await readdir(report.directory)).some(name => name.startsWith('programs-')),
    'the links were made in place',
  )
  await endProgram(program, 'SIGTERM')
})

t.test(
  'an installation made without install scripts runs in another user’s folder',
  { skip: skipUnlessRoot },
  async t => {
    const { folder, dataDirectory, command } = await copyProject(t, { symlinks: false })
    await chmod(folder, 0o777)

    const { program, report } = await startOwner(t, dataDirectory, [...asNobody, ...command])

    t.strictSame(await runQuery(report.url, 'SELECT 1 AS one'), [{ one: 1 }])
    t.ok(
      (await readdir(report.directory)).some(name => name.startsWith('programs-')),
      'the programs were copied',
    )
    await endProgram(program, 'SIGTERM')
  },
)

t.test('a discarded database leaves no files in any location', { skip: skipUnlessRoot }, async t => {
  const dataDirectory = await aDataDirectory(t)
  await mkdir(dataDirectory, { mode: 0o700 })
  const database = await startEmbeddedPostgres({ dataDirectory, durable: false })
  t.notMatch(database.directory, dataDirectory)
  await t.rejects(discardEmbeddedPostgres(dataDirectory), { code: 'in-use' })
  await database.stop()

  await discardEmbeddedPostgres(dataDirectory)

  await t.rejects(lstat(database.directory), { code: 'ENOENT' })
  await t.rejects(lstat(dataDirectory), { code: 'ENOENT' })
})

async function aRootOnlyProject(t: Test) {
  const project = await copyProject(t)
  await chmod(project.folder, 0o700)
  t.teardown(() => deleteProject(project.dataDirectory, project.folder))
  return project
}

/** Also deletes data in a fallback directory. */
async function deleteProject(dataDirectory: string, folder: string): Promise<void> {
  const fallbackDirectory = await readlink(join(dataDirectory, 'postgres')).catch(() => undefined)
  if (fallbackDirectory) {
    await stopServerProcesses(join(fallbackDirectory, 'cluster'))
    await rm(fallbackDirectory, { recursive: true, force: true })
    await rmdir(dirname(fallbackDirectory)).catch(() => undefined) // it may hold other databases
  }
  await rm(folder, { recursive: true, force: true })
}
