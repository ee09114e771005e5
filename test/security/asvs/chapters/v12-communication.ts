import { type Chapter, met, notApplicable, notMet, proofIn } from '../requirement.ts'

const proxy = proofIn('security/deployment.test.ts')(
  'S-54 the proxy keeps Caddy’s TLS: version 1.2 or later, HTTPS only, a public certificate',
)
const production = proofIn('process/start.test.ts')('S-54 production rejects each trial-only setting by name')

export const communication: Chapter = {
  title: 'Communication',
  requirements: {
    '12.1.1': met('TLS 1.3 and 1.2: Caddy’s defaults, which the configuration doesn’t change.', proxy),
    '12.1.2': met('Caddy’s defaults: only ciphers with forward secrecy, in its order.', proxy),
    '12.1.3': notApplicable('No client certificates.'),
    '12.2.1': met(
      'Caddy redirects to HTTPS, HSTS lasts a year, production refuses a plain `PUBLIC_URL`.',
      proxy,
      production,
      proofIn('journeys/operations/responses.test.ts')(
        'S-01 each response names its type and charset, and no other site can read or embed it',
      ),
    ),
    '12.2.2': met('Caddy obtains a public certificate for `PUBLIC_HOST`.', proxy),
    '12.3.1': notMet(
      'Amazon needs HTTPS, and email can require TLS. PostgreSQL and MongoDB in the internal Docker network, and email by default, accept connections without TLS. Plan: certificates for both, and `requireTLS` in production.',
    ),
    '12.3.2': met(
      'Node checks certificates; nothing turns this off.',
      proofIn('adapters/smtp/smtp-mailer.test.ts')(
        'S-31 an email is not sent without the TLS that SMTP_URL requires',
      ),
      proofIn('security/source.test.ts')('S-54 no program turns off the check of certificates'),
    ),
    '12.3.3': notMet(
      'The proxy reaches the web processes over plain HTTP in the internal Docker network of one machine. Plan: TLS with Caddy’s own authority when they run on several machines.',
    ),
    '12.3.4': notMet(
      'Follows with 12.3.1 and 12.3.3: trust only our own authority, by `NODE_EXTRA_CA_CERTS` and `sslrootcert`.',
    ),
  },
}
