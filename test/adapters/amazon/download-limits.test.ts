import { spawn } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { createGzip, gzipSync, type ZlibOptions } from 'node:zlib'
import t, { type Test } from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { type DownloadLimits, downloadLimits } from '../../../src/adapters/amazon/download.ts'
import { toReportError } from '../../../src/application/ingestion/report/to-report-error.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import { decideRetry } from '../../../src/domain/ingestion/report-error.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aCompletedReport } from '../../support/examples.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'
import { waitForExit } from '../../support/product/child-process.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

/** Milliseconds; the limits under test end a download long before that. */
const timeout = 120_000
const never = new AbortController().signal

const rowsOf = (count: number, bytes = 750): FileRow[] =>
  Array.from({ length: count }, (_, index) => ({
    campaignId: String(index),
    campaignName: 'x'.repeat(bytes),
  }))

/** The limits count bytes on the wire. */
const noCompression = { level: 0 }
const fileOf = (rows: readonly FileRow[]): Buffer => gzipSync(JSON.stringify(rows), noCompression)

async function aStorage(
  t: Test,
  limits: Partial<DownloadLimits>,
  send: (response: ServerResponse, path: string) => unknown,
) {
  const closed = Promise.withResolvers<number>()
  const url = await startTestServer(t, ({ socket, url }, response) => {
    socket.once('close', () => closed.resolve(socket.bytesWritten))
    send(response, url ?? '')
  })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(url), { ...downloadLimits, ...limits })
  const download = (leaseLost = never) => reports.download({ urls: [new Secret(`${url}/file`)] }, leaseLost)
  return { url, download, closed: closed.promise }
}

async function allRows(batches: AsyncIterable<readonly FileRow[]>, afterEachBatch?: () => Promise<unknown>) {
  const rows: FileRow[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    await afterEachBatch?.()
  }
  return rows
}

async function sendSlowly(response: ServerResponse, chunks: Iterable<Buffer>, milliseconds: number) {
  for (const chunk of chunks) {
    if (response.destroyed) return
    response.write(chunk)
    await pause(milliseconds)
  }
  response.end()
}

function* chunksOf(body: Buffer, bytes: number): Generator<Buffer> {
  for (let from = 0; from < body.length; from += bytes) yield body.subarray(from, from + bytes)
}

/** An endless array at about 1 MB/s before compression. */
function endless(compression: ZlibOptions = noCompression): Readable {
  async function* generateRows() {
    yield '['
    for (;;) {
      yield `${JSON.stringify(rowsOf(10)).slice(1, -1)},`
      await pause(10)
    }
  }
  return Readable.from(generateRows()).pipe(createGzip(compression))
}

/** Asserts that Amazon timed out, that the report will be retried and that the connection is closed. */
async function assertTimesOut(t: Test, reading: Promise<unknown>, message: RegExp, closed: Promise<unknown>) {
  const error = await reading.then(
    () => null,
    cause => cause,
  )
  t.match(error, { name: 'AmazonFailure', kind: 'timeout', message })
  const reportError = toReportError(error, new Date())
  t.strictSame(reportError, { error: 'timeout' })
  t.match(reportError && decideRetry(reportError, aCompletedReport(), 0), { decision: 'retry' })
  await closed
  t.pass('the storage sees the connection close')
}

t.test('S-24 a body that stops in the middle times out', { timeout }, async t => {
  const file = fileOf(rowsOf(400))
  const { download, closed } = await aStorage(t, { silence: 2000 }, response => {
    response.writeHead(200, { 'content-length': file.length })
    response.write(file.subarray(0, file.length / 2))
  })
  let rowCount = 0
  const reading = (async () => {
    for await (const rows of download()) rowCount += rows.length
  })()

  await assertTimesOut(t, reading, /stalled/, closed)
  t.ok(rowCount > 0, `${rowCount} rows had arrived`)
})

t.test('S-24 headers that never arrive time out', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { silence: 300 }, () => undefined)

  await assertTimesOut(t, allRows(download()), /stalled/, closed)
})

t.test('S-24 a trickling body times out even if no single pause is long', { timeout }, async t => {
  const file = fileOf(rowsOf(2000))
  const { download, closed } = await aStorage(t, { silence: 500 }, response =>
    sendSlowly(response, chunksOf(file, 20), 20),
  )

  await assertTimesOut(t, allRows(download()), /stalled/, closed)
})

t.test('S-24 a steady body that never ends times out', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { timeout: 600 }, response => endless().pipe(response))

  await assertTimesOut(t, allRows(download()), /took too long/, closed)
})

/** Members of a gzip can follow each other; these decompress to nothing. */
function* emptyMembers() {
  const members = Buffer.concat(Array(4000).fill(gzipSync('')))
  for (;;) yield members
}

