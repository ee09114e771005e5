import { type Chapter, met, proofIn, section } from '../requirement.ts'

const leaks = proofIn('journeys/operations/tokens.test.ts')(
  'S-12 S-46 no token or authorisation code leaks while connections are made, fail and end',
)
const headers = proofIn('journeys/operations/headers.test.ts')(
  'S-01 S-46 every kind of page sends its security headers',
)

export const dataProtection: Chapter = {
  title: 'Data protection',
  requirements: {
    '14.1.1': met('Six classes.', section('inventories.md', 'Data classes')),
    '14.1.2': met(
      'Encryption, logs, access and retention per class.',
      section('inventories.md', 'Data classes'),
    ),
    '14.2.1': met(
      'Passwords, codes and session ids are never in an address. Links by email and Amazon’s callback are, as they must be: they work once, are not logged, and send no referrer.',
      proofIn('journeys/access/passwords.test.ts')(
        'S-46 a link’s token is never logged, and the link’s page sends no referrer',
      ),
      proofIn('journeys/connecting/connect-link.test.ts')(
        'S-46 the token of a connect link is in no log line, row or console page',
      ),
      headers,
    ),
    '14.2.2': met(
      'Pages are `no-store` and the proxy caches nothing. Access tokens are stored encrypted.',
      headers,
      proofIn('adapters/postgres/connection/connections-contract.test.ts')(
        'S-12 the rows of a connection contain no token in plain text',
      ),
    ),
    '14.2.3': met(
      'Pages and emails load nothing from other sites; the policy forbids it.',
      proofIn('views/views.test.ts')('every page works under a policy without inline script or style'),
      proofIn('adapters/email-renderer/email-renderer.test.ts')(
        'S-31 an email loads nothing and runs no script',
      ),
    ),
    '14.2.4': met(
      'Secrets are encrypted or hashed, logs hold ids, and erasure keeps only dates and kinds.',
      leaks,
      proofIn('composition/log.test.ts')('S-12 S-46 secrets in a log line are redacted at any depth'),
      proofIn('adapters/postgres/connection/erasures.test.ts')(
        'S-27 erasing removes runs, reports and timeline details, and keeps times and kinds',
      ),
      proofIn('domain/secret.test.ts')('S-12 S-46 a secret inside another object is never shown'),
    ),
    '14.3.1': met(
      'Signing out leads to another page, and the back button shows no seller page. Nothing else is stored in the browser.',
      proofIn('journeys/connecting/going-back.prove.ts')(
        'S-01 the back button shows no seller page after sign-out',
      ),
      headers,
    ),
    '14.3.2': met('`no-store` on everything but styles, scripts and images.', headers),
    '14.3.3': met(
      'Cookies hold encrypted session ids. The console stores whether its shortcuts are on.',
      leaks,
      proofIn('security/source.test.ts')('S-01 scripts store nothing but the shortcut setting'),
    ),
  },
}
