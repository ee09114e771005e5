import { answeringServer, answerWith } from '../../support/answering-server.ts'
import { newAuthority } from '../../support/certificates.ts'
import type { Scene } from '../scene.ts'
import { type Break, breaking } from './break.ts'

export const breaksOfAddresses = (scene: Scene): readonly Break[] => {
  const { product, web, nowhere } = scene
  const { settings, shown } = breaking(scene)
  return [
    {
      what: 'a plain HTTP address to which Amazon sends no callback',
      by: settings({ NODE_ENV: '', PUBLIC_URL: 'http://ads.example.test' }),
      lines: {
        'public address': 'failed',
        certificate: 'could not be checked',
        HSTS: 'could not be checked',
        metrics: 'could not be checked',
        'callback address': 'failed',
      },
      message: /http:\/\/ads\.example\.test is plain http/,
      fix: /exactly: http:\/\/ads\.example\.test\/dashboard\/ads\/callback/,
    },
    {
      what: 'an address without a server',
      by: settings({ PUBLIC_URL: nowhere }),
      lines: {
        'public address': 'failed',
        certificate: 'could not be checked',
        HSTS: 'could not be checked',
        metrics: 'could not be checked',
      },
      message: /not reachable from here: connection refused\./,
    },
    {
      what: 'an address that redirects elsewhere',
      async by(t) {
        web.leadTo(Number(new URL(await answeringServer(t, answerWith(502, 'no upstream'))).port))
        return () => web.leadTo(Number(new URL(product.address).port))
      },
      lines: { 'public address': 'failed', HSTS: 'warning', metrics: 'could not be checked' },
      message: /healthz returned 502/,
    },
    {
      what: 'a proxy that removes HSTS',
      async by(t) {
        web.leadTo(Number(new URL(await answeringServer(t, answerWith(200, '{"status":"ok"}'))).port))
        return () => web.leadTo(Number(new URL(product.address).port))
      },
      lines: { HSTS: 'warning' },
      message: /^HSTS not set\.$/,
    },
    {
      what: 'a proxy without forwarding headers, which exposes the metrics',
      async by() {
        web.forward(false)
        return () => web.forward(true)
      },
      lines: { metrics: 'failed' },
      message: /^Metrics are public/,
      fix: /X-Forwarded-For/,
    },
    {
      what: 'a certificate that has expired',
      by: shown({ days: -1 }),
      lines: { certificate: 'failed' },
      message: /^Browsers reject it: its certificate has expired\./,
    },
    {
      what: 'a certificate that expires soon',
      by: shown({ days: 12 }),
      lines: { certificate: 'warning' },
      message: /^Expires in 12 days, on /,
    },
    {
      what: 'a certificate for another name',
      by: shown({ host: 'ads.example.test' }),
      lines: { certificate: 'failed' },
      message: /its certificate is for another name/,
    },
    {
      what: 'a certificate that browsers do not trust',
      by: shown({ by: newAuthority() }),
      lines: { certificate: 'failed' },
      message: /signed by an unknown authority/,
    },
  ]
}
