import t, { type Test } from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { liveCallbackUrl, runLiveChecks } from '../../../src/commands/doctor/live.ts'
import type { CheckResult } from '../../../src/commands/doctor/report.ts'
import { decide } from '../../sandbox/amazon-client.ts'
import { amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { assertNoSecret } from '../../support/runner/output-scan.ts'

async function open(t: Test) {
  const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
  t.teardown(() => sandbox.close())
  /** The operator allows access and pastes the address that the browser can't open. */
  const allowAs =
    (user: string, change = (address: string) => address) =>
    async (text: string): Promise<string> => {
      const page = new URL(/^https?:\S+\/ap\/oa\S+$/m.exec(text)?.[0] ?? '')
      const parameters = Object.fromEntries(page.searchParams)
      return change((await decide(sandbox, { user, decision: 'allow' }, parameters)).href)
    }
  const check = async (ask: (text: string) => Promise<string>, region: 'na' | 'eu' = 'na') => {
    const printed: CheckResult[] = []
    await runLiveChecks(amazonSettingsOf(sandbox.settings), {
      region,
      ask,
      report: result => printed.push(result),
      secrets: [],
      pollInterval: 20,
    })
    assertNoSecret(JSON.stringify(printed), 'the doctor’s output')
    return Object.fromEntries(
      printed.map(({ name, finding }) => [name, `${finding.verdict}: ${finding.message}`]),
    )
  }
  return { sandbox, allowAs, check }
}

t.test('S-54 the live check reads one account from the consent to a report', async t => {
  const { allowAs, check } = await open(t)

  const found = await check(allowAs('us-seller'))

  t.match(found, {
    consent:
      'passed: Amazon accepts PKCE (S256) together with the client secret; the access token lasts 60 minutes.',
    'token refresh': /^passed: The refresh token works; Amazon returned /,
    'user profile': /^passed: 127\.0\.0\.1:\d+ names the user/,
    profiles: /^passed: NA lists .*1 seller US/,
    report: /^passed: A report of \d{4}-\d\d-\d\d \(US\) took \d+ s and has [1-9]\d* rows\.$/,
  })
})

t.test('S-54 the live check stops at the first answer that later checks need', async t => {
  const { sandbox, allowAs, check } = await open(t)
  const another = (address: string) => address.replace(/state=[^&]+/, 'state=another')

  t.match(await check(async () => 'https://localhost/dashboard/ads/callback'), {
    consent: 'failed: The address has no code.',
  })
  t.match(await check(allowAs('us-seller', another)), {
    consent: 'failed: The address is of another consent.',
  })
  sandbox.controls.set({
    faults: [{ call: 'profiles', region: null, times: null, fault: '403' }] as never,
  })
  const found = await check(allowAs('us-seller'))
  t.match(found, { profiles: /^failed: Amazon rejected the request with 403/ })
  t.notOk('report' in found)
})

t.test('S-54 the live check asks for the consent with its own return address', async t => {
  const { check } = await open(t)
  let asked = ''

  await check(async text => {
    asked = text
    return ''
  })

  t.match(asked, `redirect_uri=${encodeURIComponent(liveCallbackUrl)}`)
})
