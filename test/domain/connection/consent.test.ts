import t from 'tap'
import { after, hours } from '../../../src/domain/calendar.ts'
import {
  consentExpiresAt,
  revocationReason,
  upcomingConsentExpiry,
} from '../../../src/domain/connection/consent.ts'

const day = hours(24)
const consentedAt = new Date('2026-08-01T10:00:00Z')
const onDay = (count: number): Date => after(consentedAt, count * day)

t.test('S-26 a consent from 30 July 2026 or later ends after 365 days; an older one never ends', async t => {
  t.strictSame(consentExpiresAt(consentedAt, 365), new Date('2027-08-01T10:00:00Z'))
  t.strictSame(consentExpiresAt(new Date('2026-07-30T00:00:00Z'), 365), new Date('2027-07-30T00:00:00Z'))
  t.equal(consentExpiresAt(new Date('2026-07-29T23:59:59.999Z'), 365), null)
  t.strictSame(consentExpiresAt(consentedAt, 10), onDay(10), 'the number of days is configurable')
})

t.test('S-26 a seller is warned from day 335 on', async t => {
  t.equal(upcomingConsentExpiry(consentedAt, 365, after(onDay(335), -1)), null)
  t.strictSame(upcomingConsentExpiry(consentedAt, 365, onDay(335)), onDay(365))
  t.equal(upcomingConsentExpiry(new Date('2024-01-01T00:00:00Z'), 365, onDay(999)), null)
})

t.test('S-26 an expired consent is distinguished from a revoked one by its date', async t => {
  t.equal(revocationReason(consentedAt, 365, onDay(1)), 'grant_revoked')
  t.equal(revocationReason(consentedAt, 365, after(onDay(364), -1)), 'grant_revoked')
  t.equal(
    revocationReason(consentedAt, 365, onDay(364)),
    'consent_expired',
    'the margin allows for Amazon’s clock having started earlier',
  )
  t.equal(revocationReason(consentedAt, 365, onDay(400)), 'consent_expired')
  t.equal(revocationReason(new Date('2024-01-01T00:00:00Z'), 365, onDay(400)), 'grant_revoked')
})
