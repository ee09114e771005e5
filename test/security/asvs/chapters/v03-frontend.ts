import { type Chapter, met, notApplicable, notMet, proofIn } from '../requirement.ts'

const headers = proofIn('journeys/operations/headers.test.ts')(
  'S-01 S-46 every kind of page sends its security headers',
)
const responses = proofIn('journeys/operations/responses.test.ts')(
  'S-01 each response names its type and charset, and no other site can read or embed it',
)
const cookies = proofIn('adapters/fastify/kit/browser-security.test.ts')(
  'S-44 S-46 each kind of session has its own cookie, hidden from scripts and bound to the host',
)
const csrf = proofIn('journeys/access/other-users.test.ts')(
  'S-01 S-29 no form is accepted without its session’s CSRF token',
)
const views = proofIn('views/views.test.ts')

export const frontend: Chapter = {
  title: 'Web frontend',
  requirements: {
    '3.2.1': met(
      'Every response has its type, `nosniff`, a policy that allows nothing by default, and `same-origin` as resource policy. Exports are attachments.',
      responses,
      proofIn('journeys/figures/table-files.test.ts')(
        'S-28 a file has the order, dates and filter of its page',
      ),
    ),
    '3.2.2': met(
      'Templates escape. Scripts set `textContent` and move elements that our server rendered.',
      views('hostile names are shown as text'),
      proofIn('proofs/fuzz.test.ts')('S-29 … hostile inputs change nothing and are never reflected'),
    ),
    '3.3.1': met('All three cookies are `Secure` with `__Host-`.', cookies, headers),
    '3.3.2': met('`Lax`: the callback from Amazon is a top-level GET. Forms also need a token.', cookies),
    '3.3.3': met('All three cookies have it, without a domain.', cookies),
    '3.3.4': met(
      'All three cookies are `HttpOnly`. The session id is in no page and no other header.',
      cookies,
    ),
    '3.4.1': met('One year, with subdomains, on every response.', responses, headers),
    '3.4.2': met('No response allows another origin.', responses),
    '3.4.3': met(
      'Nothing by default, which includes objects; scripts, styles and images from this origin; `base-uri` none.',
      headers,
      responses,
    ),
    '3.4.4': met('On every response.', responses, headers),
    '3.4.5': met('`same-origin`, and `no-referrer` where the address holds a code or a token.', headers),
    '3.4.6': met('`frame-ancestors` none on every response.', responses, headers),
    '3.5.1': met('A token on every form, masked for each page. Reading never changes anything.', csrf),
    '3.5.2': notApplicable('CORS isn’t relied on: every form needs a token (3.5.1).'),
    '3.5.3': met(
      'A GET handler can’t reach a port that writes, apart from the record of activity.',
      proofIn('architecture/architecture.test.ts')(
        'a GET handler changes nothing but the record of activity',
      ),
    ),
    '3.5.4': notMet(
      'Console and seller pages share a host, with separate cookies and sessions. Plan: a setting for the console’s own host name.',
    ),
    '3.5.5': notApplicable('No page uses `postMessage`.'),
    '3.7.1': met(
      'HTML, CSS and JavaScript modules. The policy forbids plug-ins.',
      headers,
      views('every page works under a policy without inline script or style'),
    ),
    '3.7.2': met(
      'The only other site is Amazon’s consent page, from the settings, after a click.',
      proofIn('journeys/operations/headers.test.ts')('S-01 sign-in never redirects to another site'),
      proofIn('adapters/amazon/login.test.ts')(
        'S-06 the authorisation address has the exact scopes, the callback and a PKCE challenge',
      ),
    ),
  },
}
