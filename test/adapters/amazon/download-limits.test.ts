import { spawn } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { createGzip, gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { type DownloadLimits, downloadLimits } from '../../../src/adapters/amazon/download.ts'
import { troubleOf } from '../../../src/application/ingestion/trouble-of.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import { remedyFor } from '../../../src/domain/ingestion/trouble.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsAt } from '../../support/amazon-settings.ts'
import { answeringServer } from '../../support/answering-server.ts'
import { endOf } from '../../support/child-process.ts'
import { aCompletedReport } from '../../support/examples.ts'

/** Generous, for a busy machine: what is given up is given up long before. */
const timeout = 120_000
const never = new AbortController().signal

const rowsOf = (count: number, bytes = 750): FileRow[] =>
  Array.from({ length: count }, (_, index) => ({
    campaignId: String(index),
    campaignName: 'x'.repeat(bytes),
  }))

/** Nothing shrinks: what the limits count are bytes as they are sent. */
const stored = { level: 0 }
const fileOf = (rows: readonly FileRow[]): Buffer => gzipSync(JSON.stringify(rows), stored)

/** A storage that sends its file as told, and the adapter that downloads from it. */
async function aStorage(
  t: Test,
  limits: Partial<DownloadLimits>,
  send: (response: ServerResponse, path: string) => unknown,
) {
  const closed = Promise.withResolvers<void>()
  const url = await answeringServer(t, (request, response) => {
    request.socket.once('close', closed.resolve)
    send(response, request.url ?? '')
  })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(url), { ...downloadLimits, ...limits })
  const download = (lost = never) => reports.download({ url: new Secret(`${url}/file`) }, lost)
  return { url, download, closed: closed.promise }
}

async function allRows(batches: AsyncIterable<readonly FileRow[]>, atEach?: () => Promise<unknown>) {
  const rows: FileRow[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    await atEach?.()
  }
  return rows
}

/** Pieces of a body, with a pause before each; until the other side hangs up. */
async function sendSlowly(response: ServerResponse, pieces: Iterable<Buffer>, milliseconds: number) {
  for (const piece of pieces) {
    if (response.destroyed) return
    response.write(piece)
    await pause(milliseconds)
  }
  response.end()
}

function* cut(body: Buffer, bytes: number): Generator<Buffer> {
  for (let from = 0; from < body.length; from += bytes) yield body.subarray(from, from + bytes)
}

/** An array that never ends, at about a megabyte a second. */
function endless(): Readable {
  async function* words() {
    yield '['
    for (;;) {
      yield `${JSON.stringify(rowsOf(10)).slice(1, -1)},`
      await pause(10)
    }
  }
  return Readable.from(words()).pipe(createGzip(stored))
}

/** It is given up as Amazon's slowness, which is tried again, and the storage is hung up on. */
async function isGivenUp(t: Test, reading: Promise<unknown>, message: RegExp, closed: Promise<void>) {
  const error = await reading.then(
    () => null,
    cause => cause,
  )
  t.match(error, { name: 'AmazonTimeout', message })
  const trouble = troubleOf(error)
  t.strictSame(trouble, { trouble: 'timeout' })
  t.match(trouble && remedyFor(trouble, aCompletedReport(), 0), { remedy: 'again' })
  await closed
  t.pass('the storage sees the connection close')
}

t.test('S-24 a body that falls silent in the middle is given up', { timeout }, async t => {
  const file = fileOf(rowsOf(400))
  const { download, closed } = await aStorage(t, { silence: 2000 }, response => {
    response.writeHead(200, { 'content-length': file.length })
    response.write(file.subarray(0, file.length / 2))
  })
  let arrived = 0
  const reading = (async () => {
    for await (const rows of download()) arrived += rows.length
  })()

  await isGivenUp(t, reading, /fell silent/, closed)
  t.ok(arrived > 0, `${arrived} rows had arrived`)
})

t.test('S-24 headers that never come are given up', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { silence: 300 }, () => undefined)

  await isGivenUp(t, allRows(download()), /fell silent/, closed)
})

t.test('S-24 a body that trickles is given up, though no pause in it is long', { timeout }, async t => {
  const file = fileOf(rowsOf(2000))
  const { download, closed } = await aStorage(t, { silence: 500 }, response =>
    sendSlowly(response, cut(file, 20), 20),
  )

  await isGivenUp(t, allRows(download()), /fell silent/, closed)
})

