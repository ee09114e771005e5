import { type Chapter, met, notApplicable, notMet, proofIn, section } from '../requirement.ts'

const password = proofIn('domain/access/password.test.ts')
const leakedPasswords = proofIn('adapters/security/listed-common-passwords.test.ts')(
  'S-01 leaked passwords are rejected, and passphrases of random words are accepted',
)
const passwords = proofIn('application/access/passwords.test.ts')
const argon2 = proofIn('adapters/security/argon2-passwords.test.ts')
const verifiedFactors = proofIn('application/access/second-factor/verify-second-factor.test.ts')
const totp = proofIn('adapters/security/totp.test.ts')
const settings = proofIn('journeys/access/settings.test.ts')
const passwordPages = proofIn('journeys/access/passwords.test.ts')
const passwordFields = proofIn('views/views.test.ts')(
  'S-01 a password field hides its text and names its kind for password managers',
)
const noPhone = notApplicable('No phone calls and no text messages.')
const noOutOfBand = notApplicable(
  'No codes or requests by another channel. Links by email set a password or lead to Amazon; they start no session.',
)
const noIdentityProvider = notApplicable(
  'No identity provider: Login with Amazon only authorises reading, and no assertion is accepted.',
)

export const authentication: Chapter = {
  title: 'Authentication',
  requirements: {
    '6.1.1': met(
      'Limits, delays and known devices, which a guesser can’t lock out.',
      section('access-rules.md', 'Limits'),
      proofIn('application/access/check-password.test.ts')(
        'S-01 a guesser cannot lock a user out of a known device',
      ),
    ),
    '6.1.2': met(
      'Our name, and the user’s own name and email.',
      section('access-rules.md', 'Input rules'),
      password('S-01 a password made of the user’s name or email or of our name is rejected'),
    ),
    '6.1.3': met('All ways are listed with their strength.', section('access-rules.md', 'Ways to sign in')),
    '6.2.1': met('Twelve.', password('S-01 a password needs at least twelve characters of any kind')),
    '6.2.2': met(
      'In the settings.',
      settings('S-01 a password change ends all other sessions, staff sessions included'),
    ),
    '6.2.3': met(
      'The current password is needed and limited like a sign-in.',
      passwords('S-01 changing a password needs the current one and ends other sessions and all links'),
      settings('S-01 someone at an unattended browser cannot guess the password'),
    ),
    '6.2.4': met(
      'The list has 49,000 leaked passwords; their simple variants are rejected, too.',
      leakedPasswords,
      password('S-01 a common password and its simple variants are rejected'),
    ),
    '6.2.5': met(
      'No rules about characters.',
      password('S-01 a password needs at least twelve characters of any kind'),
    ),
    '6.2.6': met('`type="password"` everywhere.', passwordFields),
    '6.2.7': met(
      'Fields name their kind for password managers; no script handles pasting.',
      passwordFields,
      proofIn('views/views.test.ts')('every page works under a policy without inline script or style'),
    ),
    '6.2.8': met(
      'Compared in full, with case and spaces. Only the encoding of letters is normalised (NFKC, NIST SP 800-63B): “é” has several.',
      argon2('S-01 every character of a long password counts, also its case and its outer spaces'),
      argon2('S-01 composed and decomposed letters give the same password'),
    ),
    '6.2.9': met('Up to 1,024.', password('S-01 a password needs at least twelve characters of any kind')),
    '6.2.10': met(
      'Passwords have no end. The user changes them, or resets them by email.',
      proofIn('application/access/password-age.test.ts')(
        'S-01 a password is valid until the user changes it',
      ),
    ),
    '6.2.11': met(
      'Passwords made of our name, or of the user’s name or email, are rejected.',
      password('S-01 a password made of the user’s name or email or of our name is rejected'),
    ),
    '6.2.12': met('As 6.2.4, at each new password.', leakedPasswords),
    '6.3.1': met(
      'Failures in a row delay the next try per account, 100 close it; an address has limits; few password checks run at once.',
      proofIn('journeys/access/password-guessing.test.ts')(
        'S-01 of 150 tries at once five are compared, also across processes',
      ),
      proofIn('application/access/check-password.test.ts')(
        'S-01 a guesser cannot lock a user out of a known device',
      ),
      proofIn('adapters/security/argon2-passwords.test.ts')(
        'S-01 a flood of passwords is rejected at once and does not delay the next sign-in',
      ),
      proofIn('adapters/fastify/kit/sign-in-limits.test.ts')(
        'S-01 the addresses of one IPv6 network count as one, and a mapped IPv4 address as itself',
      ),
    ),
    '6.3.2': met(
      'Demo users need the sandbox and loopback addresses. Production does not start while the database has any.',
      proofIn('commands/start/demo-users.test.ts')(
        'S-54 demo users need the sandbox, a loopback PUBLIC_URL and a loopback HOST',
      ),
      proofIn('process/start.test.ts')('S-54 production does not start while demo users exist'),
    ),
    '6.3.3': notMet(
      'Staff need a second factor, and sellers may add an app or a passkey. Sellers without one sign in with a password only. Plan: require one from managers, who hold several accounts.',
    ),
    '6.3.4': met(
      'Every address is in one table with what each kind of user gets; a new address must join it.',
      proofIn('proofs/isolation.test.ts')('S-29 the table covers exactly the registered addresses'),
      proofIn('journeys/access/staff.test.ts')(
        'S-01 a seller session never opens the console, and a staff session never opens a seller page',
      ),
    ),
    '6.3.5': met(
      'Emails: several wrong passwords or codes, and staff on a new device.',
      proofIn('application/access/check-password.test.ts')(
        'S-01 a guesser cannot lock a user out of a known device',
      ),
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 each lock is longer than the last, and the user learns of each by one email',
      ),
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 staff learn by email of a sign-in on a device that is not known',
      ),
    ),
    '6.3.6': met(
      'A link by email sets a password or needs a signed-in user. It starts no session, and staff still need their second factor.',
      passwordPages('S-01 S-43 an invited user sets a password and signs in with it'),
      proofIn('journeys/connecting/connect-link.test.ts')(
        'S-46 another user who opens a connect link is rejected and does not use it up',
      ),
    ),
    '6.3.7': met(
      'Emails: a changed password or role, an added or removed second factor. Email addresses can’t be changed.',
      proofIn('application/access/passwords.test.ts')(
        'S-46 a user learns by email of a changed password, however it changed',
      ),
      proofIn('admin/users/change-role.test.ts')('S-46 a user learns of a new role by email'),
      proofIn('application/access/second-factor/change-second-factors.test.ts')(
        'S-46 a user removes the app, which ends every session and is reported by email',
      ),
      proofIn('admin/users/remove-second-factor.test.ts')(
        'S-46 removing second factors ends every session, and the user learns of it by email',
      ),
    ),
    '6.3.8': met(
      'Same text, status and work for wrong passwords, unknown addresses and reset requests.',
      proofIn('journeys/access/access.test.ts')(
        'S-01 a wrong password and an unknown address get the same response',
      ),
      proofIn('admin/users/sign-in-staff.test.ts')(
        'S-46 unknown, wrong and non-staff sign-ins are rejected alike, with one comparison each',
      ),
      passwordPages('S-01 a password reset request gets the same answer in the same time for any address'),
    ),
    '6.4.1': met(
      'An invitation is a link with 256 random bits, valid once within seven days. No password is generated.',
      passwords('S-43 a new user has no password and sets one with a single-use invitation'),
      password('S-01 an invitation is valid for seven days and a password reset link for 30 minutes'),
    ),
    '6.4.2': met(
      'None: the forms for passwords are these.',
      passwordFields,
      proofIn('views/views.test.ts')(
        'every page equals its file in test/views/…; npm run docs:pages updates them',
      ),
    ),
    '6.4.3': met(
      'A link by email, valid once within 30 minutes; staff still need their second factor.',
      passwords('S-01 a reset link works once within 30 minutes and signs out every browser'),
      verifiedFactors('S-46 the second step asks for the factors that the user has, and shows no secret'),
    ),
    '6.4.4': met(
      'An admin verifies the identity and removes the factor with a reason; staff then need a single-use link in addition to the password.',
      proofIn('admin/users/remove-second-factor.test.ts')(
        'S-46 staff get a link to set up a new second factor, sellers need none',
      ),
      proofIn('application/access/second-factor/enrol-second-factor.test.ts')(
        'S-46 an invalid enrolment link shows nothing and changes nothing',
      ),
    ),
    '6.4.5': notApplicable('No factor expires.'),
    '6.4.6': notMet(
      'An operator’s command prints a reset link, so the operator could use it. Plan: send it to the user’s address, and offer it in the console.',
    ),
    '6.5.1': met(
      'A one-time code and its predecessors work once; a recovery code works once.',
      verifiedFactors('S-46 a code is accepted once, within one time step'),
      verifiedFactors('S-46 only one of two concurrent uses of a code is accepted'),
      verifiedFactors('S-46 a recovery code works once, and its use is reported by email'),
    ),
    '6.5.2': met(
      'Recovery codes have 120 random bits and are stored as SHA-256. Codes issued before have 80 bits until they are replaced.',
      proofIn('domain/access/second-factor.test.ts')(
        'S-46 a recovery code has 120 bits in an alphabet without ambiguous letters',
      ),
      proofIn('adapters/postgres/access/second-factors-contract.test.ts')(
        'S-46 the table contains neither the secret nor a recovery code in plain text',
      ),
    ),
    '6.5.3': met(
      'From `crypto.randomBytes`, and otpauth, which uses Node’s `crypto`.',
      totp('S-46 each TOTP secret has 160 new random bits, and an app can read its enrolment URI'),
      proofIn('architecture/architecture.test.ts')(
        'the domain and the diagnosis use no clock, no random numbers and no asynchronous code',
      ),
    ),
    '6.5.4': met(
      '120 bits.',
      proofIn('domain/access/second-factor.test.ts')(
        'S-46 a recovery code has 120 bits in an alphabet without ambiguous letters',
      ),
    ),
    '6.5.5': notMet(
      'A code’s step is 30 seconds, but one step of clock drift either way is accepted (RFC 6238), so it works for up to 90 seconds, once. No change planned.',
    ),
    '6.5.6': met(
      'Another admin or a command removes the factor, which ends its sessions.',
      proofIn('admin/users/remove-second-factor.test.ts')(
        'S-46 removing second factors ends every session, and the user learns of it by email',
      ),
      proofIn('journeys/console/user-actions.test.ts')(
        'S-43 S-46 an admin resets an agent’s second factor, and the old one stops working',
      ),
    ),
    '6.5.7': notApplicable('No biometrics.'),
    '6.5.8': met(
      'By the product’s clock, which follows PostgreSQL’s.',
      totp('S-46 a clock may be off by one time step in either direction'),
      proofIn('adapters/postgres/engine/synchronised-clock.test.ts')(
        'S-24 a process uses its database’s time regardless of the machine’s clock',
      ),
    ),
    '6.6.1': noPhone,
    '6.6.2': noOutOfBand,
    '6.6.3': noOutOfBand,
    '6.6.4': notApplicable('No push notifications.'),
    '6.7.1': met(
      'Public keys are rows of the database. Only their user adds or removes one, after a verification; an admin may remove all.',
      proofIn('application/access/second-factor/change-second-factors.test.ts')(
        'S-46 a user removes a passkey, which ends every session and is reported by email',
      ),
      proofIn('application/access/second-factor/enrol-second-factor.test.ts')(
        'S-46 the password alone shows and changes nothing',
      ),
    ),
    '6.7.2': met(
      'The library’s 256 random bits, stored for the session, used once within five minutes.',
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 a passkey answers the challenge of its session once',
      ),
      proofIn('application/access/second-factor/verify-second-factor.test.ts')(
        'S-46 a passkey challenge expires after five minutes',
      ),
    ),
    '6.8.1': noIdentityProvider,
    '6.8.2': noIdentityProvider,
    '6.8.3': noIdentityProvider,
    '6.8.4': noIdentityProvider,
  },
}
