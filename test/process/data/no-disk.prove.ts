import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { startupErrorMessage } from '../../../src/commands/start/startup-errors.ts'
import { startRunningProduct } from '../../support/product/running-product.ts'
import { cloneDatabase } from '../../support/servers/cluster.ts'
import { runFailedStart } from '../failed-start.ts'
import { mountSkipReason, mountSmallDisk, type SmallDisk } from './small-disk.ts'

const skip = await mountSkipReason()

/** Returns the single line printed by the failed start; asserts that no database server is left. */
async function failedStartMessage(
  t: Test,
  disk: SmallDisk,
  env: Record<string, string> = {},
): Promise<string> {
  const { code, output } = await runFailedStart({ PORT: '3000', DATA_DIRECTORY: disk.path, ...env })

  t.equal(code, 1)
  t.equal(output.split('\n').length, 1, output)
  t.strictSame(await disk.findServerProcesses(), [])
  return output
}

/** Asserts that the product starts, even with existing data, and stops it. */
async function assertStarts(t: Test, { path }: SmallDisk) {
  const product = await startRunningProduct({ dataDirectory: path })
  t.match(product.output(), '1smart.link is running')
  t.equal(await product.stop(), 0)
}

const diskFullMessage = ({ path }: SmallDisk) =>
  `The disk of the embedded database in ${path} is full: free some space and start again.`

t.test('a disk too small for the database stops startup with a one-sentence error', { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=8m')

  const message = await failedStartMessage(t, disk)

  t.match(
    message,
    /^The embedded database needs 64 MB, but the disk of (\S+) has \d MB left: free some space and /,
  )
  t.match(message, ` ${disk.path}/postgres `)
})

t.test(
  'a disk without space for initdb stops startup and keeps only the password for the next start',
  { skip },
  async t => {
    // Enough bytes but too few inodes: initdb fails as it does on a disk that fills up while it runs.
    const disk = await mountSmallDisk(t, 'size=200m,nr_inodes=400')

    t.equal(await failedStartMessage(t, disk), diskFullMessage(disk))

    t.strictSame((await readdir(disk.path, { recursive: true })).sort(), ['postgres', 'postgres/password'])
  },
)

t.test('a disk filled before tables exist stops startup with a one-sentence error', { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=72m')
  const database = await startEmbeddedPostgres({ dataDirectory: disk.path })
  await database.stop()
  await disk.fill(256 * 1024)

  t.equal(await failedStartMessage(t, disk), 'The database’s disk is full. Free some space and start again.')

  await disk.clear()
  await assertStarts(t, disk)
})

t.test('a disk that is full at a second start stops it with a one-sentence error', { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=72m')
  await assertStarts(t, disk)
  await disk.fill(0)

  t.equal(await failedStartMessage(t, disk), diskFullMessage(disk))

  await disk.clear()
  await assertStarts(t, disk)
})

for (const isFirstStart of [true, false])
  t.test(`a read-only disk stops ${isFirstStart ? 'the first' : 'a later'} start`, { skip }, async t => {
    const disk = await mountSmallDisk(t, 'size=72m')
    if (!isFirstStart) await assertStarts(t, disk)
    await disk.remount('ro')

    t.equal(
      await failedStartMessage(t, disk),
      `The embedded database can’t use ${disk.path}: make the folder and its files writable for this user, or set DATABASE_URL to your own PostgreSQL.`,
    )
  })

t.test('a new folder on a read-only disk stops startup with a one-sentence error', { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=72m')
  await disk.remount('ro')
  const folder = join(disk.path, 'new')

  t.equal(
    await failedStartMessage(t, disk, { DATA_DIRECTORY: folder }),
    `${folder} can’t be created: its disk is read-only. Choose another folder: DATA_DIRECTORY=… npm start`,
  )
})

t.test('keys that cannot be stored stop startup with any database', { skip }, async t => {
  const disk = await mountSmallDisk(t, 'size=1m')
  await disk.remount('ro')
  const database = await cloneDatabase()
  t.teardown(() => database.drop())

  const message = await failedStartMessage(t, disk, {
    DATABASE_URL: database.url,
    LWA_CLIENT_ID: 'x',
    LWA_CLIENT_SECRET: 'y',
  })

  t.match(
    message,
    /^\S+\/(session|token)\.key\S* can’t be created: its disk is read-only\. Choose another folder: /,
  )
  t.match(message, disk.path)
})

t.test(
  'each disk error has its own sentence, and a missing product file keeps the full error text',
  async t => {
    const diskError = (properties: object) => Object.assign(new Error('disk error'), properties)

    const full = 'The disk of /data/x is full. Free some space and start again.'
    t.equal(startupErrorMessage(diskError({ code: 'ENOSPC', path: '/data/x' })), full)
    t.equal(startupErrorMessage(diskError({ code: 'EDQUOT', path: '/data/x' })), full)
    // An error from a write, unlike one from an open, doesn't name the file.
    t.match(startupErrorMessage(diskError({ code: 'ENOSPC' })), /^The disk is full\. Free some space/)
    t.match(
      startupErrorMessage(new Error('driver', { cause: diskError({ code: '53100' }) })),
      /^The database’s disk is full\. Free/,
    )
    t.match(startupErrorMessage(diskError({ code: 'EROFS', path: '/data/x' })), /^\/data\/x can’t be created/)
    t.match(
      startupErrorMessage(diskError({ code: 'ENOENT', syscall: 'open', path: '/views/x' })),
      /^Error: disk error\n +at /,
    )
  },
)
