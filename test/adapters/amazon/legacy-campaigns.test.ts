import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

const token = new Secret('x')

t.test('S-28 the sandbox’s running campaigns of the old format are counted', async t => {
  const sandbox = await startSandbox()
  t.teardown(() => sandbox.close())
  const settings = amazonSettingsOf(sandbox.settings)
  const count = async (user: string) => {
    const granted = new Secret(sandbox.controls.grant(user).accessToken)
    const [profile] = await new AmazonProfileDirectory(settings).listProfiles('na', granted)
    if (!profile) throw new Error('the user has no profile')
    return new AmazonAdvertisingReports(settings).countLegacyCampaigns(profile, granted)
  }

  t.equal(await count('legacy-brands'), 3)
  t.equal(await count('us-seller'), 0)
})

t.test('S-28 every page of campaigns is read; only those known to be of the old format count', async t => {
  const bodies: unknown[] = []
  const url = await startTestServer(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()))
    const pages = [
      '{"campaigns":[{"isMultiAdGroupsEnabled":false},{"isMultiAdGroupsEnabled":true},{}],"nextToken":"two"}',
      '{"campaigns":[{"isMultiAdGroupsEnabled":false}]}',
    ]
    response.end(pages[bodies.length - 1])
  })

  t.equal(
    await new AmazonAdvertisingReports(amazonSettingsAt(url)).countLegacyCampaigns(aProfile(), token),
    2,
  )
  const first = { stateFilter: { include: ['ENABLED', 'PAUSED'] }, maxResults: 100 }
  t.strictSame(bodies, [first, { ...first, nextToken: 'two' }])
})

t.test('S-28 an endless list of campaigns has no count', async t => {
  const url = await startTestServer(t, (_request, response) => {
    response.end('{"campaigns":[],"nextToken":"again"}')
  })

  const count = new AmazonAdvertisingReports(amazonSettingsAt(url)).countLegacyCampaigns(aProfile(), token)
  t.match(await count.catch(error => error), { kind: 'unreadable' })
})
