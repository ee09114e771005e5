import type { ServerResponse } from 'node:http'
import t from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { LoginWithAmazon } from '../../../src/adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsAt } from '../../support/amazon-settings.ts'
import { answeringServer } from '../../support/answering-server.ts'
import { aProfile } from '../../support/examples.ts'

const piece = Buffer.alloc(256 * 1024, ' ')

/** Endless, as fast as the client reads. */
function pourOut(response: ServerResponse): void {
  response.setHeader('content-type', 'application/json')
  const pour = (): void => {
    while (!response.destroyed && response.write(piece));
  }
  response.on('drain', pour)
  pour()
}

t.test('an endless response is cut off at the size limit and reported as unreadable', async t => {
  const url = await answeringServer(t, (_request, response) => pourOut(response))
  const settings = amazonSettingsAt(url)
  const login = await LoginWithAmazon.open(settings)
  t.teardown(() => login.close())
  const token = new Secret('x')
  const tooLong = { name: 'InvalidAmazonResponse', message: /larger than 16777216 bytes/ }
  const before = process.memoryUsage().rss

  await t.rejects(
    new AmazonAdvertisingReports(settings).getStatus(aProfile(), token, 'r' as AmazonReportId),
    tooLong,
  )
  await t.rejects(new AmazonProfileDirectory(settings).listProfiles('eu', token), tooLong)
  await t.rejects(login.fetchUserProfile(token), tooLong)
  // The OAuth library closes the connection and then reports only that it broke.
  await t.rejects(login.refresh('na', token), { name: 'AmazonUnreachable' })

  const grown = Math.round((process.memoryUsage().rss - before) / 1024 / 1024)
  t.ok(grown < 400, `${grown} MB more`)
})
