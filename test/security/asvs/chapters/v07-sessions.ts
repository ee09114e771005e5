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
    '7.2.4': notMet(
      'Each sign-in starts a new session and closes the one before in this browser. Follows: also after entering the password again.',
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
    '7.4.2': notMet(
      'A lost role ends the sessions that it allowed. Follows: disabling an account, which ends all.',
    ),
    '7.4.3': notMet(
      'A changed or reset password ends all others; a removed factor ends staff sessions. Follows: all sessions end when a factor or role is removed.',
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
    '7.5.1': notMet(
      'The password needs the old one, and email addresses can’t be changed. Follows: a fresh code before a factor changes.',
    ),
    '7.5.2': notMet(
      'Sessions are listed and ended in the settings, without entering the password again: the holder of a session could sign out anyway. Ending others follows with 7.5.1.',
    ),
    '7.5.3': notMet(
      'A fresh code starts *View as seller*. Follows: a code of at most five minutes for every staff action. Sellers confirm erasing, without a password.',
    ),
    '7.6.1': notFederated,
    '7.6.2': notFederated,
  },
}
