import { type Chapter, met, notApplicable, notMet, proofIn } from '../requirement.ts'

const noGraphQl = notApplicable('No GraphQL and no other query language from outside.')
const noWebSocket = notApplicable('No WebSocket: pages poll.')

export const api: Chapter = {
  title: 'API and web services',
  requirements: {
    '4.1.1': met(
      'Each response with a body has its type, text with its charset.',
      proofIn('journeys/operations/responses.test.ts')(
        'S-01 each response names its type and charset, and no other site can read or embed it',
      ),
      proofIn('journeys/figures/table-files.test.ts')(
        'S-28 a file has the order, dates and filter of its page',
      ),
    ),
    '4.1.2': notMet(
      'The proxy redirects every plain HTTP request to HTTPS. Plan: answer 404 for `/webhooks/*` over plain HTTP in `deploy/proxy`, tested with Caddy.',
    ),
    '4.1.3': met(
      '`X-Forwarded-*` counts only from `TRUSTED_PROXIES`; Caddy replaces what the client sent.',
      proofIn('journeys/operations/responses.test.ts')('only a trusted proxy can name the client’s address'),
    ),
    '4.2.1': met(
      'Caddy and Node parse strictly: a request with two lengths, two kinds of length or a bare line feed gets 400.',
      proofIn('journeys/operations/responses.test.ts')('a request with an ambiguous length is rejected'),
    ),
    '4.3.1': noGraphQl,
    '4.3.2': noGraphQl,
    '4.4.1': noWebSocket,
    '4.4.2': noWebSocket,
    '4.4.3': noWebSocket,
    '4.4.4': noWebSocket,
  },
}

const noUpload = notApplicable('Users upload no files; forms with files are refused.')

export const files: Chapter = {
  title: 'Files',
  requirements: {
    '5.1.1': notApplicable(
      'No upload. For the only files from outside, Amazon’s reports, `docs/ingestion.md` has type, checks and limits.',
    ),
    '5.2.1': met(
      'Requests have 64 KB at most. Amazon’s files are streamed with constant memory, time limits and a longest row.',
      proofIn('adapters/amazon/row-splitter.test.ts')(
        'an endless row is rejected before it fills the memory',
      ),
      proofIn('adapters/amazon/download-limits.test.ts')('S-24 a steady body that never ends times out'),
      proofIn('proofs/memory.prove.ts')(
        'loading 1,000,000 rows takes at most 150 MB more memory than loading a small account',
      ),
    ),
    '5.2.2': met(
      'No upload. A report must be a complete gzip of JSON rows with the columns that we requested.',
      proofIn('adapters/amazon/reports.test.ts')('S-24 each storage fault is reported as a specific error'),
      proofIn('adapters/amazon/row-splitter.test.ts')(
        'an invalid row is rejected with its chunk, not at the end of the file',
      ),
    ),
    '5.2.3': met(
      'A report stops at 4 GiB or at the ratio of a gzip bomb, and fails without a retry.',
      proofIn('adapters/amazon/download-limits.test.ts')(
        'S-24 a file … is left early, and its report fails without a retry',
      ),
    ),
    '5.3.1': notApplicable('No file from users is stored in a public folder.'),
    '5.3.2': met(
      'No path comes from a user. Static files are served from two fixed folders.',
      proofIn('journeys/operations/responses.test.ts')(
        'S-01 a folder is not listed, TRACE is not answered, and no source or debug page exists',
      ),
    ),
    '5.4.1': met(
      'Exports set their own name in `Content-Disposition`.',
      proofIn('journeys/figures/table-files.test.ts')(
        'S-28 a file has the order, dates and filter of its page',
      ),
    ),
    '5.4.2': met(
      'The name of an export holds the account’s name, encoded by `content-disposition` (RFC 6266).',
      proofIn('journeys/figures/table-files.test.ts')('S-28 each table exports as a file of all its rows'),
    ),
    '5.4.3': noUpload,
  },
}
