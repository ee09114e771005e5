import { type Chapter, met, notApplicable, notMet, proofIn, section } from '../requirement.ts'

const session = proofIn('domain/access/session.test.ts')
const access = proofIn('journeys/access/access.test.ts')
const userActions = proofIn('journeys/console/user-actions.test.ts')
const idle = session('S-01 an idle session ends after 7 days for a seller and after 30 minutes for staff')
const longest = session('S-01 use extends a session to at most 14 days for a seller or 12 hours for staff')
const notFederated = notApplicable('No single sign-on: Login with Amazon only authorises reading.')

export const sessions: Chapter = {
  title: 'Sessions',
  requirements: {
    '7.1.1': met(
      'Sellers 7 days idle, 14 in all (AAL1 allows 30); staff 30 minutes and 12 hours (AAL2).',
      section('security.md', 'Session lifetimes'),
    ),
    '7.1.2': met(
      'Any number, listed and ended in the settings.',
      section('security.md', 'Session lifetimes'),
    ),
    '7.1.3': notFederated,
    '7.2.1': met(
      'The cookie holds an encrypted id, looked up at each request.',
      access('S-01 a copied cookie is invalid after sign-out'),
      proofIn('application/access/authenticate-session.test.ts')(
        'S-01 a session is recognised only as its own kind',
      ),
    ),
    '7.2.2': met(
      'An id for each sign-in; no static key opens a page.',
      proofIn('application/access/sign-in.test.ts')(
        'S-01 every sign-in is a new session, and the older one continues',
      ),
    ),
    '7.2.3': met(
      '256 random bits in an encrypted cookie; the database has only their hash.',
      proofIn('application/access/session-token.test.ts')(
        'S-01 a session token has 256 random bits, and the stored id is part of its hash',
      ),
    ),
    '7.2.4': met(
      'Each sign-in and its second step start a new session; so does a changed password.',
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 the right code replaces the pending session by a verified one',
      ),
      proofIn('journeys/access/settings.test.ts')(
        'S-01 a password change ends all other sessions, staff sessions included',
      ),
      proofIn('journeys/access/access.test.ts')(
        'S-01 signing in replaces a session that an attacker planted in the browser',
      ),
    ),
    '7.3.1': met('As 7.1.1; the console’s own refresh doesn’t count as use.', idle, longest),
    '7.3.2': met(
      'As 7.1.1.',
      longest,
      proofIn('application/access/authenticate-session.test.ts')(
        'S-01 a session ends at its maximum age however often it is used',
      ),
    ),
    '7.4.1': met(
      'Closed in the database; the cookie is deleted.',
      access('S-01 a copied cookie is invalid after sign-out'),
      proofIn('journeys/access/staff.test.ts')(
        'S-46 a copied staff cookie is invalid after signing out or in again',
      ),
    ),
    '7.4.2': met(
      'Disabling an account ends all.',
      proofIn('admin/users/change-access.test.ts')(
        'S-46 disabling an account ends every session and keeps its connections',
      ),
    ),
    '7.4.3': met(
      'A changed or reset password, a removed second factor and a lost role each end all others.',
      proofIn('application/access/passwords.test.ts')(
        'S-01 changing a password needs the current one and ends other sessions and all links',
      ),
      proofIn('application/access/second-factor/change-second-factors.test.ts')(
        'S-46 a user removes the app, which ends every session and is reported by email',
      ),
      proofIn('admin/users/change-role.test.ts')(
        'S-01 S-46 a role change that takes a right away ends every session',
      ),
    ),
    '7.4.4': met(
      'In the user menu or the console’s header.',
      proofIn('views/views.test.ts')('S-01 every page of a signed-in user has a visible sign-out'),
    ),
    '7.4.5': met(
      'In the console with a reason, or by command; for all users, replace `SESSION_KEYS`.',
      userActions('S-43 an admin ends all sessions of a user, who is signed out at the next request'),
      proofIn('process/people.test.ts')(
        'S-01 S-43 a user is signed out everywhere by command; other users stay signed in',
      ),
    ),
    '7.5.1': met(
      'The password needs the old one, second factors a verification in the last five minutes. Email addresses can’t be changed.',
      proofIn('application/access/passwords.test.ts')(
        'S-01 changing a password needs the current one and ends other sessions and all links',
      ),
      proofIn('application/access/second-factor/change-second-factors.test.ts')(
        'S-46 changes of second factors need an open session, verified in the last five minutes',
      ),
    ),
    '7.5.2': met(
      'On the account page, after a verification in the last five minutes.',
      proofIn('application/access/authenticate-session.test.ts')(
        'S-01 a user can end one session, all others or all of them',
      ),
      proofIn('journeys/access/settings.test.ts')(
        'S-01 a user sees their sessions and ends one, the others or all',
      ),
    ),
    '7.5.3': notMet(
      'Staff actions on accounts and disconnecting need a second factor entered in the last five minutes, *View as seller* a separate one. Sellers confirm erasing without a verification. Plan: ask for one, as for second factors.',
    ),
    '7.6.1': notFederated,
    '7.6.2': notFederated,
  },
}
