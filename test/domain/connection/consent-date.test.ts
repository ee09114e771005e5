import t from 'tap'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import { isConsentPageSkipped } from '../../../src/domain/connection/authorisation-attempt.ts'
import { consentDateOf } from '../../../src/domain/connection/consent-date.ts'
import {
  aClosedConnection,
  aConsent,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anUnauthorisedConnection,
  aPendingConnection,
} from '../../support/examples.ts'

const now = new Date('2027-06-01T12:00:00Z')
const daysAgo = (count: number): Date => after(now, -hours(24 * count))
const skipped = aPendingConnection({ savedAt: now, isConsentPageSkipped: true })
const bob = anAmazonUser({ userId: 'amzn1.account.BOB' })

t.test('S-26 only a return within five seconds shows that Amazon skipped its page', async t => {
  const startedAt = now
  t.equal(isConsentPageSkipped({ startedAt, returnedAt: after(now, seconds(5) - 1) }), true)
  t.equal(isConsentPageSkipped({ startedAt, returnedAt: after(now, seconds(5)) }), false)
  t.equal(isConsentPageSkipped({ startedAt, returnedAt: null }), false)
})

t.test('S-26 a consent whose page Amazon showed starts today', async t => {
  const shown = { ...skipped, isConsentPageSkipped: false }
  t.equal(consentDateOf(shown, [anActiveConnection()], 365, now), now)
})

t.test('S-26 without its page, the latest consent that still applies keeps its date', async t => {
  const active = (age: number, amazonUser = anAmazonUser() as typeof bob | null) =>
    anActiveConnection({ grant: aGrant({ consentedAt: daysAgo(age), amazonUser }) })
  const lost = (why: 'grant_revoked' | 'consent_expired' | 'profile_access_lost' | 'marked_by_staff') =>
    anUnauthorisedConnection({ why, consent: aConsent({ consentedAt: daysAgo(9) }) })
  const closed = aClosedConnection({ consent: aConsent({ consentedAt: daysAgo(9) }) })
  const dateOf = (...earlier: Parameters<typeof consentDateOf>[1]) =>
    consentDateOf(skipped, earlier, 365, now)

  t.strictSame(dateOf(active(200), active(9), active(300)), daysAgo(9))
  t.strictSame(dateOf(active(9, null)), daysAgo(9), 'an unknown Amazon user may be the same one')
  t.strictSame(dateOf(closed), daysAgo(9), 'disconnecting ends no consent at Amazon')
  t.strictSame(dateOf(lost('profile_access_lost')), daysAgo(9))
  t.strictSame(dateOf(lost('marked_by_staff')), daysAgo(9))

  t.equal(dateOf(), now, 'no consent is known')
  t.equal(dateOf(active(9, bob)), now, 'a different Amazon user')
  t.equal(dateOf(lost('grant_revoked')), now)
  t.equal(dateOf(lost('consent_expired')), now)
  t.equal(consentDateOf(skipped, [active(9)], 9, now), now, 'the consent has expired')
})
