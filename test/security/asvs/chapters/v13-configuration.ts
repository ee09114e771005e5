import { type Chapter, met, notMet, proofIn, section } from '../requirement.ts'

const folders = proofIn('journeys/operations/responses.test.ts')(
  'S-01 a folder is not listed, TRACE is not answered, and no source or debug page exists',
)
const image = proofIn('security/deployment.test.ts')(
  'S-54 the image runs the program of npm start, without root, repository or tests',
)
const ownerServices = proofIn('security/deployment.test.ts')(
  'S-43 only migrations and backups have the database’s owner',
)
const download = proofIn('adapters/amazon/reports.test.ts')(
  'a download is requested only from Amazon’s storage',
)

export const configuration: Chapter = {
  title: 'Configuration',
  requirements: {
    '13.1.1': met('All connections, inbound and outbound.', section('inventories.md', 'Connections')),
    '13.2.1': notMet(
      'PostgreSQL uses a long random password that doesn’t change; MongoDB has none. Both are reachable only in the internal network. Plan: a MongoDB user, and short-lived or certificate credentials.',
    ),
    '13.2.2': met(
      'The product’s database role can’t change the schema or the audit; only migrations and backups have the owner. Containers have no root, no capabilities and read-only file systems.',
      proofIn('adapters/postgres/migrations/runtime-role.test.ts')(
        'S-43 the product’s database role adds audit and timeline entries and can’t change them',
      ),
      ownerServices,
      image,
    ),
    '13.2.3': met(
      'Passwords and keys are generated; empty ones are refused.',
      proofIn('deploy-scripts.test.ts')(
        'S-54 an empty key is not stored, and a stored empty key is created again',
      ),
      proofIn('process/start.test.ts')('S-54 production rejects each trial-only setting by name'),
    ),
    '13.2.4': met(
      'Addresses come from the settings; only report downloads name a host, which must be on the list.',
      download,
      section('inventories.md', 'Connections'),
    ),
    '13.2.5': met(
      'The proxy forwards to two named processes and nothing else; downloads only from the list.',
      proofIn('security/deployment.test.ts')(
        'S-54 only the proxy publishes ports, and monitoring is hidden behind it',
      ),
      download,
    ),
    '13.3.1': notMet(
      'Secrets are files outside the image and the repository, mounted as container secrets. There is no key vault. Plan: keys in a key management service (decision 11 prepares it).',
    ),
    '13.3.2': notMet(
      'Each service gets only the secrets it lists, and only migrations and backups the database’s owner. But web, worker and migration share the rest of the list. Plan: a list for each.',
    ),
    '13.4.1': met(
      'The image has source and views only; nothing is served from the project folder.',
      image,
      folders,
    ),
    '13.4.2': met(
      'The image sets `NODE_ENV=production`; errors show no details. The product has no debug mode.',
      image,
      proofIn('journeys/operations/responses.test.ts')(
        'S-46 an internal error shows only a reference, and the log has its cause',
      ),
    ),
    '13.4.3': met('No folder is listed.', folders),
    '13.4.4': met('404.', folders),
    '13.4.5': met(
      'Metrics and readiness are hidden by the proxy and by the product.',
      proofIn('journeys/operations/observability.test.ts')(
        'S-52 the metrics are not available through a proxy',
      ),
      proofIn('security/deployment.test.ts')(
        'S-54 only the proxy publishes ports, and monitoring is hidden behind it',
      ),
    ),
  },
}
