import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { maxResponseBytes, workerCallTimeout } from '../../../src/adapters/amazon/amazon-http.ts'
import { LoginWithAmazon } from '../../../src/adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

const token = new Secret('x')
const never = new AbortController().signal

/** Bytes that sockets and streams may hold beyond what the client reads. */
const inTransit = 12 * 1024 * 1024

const spaces = Buffer.alloc(256 * 1024, ' ')
/** Members of a gzip can follow each other. */
const compressedSpaces = gzipSync(spaces)

/** Answers with endless responses, as fast as the client reads them, and counts the bytes sent until each is closed. */
async function anEndlessServer(t: Test, status = 200, headers: Readonly<Record<string, string>> = {}) {
  const bytesSent: Promise<number>[] = []
  const chunk = headers['content-encoding'] ? compressedSpaces : spaces
  const url = await startTestServer(t, ({ socket }, response) => {
    const { promise, resolve } = Promise.withResolvers<number>()
    bytesSent.push(promise)
    socket.once('close', () => resolve(socket.bytesWritten))
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers })
    const writeUntilFull = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', writeUntilFull)
    writeUntilFull()
  })
  return { url, bytesSent }
}

t.test('an endless response is cut off at the size limit and reported as unreadable', async t => {
  const { url, bytesSent } = await anEndlessServer(t)
  const settings = amazonSettingsAt(url)
  const login = new LoginWithAmazon(settings)
  const tooLarge = { name: 'AmazonFailure', kind: 'unreadable', message: /larger than 16777216 bytes/ }

  await t.rejects(
    new AmazonAdvertisingReports(settings).getStatus(aProfile(), token, 'r' as AmazonReportId),
    tooLarge,
  )
  await t.rejects(new AmazonProfileDirectory(settings).listProfiles('eu', token), tooLarge)
  await t.rejects(login.fetchUserProfile('na', token), tooLarge)
  // The OAuth library closes the connection and then reports only that it broke.
  await t.rejects(login.refresh('na', token), { name: 'AmazonFailure', kind: 'unreachable' })
  for (const sent of await Promise.all(bytesSent)) t.ok(sent < maxResponseBytes + inTransit, `${sent} bytes`)
})

for (const headers of [{}, { 'content-encoding': 'gzip' }] as const) {
  const sort = 'content-encoding' in headers ? 'compressed' : 'plain'
  t.test(`an endless ${sort} error response is left early and keeps its status`, async t => {
    const { url, bytesSent } = await anEndlessServer(t, 500, headers)
    const unreachable = { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 500 }
    const reports = new AmazonAdvertisingReports(amazonSettingsAt(url))

    await t.rejects(reports.getStatus(aProfile(), token, 'r' as AmazonReportId), unreachable)
    await t.rejects(
      reports
        .download({ urls: [new Secret(url)] }, never)
        [Symbol.asyncIterator]()
        .next(),
      unreachable,
    )
    for (const sent of await Promise.all(bytesSent)) t.ok(sent < inTransit, `${sent} bytes`)
  })
}

t.test('an error response that trickles is left after two seconds and keeps its status', async t => {
  const url = await startTestServer(t, (_request, response) => {
    response.writeHead(503)
    response.write('{')
  })
  const started = performance.now()

  await t.rejects(
    new AmazonAdvertisingReports(amazonSettingsAt(url)).getStatus(aProfile(), token, 'r' as AmazonReportId),
    {
      name: 'AmazonFailure',
      kind: 'unreachable',
      httpStatus: 503,
    },
  )
  t.ok(performance.now() - started < workerCallTimeout / 2)
})
