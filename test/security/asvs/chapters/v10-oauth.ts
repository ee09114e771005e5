import { type Chapter, met, notApplicable, proofIn } from '../requirement.ts'

const callback = proofIn('journeys/connecting/oauth-callback.test.ts')
const login = proofIn('adapters/amazon/login.test.ts')
const resourceServer = notApplicable('The resource server is Amazon’s.')
const authorisationServer = notApplicable('The authorisation server is Amazon’s.')
const openId = notApplicable('No OpenID Connect: no id token is requested, and Amazon signs no one in here.')
const openIdProvider = notApplicable('We are no OpenID provider.')
const consent = notApplicable('Amazon shows, stores and revokes consents.')

export const oauth: Chapter = {
  title: 'OAuth and OpenID Connect',
  requirements: {
    '10.1.1': met(
      'Tokens stay on the server: encrypted at rest, decrypted to call Amazon.',
      proofIn('journeys/operations/tokens.test.ts')(
        'S-12 S-46 no token or authorisation code leaks while connections are made, fail and end',
      ),
      proofIn('support/runner/output-scan.test.ts')(
        'S-12 a test run that prints a secret fails even if its tests pass',
      ),
    ),
    '10.1.2': met(
      '`state` has 256 random bits, is stored as a hash, belongs to user and session, and works once within 30 minutes. The PKCE verifier is stored with the attempt.',
      callback('another user’s state is rejected and stays valid for its user'),
      callback('a state from the user’s other browser is rejected'),
      callback('a state is accepted once'),
      proofIn('application/connection/authorisation/start-authorisation.test.ts')(
        'S-06 every click gets its own state, which cannot be guessed',
      ),
    ),
    '10.2.1': met(
      '`state` and PKCE (S256).',
      callback('S-07 an invalid state is shown as one notice with the connect button'),
      login('S-06 the authorisation address has the exact scopes, the callback and a PKCE challenge'),
    ),
    '10.2.2': met(
      'One authorisation server, with regional addresses. The attempt’s row names the token endpoint, regardless of the callback.',
      proofIn('application/connection/reauthorise.test.ts')(
        'S-26 reauthorising uses the region of the login and logs every step on the connection’s timeline',
      ),
    ),
    '10.2.3': met(
      '`advertising::campaign_management profile`; support needs the second (S-40).',
      login('S-06 the authorisation address has the exact scopes, the callback and a PKCE challenge'),
    ),
    '10.3.1': resourceServer,
    '10.3.2': resourceServer,
    '10.3.3': resourceServer,
    '10.3.4': resourceServer,
    '10.3.5': resourceServer,
    ...Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`10.4.${at + 1}`, authorisationServer])),
    '10.5.1': openId,
    '10.5.2': openId,
    '10.5.3': openId,
    '10.5.4': openId,
    '10.5.5': openId,
    '10.6.1': openIdProvider,
    '10.6.2': openIdProvider,
    '10.7.1': consent,
    '10.7.2': consent,
    '10.7.3': consent,
  },
}
