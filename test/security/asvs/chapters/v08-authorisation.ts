import { type Chapter, met, notMet, proofIn, section } from '../requirement.ts'

const isolation = proofIn('proofs/isolation.test.ts')('S-29 … cannot reach another user’s data')
const addresses = proofIn('proofs/isolation.test.ts')(
  'S-29 the table covers exactly the registered addresses',
)
const agents = proofIn('journeys/console/console-forms.test.ts')(
  'S-43 S-46 a support agent has no access to what only admins can do',
)
const lostRole = proofIn('journeys/console/user-actions.test.ts')(
  'S-43 S-46 losing the staff role ends the console session at the next request',
)

export const authorisation: Chapter = {
  title: 'Authorisation',
  requirements: {
    '8.1.1': met(
      'By role and by owner.',
      section('access-rules.md', 'Roles and functions'),
      section('access-rules.md', 'Data'),
    ),
    '8.1.2': met('For reading and writing.', section('access-rules.md', 'Fields')),
    '8.1.3': met('Everything about a request that counts.', section('access-rules.md', 'Context')),
    '8.1.4': met('Each with its decision and action.', section('access-rules.md', 'Context')),
    '8.2.1': met(
      'The use case checks the role from the database.',
      addresses,
      agents,
      proofIn('admin/audited.test.ts')('S-43 S-46 a staff action needs the role and a reason'),
    ),
    '8.2.2': met(
      'Every record is read with its owner. All addresses are requested with another user’s ids.',
      isolation,
      proofIn('journeys/access/other-users.test.ts')(
        'S-29 another user’s connection gets the same answer as an unknown one',
      ),
    ),
    '8.2.3': met(
      'Page models list their fields; forms ignore unknown fields.',
      proofIn('journeys/operations/responses.test.ts')(
        'S-29 fields that a form does not have change nothing',
      ),
      proofIn('admin/requests/support-desk.test.ts')(
        'S-30 an internal note is stored once and only staff can see it',
      ),
      proofIn('journeys/console/view-as.test.ts')(
        'S-44 the seller sees who viewed their account and when, but not why',
      ),
    ),
    '8.2.4': met(
      'Known devices, failures in a row and idle time at the start; idle time, wrong codes and the age of the last verification during a session.',
      section('access-rules.md', 'Context'),
      proofIn('application/access/check-password.test.ts')(
        'S-01 a guesser cannot lock a user out of a known device',
      ),
      proofIn('application/access/second-factor/verify-identity.test.ts')(
        'S-46 a verification lasts five minutes',
      ),
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 staff learn by email of a sign-in on a device that is not known',
      ),
    ),
    '8.3.1': met(
      'In use cases on the server; tests send forms that no page offers.',
      proofIn('admin/console.test.ts')('S-46 a non-staff user cannot search, open or act on cases'),
      agents,
    ),
    '8.3.2': met(
      'Role, plan and session are read at each request, and again under the user’s lock.',
      lostRole,
      proofIn('admin/users/console.test.ts')(
        'S-43 an admin who loses the role while the form is open changes nothing',
      ),
      proofIn('application/access/authenticate-session.test.ts')(
        'S-01 a session ends when the user’s role no longer allows it',
      ),
    ),
    '8.3.3': met(
      'A worker reads Amazon with the token of the connection’s owner. Staff who view as a seller get the seller’s rights, read-only.',
      proofIn('proofs/view-as.prove.ts')(
        'S-44 S-46 no action can write in the transaction of a view-as session',
      ),
      proofIn('adapters/postgres/engine/read-only.test.ts')(
        'S-44 a read-only transaction rejects every kind of write',
      ),
    ),
    '8.4.1': met(
      'Each seller is a tenant: facts are stored and replaced by connection.',
      isolation,
      proofIn('support/contracts/ingestion/figure-tables.ts')(
        'S-25 S-29 a file replaces only the rows of its connection, ad product and days',
      ),
    ),
    '8.4.2': notMet(
      'Second factor, short sessions, a fresh verification for actions on accounts, reasons, emails about new devices and an audit log; the network never decides. The device itself isn’t assessed. No change planned.',
    ),
  },
}
