import type { ServerResponse } from 'node:http'
import t from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { LoginWithAmazon } from '../../../src/adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

const chunk = Buffer.alloc(256 * 1024, ' ')

/** Sends an endless response, as fast as the client reads it. */
function sendEndlessly(response: ServerResponse): void {
  response.setHeader('content-type', 'application/json')
  const writeUntilFull = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', writeUntilFull)
  writeUntilFull()
}

t.test('an endless response is cut off at the size limit and reported as unreadable', async t => {
  const url = await startTestServer(t, (_request, response) => sendEndlessly(response))
  const settings = amazonSettingsAt(url)
  const login = new LoginWithAmazon(settings)
  const token = new Secret('x')
  const tooLarge = { name: 'AmazonFailure', kind: 'unreadable', message: /larger than 16777216 bytes/ }
  const before = process.memoryUsage().rss

  await t.rejects(
    new AmazonAdvertisingReports(settings).getStatus(aProfile(), token, 'r' as AmazonReportId),
    tooLarge,
  )
  await t.rejects(new AmazonProfileDirectory(settings).listProfiles('eu', token), tooLarge)
  await t.rejects(login.fetchUserProfile(token), tooLarge)
  // The OAuth library closes the connection and then reports only that it broke.
  await t.rejects(login.refresh('na', token), { name: 'AmazonFailure', kind: 'unreachable' })

  const grownMb = Math.round((process.memoryUsage().rss - before) / 1024 / 1024)
  t.ok(grownMb < 400, `memory grew by ${grownMb} MB`)
})