for (const [name, limits, body] of [
  ['longer than the limit', { fileBytes: 1024 ** 2 }, () => endless(noCompression)],
  ['like a gzip bomb', { ratioFromBytes: 1024 ** 2 }, () => endless({ level: 9 })],
  ['of endless empty members', { fileBytes: 1024 ** 2, timeout: 5000 }, () => Readable.from(emptyMembers())],
] as const) {
  t.test(`S-24 a file ${name} is left early, and its report fails without a retry`, { timeout }, async t => {
    const { download, closed } = await aStorage(t, limits, response => body().pipe(response))

    const error = await allRows(download()).then(
      () => null,
      cause => cause,
    )

    const reportError = toReportError(error, new Date(), 'file')
    t.match(reportError, { error: 'file_too_large' })
    t.match(reportError && decideRetry(reportError, aCompletedReport(), 0), { decision: 'fail' })
    t.ok((await closed) < 8 * 1024 ** 2, 'few bytes were sent')
  })
}

t.test('S-24 an error whose body never ends keeps its status', { timeout }, async t => {
  const { download, closed } = await aStorage(t, { silence: 1500 }, response => {
    response.writeHead(503, { 'content-type': 'application/xml' })
    response.write('<Error>')
  })

  await t.rejects(allRows(download()), { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 503 })
  await closed
})

t.test('a body that pauses for less than the limit is read to its end', { timeout }, async t => {
  const rows = rowsOf(400)
  const { download } = await aStorage(t, { silence: 1000 }, response =>
    sendSlowly(response, chunksOf(fileOf(rows), 40 * 1024), 250),
  )

  t.strictSame(await allRows(download()), rows)
})

t.test('a slow body with enough bytes in each window is read to its end', { timeout }, async t => {
  const rows = rowsOf(200)
  // Smaller than `progressBytes`: only several chunks together count as progress.
  const { download } = await aStorage(t, { silence: 1000 }, response =>
    sendSlowly(response, chunksOf(fileOf(rows), 6 * 1024), 80),
  )

  t.strictSame(await allRows(download()), rows)
})

for (const [limit, limits] of [
  ['silence', { silence: 1500 }],
  ['timeout', { timeout: 5000 }],
] as const) {
  t.test(`a slow reader does not trigger the ${limit} limit`, { timeout }, async t => {
    // More bytes than all buffers in between can hold.
    const rows = rowsOf(512, 64 * 1024)
    const file = fileOf(rows)
    const responses: ServerResponse[] = []
    const { download } = await aStorage(t, limits, response => {
      responses.push(response)
      response.end(file)
    })
    let slowReads = 3

    const read = await allRows(download(), async () => {
      slowReads -= 1
      if (slowReads < 0) return
      await pause(1900)
      if (slowReads === 0) t.ok(responses[0]?.writableLength, 'bytes are waiting to be read')
    })

    t.strictSame(
      read.map(row => row['campaignId']),
      rows.map(row => row['campaignId']),
    )
  })
}

t.test(
  'a storage that stalls while the reader is slow times out once the reader has caught up',
  { timeout },
  async t => {
    const file = fileOf(rowsOf(400))
    const { download, closed } = await aStorage(t, { silence: 300 }, response => {
      response.write(file.subarray(0, file.length / 2))
    })

    await assertTimesOut(
      t,
      allRows(download(), () => pause(400)),
      /stalled/,
      closed,
    )
  },
)

t.test('a reader that fails closes the connection to the storage', { timeout }, async t => {
  const { download, closed } = await aStorage(t, {}, response => endless().pipe(response))

  await t.rejects(
    allRows(download(), () => Promise.reject(new Error('the database is gone'))),
    { message: 'the database is gone' },
  )
  await closed
})

t.test('a lease lost before the download begins sends no request to the storage', { timeout }, async t => {
  let requestCount = 0
  const { download } = await aStorage(t, {}, response => {
    requestCount += 1
    response.end(fileOf(rowsOf(3)))
  })

  await t.rejects(allRows(download(AbortSignal.abort(new Error('lost')))))
  t.equal(requestCount, 0)
})

t.test('a finished download never keeps the process alive', { timeout }, async t => {
  const file = fileOf(rowsOf(400))
  const { url } = await aStorage(t, {}, (response, path) => {
    if (path === '/whole') response.end(file)
    else response.write(file.subarray(0, file.length / 2))
  })
  const addresses = ['/whole', '/silent', '/left'].map(path => url + path)
  // tap adds loaders to every child process; `env` removes them.
  const args = ['-u', 'NODE_OPTIONS', process.execPath, join(import.meta.dirname, 'downloader.ts')]
  const program = spawn('env', [...args, ...addresses], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => program.kill('SIGKILL'))

  const [output, code] = await Promise.all([text(program.stdout), waitForExit(program)])

  t.equal(output, 'whole\ntimeout\nleft\n')
  t.equal(code, 0, 'the process ended on its own')
})
