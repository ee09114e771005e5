import { type Chapter, met, notMet, proofIn, section } from '../requirement.ts'

const fuzz = proofIn('proofs/fuzz.test.ts')('S-29 … hostile inputs change nothing and are never reflected')
const choose = proofIn('application/connection/choose-profile.test.ts')
const callback = proofIn('application/connection/authorisation/complete-authorisation.test.ts')
const help = proofIn('application/help/submit-support-request.test.ts')

export const validation: Chapter = {
  title: 'Validation and business logic',
  requirements: {
    '2.1.1': met('Each input has a rule.', section('access-rules.md', 'Input rules')),
    '2.1.2': met(
      'Rules for combined fields end the same section.',
      section('access-rules.md', 'Input rules'),
    ),
    '2.1.3': met('Limits per user and in all.', section('access-rules.md', 'Limits')),
    '2.2.1': met(
      'Each route has a schema with lengths and lists; use cases check the meaning.',
      fuzz,
      proofIn('settings/settings.test.ts')(
        'S-54 … is checked, and a wrong value is named without being printed',
      ),
    ),
    '2.2.2': met('The server checks everything; the tests send forms without a browser.', fuzz),
    '2.2.3': met(
      'Dates must be in order, a plan must end in the future, and a form must match what its page showed.',
      proofIn('journeys/figures/dashboard-periods.test.ts')(
        'S-28 a period without data is reported, and an invalid period is rejected',
      ),
      proofIn('domain/access/staff-action.test.ts')('S-43 a plan must end in the future'),
      proofIn('admin/users/console.test.ts')(
        'S-43 a plan that changed since the form was opened is not overwritten',
      ),
    ),
    '2.3.1': met(
      'Connecting goes click, consent, choice. A step without the one before it is rejected.',
      callback('S-07 an expired or unknown state is rejected'),
      choose('S-15 without a pending connection no profile can be chosen'),
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 a pending staff session lasts five minutes, works once and needs a staff role',
      ),
    ),
    '2.3.2': met(
      'One account, an hour for the choice, and limits for requests and emails.',
      choose('S-17 a second profile is blocked until the seller replaces the first'),
      help('S-30 ten requests an hour are accepted, and submitting one again does not count'),
      proofIn('application/access/passwords.test.ts')(
        'S-01 reset emails are limited per user, and a failed email reveals nothing',
      ),
    ),
    '2.3.3': met(
      'A use case commits everything or nothing, its timeline entry and emails included.',
      choose('S-11 when the commit fails, nothing is connected and no job is enqueued'),
      callback('S-13 the pending connection and its timeline entry are written in one commit'),
      proofIn('adapters/postgres/facts/cut-loads.test.ts')(
        'S-25 a load cut off at any statement is stored completely or not at all',
      ),
    ),
    '2.3.4': met(
      'The user’s row is locked for each choice; a unique index is the second safeguard.',
      proofIn('proofs/race.test.ts')(
        'S-19 only one of … concurrent choices at two web processes is accepted (… rounds)',
      ),
      choose('S-19 of two tabs that choose two profiles at once, only one connects'),
    ),
    '2.4.1': notMet(
      'Sign-in, codes, passkeys, reset emails, support requests, exports, password checks and the webhook have limits. Plan: a limit per user for all other forms.',
    ),
  },
}
