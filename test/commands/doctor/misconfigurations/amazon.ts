import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { respondWith, startTestServer } from '../../../support/servers/answering-server.ts'
import type { Scene } from '../scene.ts'
import { type Misconfiguration, misconfigurationHelpers } from './break.ts'

export const amazonMisconfigurations = (scene: Scene): readonly Misconfiguration[] => {
  const { web, unreachableUrl } = scene
  const { withSettings, withSandboxControls } = misconfigurationHelpers(scene)
  return [
    {
      problem: 'a wrong client secret',
      apply: withSettings({ LWA_CLIENT_SECRET: 'another-secret' }),
      verdicts: { 'LwA client': 'failed' },
      message: /Login with Amazon NA rejects our client \(401 invalid_client\)/,
    },
    {
      problem: 'a Login with Amazon outage as a check that could not be made',
      apply: withSandboxControls({ tokenEndpoint: 'server_error' }),
      verdicts: { 'LwA client': 'could not be checked' },
      message: /503/,
    },
    {
      problem: 'an unreachable Login with Amazon',
      apply: withSettings({ AMAZON_TOKEN_URL_EU: `${unreachableUrl}/auth/o2/token` }),
      verdicts: { 'LwA client': 'failed' },
      message: /Login with Amazon EU not reachable/,
    },
    {
      problem: 'a clock two minutes off Amazon’s',
      apply: withSandboxControls({ clockOffsetSeconds: 120 }),
      verdicts: { clock: 'failed' },
      message: /clock is 1(19|20|21) seconds behind Amazon’s/,
    },
    {
      problem: 'a clock a few seconds off Amazon’s',
      apply: withSandboxControls({ clockOffsetSeconds: -15 }),
      verdicts: { clock: 'warning' },
      message: /clock is 1[3-7] seconds ahead of Amazon’s/,
    },
    {
      problem: 'a clock that differs from all others by two minutes',
      async apply(t) {
        const file = join(t.testdir(), 'shift')
        await writeFile(file, '-120')
        return { NODE_ENV: '', CLOCK_SHIFT_FILE: file }
      },
      verdicts: { clock: 'failed' },
      message: /clock is 1(19|20|21) seconds behind (the database|Amazon)’s/,
    },
    {
      problem: 'a callback address that is not registered at Amazon',
      async apply(t) {
        const response = respondWith(400, 'Error code: lwa-invalid-parameter-bad-redirect-uri-vendor')
        const url = `${await startTestServer(t, response)}/ap/oa`
        return { NODE_ENV: '', AMAZON_AUTHORIZE_URL_NA: url }
      },
      verdicts: { 'callback address': 'failed' },
      message: /^Amazon NA rejects the callback URL/,
      fix: new RegExp(`exactly: ${web.origin}/dashboard/ads/callback`),
    },
    {
      problem: 'a client without access to the Ads API',
      async apply(t) {
        const location = `${web.origin}/dashboard/ads/callback?error=invalid_scope&state=x`
        const url = `${await startTestServer(t, respondWith(302, '', { location }))}/ap/oa`
        return { NODE_ENV: '', AMAZON_AUTHORIZE_URL_FE: url }
      },
      verdicts: { 'callback address': 'failed' },
      message: /^Amazon FE denies this client advertising data\.$/,
    },
    {
      problem: 'an unreachable Amazon region',
      apply: withSettings({ AMAZON_ADS_URL_FE: unreachableUrl }),
      verdicts: { 'Ads API FE': 'failed' },
      message: /^localhost:\d+ not reachable from here: connection refused\.$/,
    },
    {
      problem: 'an Amazon region that is down',
      apply: withSandboxControls({ regionsDown: ['EU'] }),
      verdicts: { 'Ads API EU': 'warning' },
      message: /returned 503/,
    },
    {
      problem: 'another server that answers in place of a region',
      async apply(t) {
        const url = await startTestServer(t, respondWith(404, 'no such page'))
        return { NODE_ENV: '', AMAZON_ADS_URL_FE: url }
      },
      verdicts: { 'Ads API FE': 'warning' },
      message: /^127\.0\.0\.1:\d+ returned 404 instead of 401 or 403/,
      fix: /AMAZON_ADS_URL_FE/,
    },
  ]
}
