import { respondWith, startTestServer } from '../../../support/servers/answering-server.ts'
import { newAuthority } from '../../../support/servers/certificates.ts'
import type { Scene } from '../scene.ts'
import { type Misconfiguration, misconfigurationHelpers } from './break.ts'

export const addressMisconfigurations = (scene: Scene): readonly Misconfiguration[] => {
  const { product, web, unreachableUrl } = scene
  const { withSettings, withCertificate } = misconfigurationHelpers(scene)
  return [
    {
      problem: 'a plain HTTP address to which Amazon sends no callback',
      apply: withSettings({ NODE_ENV: '', PUBLIC_URL: 'http://ads.example.test' }),
      verdicts: { 'public address': 'failed', 'callback address': 'failed' },
      message: /http:\/\/ads\.example\.test is plain http/,
      fix: /exactly: http:\/\/ads\.example\.test\/dashboard\/ads\/callback/,
    },
    {
      problem: 'an address without a server',
      apply: withSettings({ PUBLIC_URL: unreachableUrl }),
      verdicts: { 'public address': 'failed' },
      message: /not reachable from here: connection refused\./,
    },
    {
      problem: 'an address that leads to another server',
      async apply(t) {
        web.setTarget(Number(new URL(await startTestServer(t, respondWith(502, 'no upstream'))).port))
        return () => web.setTarget(Number(new URL(product.address).port))
      },
      verdicts: { 'public address': 'failed' },
      message: /healthz returned 502/,
    },
    {
      problem: 'a proxy without forwarding headers, which exposes the metrics',
      async apply() {
        web.setForwarding(false)
        return () => web.setForwarding(true)
      },
      verdicts: { 'public address': 'failed' },
      message: /^Metrics are public/,
      fix: /X-Forwarded-For/,
    },
    {
      problem: 'a certificate that has expired',
      apply: withCertificate({ days: -1 }),
      verdicts: { 'public address': 'failed' },
      message: /not reachable from here: its certificate has expired\./,
    },
    {
      problem: 'a certificate for another name',
      apply: withCertificate({ host: 'ads.example.test' }),
      verdicts: { 'public address': 'failed' },
      message: /its certificate is for another name/,
    },
    {
      problem: 'a certificate that browsers do not trust',
      apply: withCertificate({ by: newAuthority() }),
      verdicts: { 'public address': 'failed' },
      message: /signed by an unknown authority/,
    },
  ]
}
