import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answeringServer, answerWith } from '../../support/answering-server.ts'
import type { Scene } from '../scene.ts'
import { type Break, breaking } from './break.ts'

export const breaksOfAmazon = (scene: Scene): readonly Break[] => {
  const { web, nowhere } = scene
  const { settings, switched } = breaking(scene)
  return [
    {
      what: 'a wrong client secret',
      by: settings({ LWA_CLIENT_SECRET: 'another-secret' }),
      lines: { 'LwA client': 'failed' },
      message: /Login with Amazon NA rejects our client \(401 invalid_client\)/,
    },
    {
      what: 'a Login with Amazon outage as not checkable',
      by: switched({ tokenEndpoint: 'server_error' }),
      lines: { 'LwA client': 'could not be checked' },
      message: /503/,
    },
    {
      what: 'an unreachable Login with Amazon',
      by: settings({ AMAZON_TOKEN_URL_EU: `${nowhere}/auth/o2/token` }),
      lines: { 'LwA client': 'failed' },
      message: /Login with Amazon EU not reachable/,
    },
    {
      what: 'a clock two minutes off Amazon’s',
      by: switched({ clockOffsetSeconds: 120 }),
      lines: { 'Amazon clock': 'failed' },
      message: /clock is 1(19|20|21) seconds behind Amazon’s/,
    },
    {
      what: 'a clock some seconds off Amazon’s',
      by: switched({ clockOffsetSeconds: -15 }),
      lines: { 'Amazon clock': 'warning' },
      message: /clock is 1[3-7] seconds ahead of Amazon’s/,
    },
    {
      what: 'a clock two minutes off all others',
      async by(t) {
        const file = join(t.testdir(), 'shift')
        await writeFile(file, '-120')
        return { NODE_ENV: '', CLOCK_SHIFT_FILE: file }
      },
      lines: { 'database clock': 'failed', 'Amazon clock': 'failed' },
      message: /clock is 120 seconds behind the database’s/,
    },
    {
      what: 'a callback address that is not registered at Amazon',
      async by(t) {
        const page = answerWith(400, 'Error code: lwa-invalid-parameter-bad-redirect-uri-vendor')
        const url = `${await answeringServer(t, page)}/ap/oa`
        return { NODE_ENV: '', AMAZON_AUTHORIZE_URL_NA: url }
      },
      lines: { 'callback address': 'failed' },
      message: /^Amazon NA rejects the callback URL/,
      fix: new RegExp(`exactly: ${web.origin}/dashboard/ads/callback`),
    },
    {
      what: 'a client without the Ads API',
      async by(t) {
        const location = `${web.origin}/dashboard/ads/callback?error=invalid_scope&state=x`
        const url = `${await answeringServer(t, answerWith(302, '', { location }))}/ap/oa`
        return { NODE_ENV: '', AMAZON_AUTHORIZE_URL_FE: url }
      },
      lines: { 'callback address': 'failed' },
      message: /^Amazon FE denies this client advertising data\.$/,
    },
    {
      what: 'an unreachable Amazon region',
      by: settings({ AMAZON_ADS_URL_FE: nowhere }),
      lines: { 'Ads API FE': 'failed' },
      message: /^localhost:\d+ not reachable from here: connection refused\.$/,
    },
    {
      what: 'an Amazon region that is down',
      by: switched({ regionsDown: ['EU'] }),
      lines: { 'Ads API EU': 'warning' },
      message: /returned 503/,
    },
    {
      what: 'another server that answers instead of a region',
      async by(t) {
        const url = await answeringServer(t, answerWith(404, 'no such page'))
        return { NODE_ENV: '', AMAZON_ADS_URL_FE: url }
      },
      lines: { 'Ads API FE': 'warning' },
      message: /^127\.0\.0\.1:\d+ returned 404 instead of 401 or 403/,
      fix: /AMAZON_ADS_URL_FE/,
    },
  ]
}
