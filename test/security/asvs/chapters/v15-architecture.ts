import { type Chapter, met, notMet, proofIn, section } from '../requirement.ts'

const deployment = proofIn('security/deployment.test.ts')
const responses = proofIn('journeys/operations/responses.test.ts')
const unknownFields = responses('S-29 fields that a form does not have change nothing')

export const architecture: Chapter = {
  title: 'Secure coding and architecture',
  requirements: {
    '15.1.1': met('By severity.', section('inventories.md', 'Updates')),
    '15.1.2': met(
      'Each image keeps a CycloneDX SBOM. Every package and base image has an exact version and a hash.',
      proofIn('packages/sbom.test.ts')(
        'the SBOM lists each production package with its version, licence and hash',
      ),
      deployment('S-54 the image has production packages only, and lists them in sbom.json'),
      deployment('S-54 each base image has an exact version and a hash'),
      proofIn('packages/document.test.ts')(
        'each direct package has a reason and a latest release, and no other has one',
      ),
    ),
    '15.1.3': met('With limits and what happens at the limit.', section('access-rules.md', 'Expensive work')),
    '15.2.1': notMet(
      'Versions are exact, but known vulnerabilities are unchecked: our registry refuses `npm audit`. Plan: check the SBOM against a vulnerability database in CI.',
    ),
    '15.2.2': met(
      'Queued password checks, response bodies, exports, loads and calls to Amazon have limits.',
      proofIn('adapters/security/argon2-passwords.test.ts')(
        'S-01 a flood of passwords is rejected at once and does not delay the next sign-in',
      ),
      proofIn('journeys/figures/table-files.test.ts')(
        'S-28 two exports run at once, and an abandoned one frees its slot',
      ),
      proofIn('adapters/amazon/endless.test.ts')(
        'an endless response is cut off at the size limit and reported as unreadable',
      ),
    ),
    '15.2.3': notMet(
      'The image has no tests, demo or sandbox; production refuses trial settings, a misspelt `NODE_ENV` and demo users. Their code is still in the image. Plan: load it from a folder that the image leaves out.',
    ),
    '15.3.1': met(
      'Each page model names its fields, and their values are in reviewed files.',
      proofIn('views/views.test.ts')(
        'every page equals its file in test/views/…; npm run docs:pages updates them',
      ),
      proofIn('journeys/connecting/waiting.test.ts')(
        'S-21 the status has the agreed fields and answers 304 while nothing has changed',
      ),
    ),
    '15.3.2': met(
      'A redirect is an error.',
      proofIn('adapters/amazon/reports.test.ts')(
        'a download sends no token to the storage and follows no redirect',
      ),
    ),
    '15.3.3': met('Each route reads the fields of its schema.', unknownFields),
    '15.3.4': met(
      'From the trusted proxy only; logs, limits and the audit log use the same value.',
      responses('only a trusted proxy can name the client’s address'),
      proofIn('journeys/console/view-as.test.ts')(
        'S-43 S-44 only admins see the audit: who, what, whose account, why and from where',
      ),
    ),
    '15.3.5': met(
      'TypeScript in strict mode; `==` is a lint error; input types are checked by schemas.',
      proofIn('security/source.test.ts')('types are strict, and comparing without types is a lint error'),
      proofIn('journeys/access/subscriptions.test.ts')(
        'S-03 a hostile body changes nothing, and the answer names the invalid field',
      ),
    ),
    '15.3.6': met(
      'Forms are parsed into objects without a prototype; lookups by input use `Map` and `Set`.',
      unknownFields,
      proofIn('proofs/fuzz.test.ts')('S-29 … hostile inputs change nothing and are never reflected'),
    ),
    '15.3.7': met(
      'Address, form and cookie are read separately. A repeated field where one is expected gets 400.',
      proofIn('journeys/operations/headers.test.ts')('S-01 sign-in never redirects to another site'),
      proofIn('journeys/connecting/oauth-callback.test.ts')('a valid state sent twice is rejected'),
    ),
  },
}
