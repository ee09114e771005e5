import t from 'tap'
import {
  isFreshlyVerified,
  isLastSeenOutdated,
  openSession,
  pendingKinds,
  roleAllowsSession,
  type SessionKind,
  sessionKinds,
  touchSession,
} from '../../../src/domain/access/session.ts'
import { roles } from '../../../src/domain/access/user.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import type { SessionId, UserId } from '../../../src/domain/identifiers.ts'
import { anId, noon } from '../../support/examples.ts'

const newSession = (kind: SessionKind) =>
  openSession({ id: anId<SessionId>(), userId: anId<UserId>(), kind, device: 'Firefox' }, noon)
const days = (count: number) => hours(count * 24)

t.test('S-01 an idle session ends after 7 days for a seller and after 30 minutes for staff', async t => {
  t.strictSame(newSession('seller').expiresAt, after(noon, days(7)))
  t.strictSame(newSession('staff').expiresAt, after(noon, minutes(30)))
  for (const kind of pendingKinds) t.strictSame(newSession(kind).expiresAt, after(noon, minutes(5)))
})

t.test('S-01 use extends a session to at most 14 days for a seller or 12 hours for staff', async t => {
  const spans = [
    ['seller', days(3), days(10)],
    ['seller', days(7), days(14)],
    ['seller', days(13), days(14)],
    ['staff', minutes(10), minutes(40)],
    ['staff', hours(11.5), hours(12)],
    ['staff', hours(11.75), hours(12)],
    ['staff_pending_second_factor', minutes(4), minutes(5)],
  ] as const
  for (const [kind, seenAfter, endsAfter] of spans) {
    const session = newSession(kind)
    const now = after(noon, seenAfter)
    t.strictSame(
      touchSession(session, now),
      { ...session, lastSeenAt: now, expiresAt: after(noon, endsAfter) },
      `${kind} seen after ${seenAfter}`,
    )
  }
})

t.test('S-01 the last use of a session is recorded at most once a minute', async t => {
  const session = newSession('seller')

  t.notOk(isLastSeenOutdated(session, after(noon, minutes(1) - 1)))
  t.ok(isLastSeenOutdated(session, after(noon, minutes(1))))
})

t.test('S-01 each role can hold only its own kinds of session', async t => {
  const allowedKinds = Object.fromEntries(
    roles.map(role => [role, sessionKinds.filter(kind => roleAllowsSession(kind, role))]),
  )
  t.strictSame(allowedKinds, {
    seller: ['seller', 'seller_pending_second_factor'],
    manager: ['seller', 'seller_pending_second_factor'],
    admin: ['seller', 'seller_pending_second_factor', 'staff', 'staff_pending_second_factor'],
    support: ['staff', 'staff_pending_second_factor'],
  })
})

t.test('S-46 a sign-in counts as verification for five minutes, its password step does not', async t => {
  for (const kind of ['seller', 'staff'] as const) {
    const session = newSession(kind)
    t.ok(isFreshlyVerified(session, after(noon, minutes(5) - 1)))
    t.notOk(isFreshlyVerified(session, after(noon, minutes(5))))
  }
  for (const kind of pendingKinds) t.notOk(isFreshlyVerified(newSession(kind), noon))
})