t.test('S-24 a body that is steady and never ends is given up', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { patience: 600 }, response => endless().pipe(response))

  await isGivenUp(t, allRows(download()), /took too long/, closed)
})

t.test('S-24 an error whose body never ends keeps its status', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { silence: 1500 }, response => {
    response.writeHead(503, { 'content-type': 'application/xml' })
    response.write('<Error>')
  })

  await t.rejects(allRows(download()), { name: 'AmazonUnreachable', httpStatus: 503 })
  await closed
})

t.test('a body that pauses for less than the limit is read to its end', { timeout }, async t => {
  const rows = rowsOf(400)
  const { download } = await aStorage(t, { silence: 1000 }, response =>
    sendSlowly(response, cut(fileOf(rows), 40 * 1024), 250),
  )

  t.strictSame(await allRows(download()), rows)
})

t.test('a slow body that brings enough in each window is read to its end', { timeout }, async t => {
  const rows = rowsOf(200)
  // A piece of the limit's size is made up of several of these.
  const { download } = await aStorage(t, { silence: 1000 }, response =>
    sendSlowly(response, cut(fileOf(rows), 6 * 1024), 80),
  )

  t.strictSame(await allRows(download()), rows)
})

for (const [limit, limits] of [
  ['silence', { silence: 1500 }],
  ['patience', { patience: 5000 }],
] as const) {
  t.test(`a slow reader is not mistaken for a slow Amazon: ${limit}`, { timeout }, async t => {
    // More than all the buffers on the way can hold.
    const rows = rowsOf(512, 64 * 1024)
    const file = fileOf(rows)
    const storage: ServerResponse[] = []
    const { download } = await aStorage(t, limits, response => {
      storage.push(response)
      response.end(file)
    })
    let slow = 3

    const read = await allRows(download(), async () => {
      slow -= 1
      if (slow < 0) return
      await pause(1900)
      if (slow === 0) t.ok(storage[0]?.writableLength, 'bytes wait unread')
    })

    t.strictSame(
      read.map(row => row['campaignId']),
      rows.map(row => row['campaignId']),
    )
  })
}

t.test(
  'a storage that falls silent while the reader is slow is given up once it is read',
  { timeout },
  async t => {
    const file = fileOf(rowsOf(400))
    const { download, closed } = await aStorage(t, { silence: 300 }, response => {
      response.write(file.subarray(0, file.length / 2))
    })

    await isGivenUp(
      t,
      allRows(download(), () => pause(400)),
      /fell silent/,
      closed,
    )
  },
)

t.test('a reader that leaves hangs up on the storage', { timeout }, async t => {
  const { download, closed } = await aStorage(t, {}, response => endless().pipe(response))

  await t.rejects(
    allRows(download(), () => Promise.reject(new Error('the database is gone'))),
    { message: 'the database is gone' },
  )
  await closed
})

t.test(
  'a lease that is lost before the download begins asks the storage for nothing',
  { timeout },
  async t => {
    let asked = 0
    const { download } = await aStorage(t, {}, response => {
      asked += 1
      response.end(fileOf(rowsOf(3)))
    })

    await t.rejects(allRows(download(AbortSignal.abort(new Error('lost')))))
    t.equal(asked, 0)
  },
)

t.test('however a download ends, nothing of it keeps the program alive', { timeout }, async t => {
  const file = fileOf(rowsOf(400))
  const { url } = await aStorage(t, {}, (response, path) => {
    if (path === '/whole') response.end(file)
    else response.write(file.subarray(0, file.length / 2))
  })
  const addresses = ['/whole', '/silent', '/left'].map(path => url + path)
  // tap adds its own loaders to every program that a test starts; `env` takes them off again.
  const words = ['-u', 'NODE_OPTIONS', process.execPath, join(import.meta.dirname, 'downloader.ts')]
  const program = spawn('env', [...words, ...addresses], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => program.kill('SIGKILL'))

  const [said, code] = await Promise.all([text(program.stdout), endOf(program)])

  t.equal(said, 'whole\nAmazonTimeout\nleft\n')
  t.equal(code, 0, 'it ended by itself')
})
