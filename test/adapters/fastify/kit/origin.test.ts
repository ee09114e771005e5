import t from 'tap'
import { deviceOf } from '../../../../src/adapters/fastify/kit/origin.ts'

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

t.test('S-01 a browser is shown by its usual name, and other user-agent text is never shown', async t => {
  const devices: readonly (readonly [userAgent: string | undefined, device: string])[] = [
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
      'Firefox on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/126.0.0.0 Safari/537.36`, 'Chrome on Linux'],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0`,
      'Microsoft Edge on macOS',
    ],
    ['Mozilla/5.0 (Windows NT 10.0)', 'A browser on Windows'],
    ['curl/8.1', 'A browser'],
    ['<b>Your bank</b>/1.0', 'A browser'],
    ['Call-me-now/1.0 (Windows NT 10.0)', 'A browser on Windows'],
    ['x'.repeat(20_000), 'A browser'],
    ['', 'A browser'],
    [undefined, 'A browser'],
  ]
  for (const [userAgent, device] of devices) t.equal(deviceOf(userAgent), device, `${userAgent}`.slice(0, 80))
})
