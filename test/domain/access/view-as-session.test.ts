import t from 'tap'
import { roles } from '../../../src/domain/access/user.ts'
import { assertCanViewAs, canViewAs, viewAsEnd } from '../../../src/domain/access/view-as-session.ts'
import { after, minutes } from '../../../src/domain/calendar.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { anId, aUser, aViewAs, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const newConditions = (overrides: { signInEndsAt?: Date } = {}) => ({
  viewAs: aViewAs({ userId: anId<UserId>(), viewerId: anId<UserId>() }),
  viewer: aUser({ role: 'support' }),
  user: aUser(),
  signInEndsAt: hoursLater(1),
  ...overrides,
})

t.test('S-44 a view-as session lasts exactly ten minutes and is never extended', async t => {
  const conditions = newConditions()
  const end = after(noon, minutes(10))
  t.strictSame(conditions.viewAs.endsAt, end)
  t.equal(viewAsEnd(conditions, noon), null)
  t.equal(viewAsEnd(conditions, after(end, -1)), null)
  t.strictSame(viewAsEnd(conditions, end), { why: 'expired', at: end })
  t.strictSame(viewAsEnd(conditions, hoursLater(5)), { why: 'expired', at: end }, 'also when checked later')
})

t.test('S-44 a view-as session ends with the sign-in that started it', async t => {
  const conditions = newConditions({ signInEndsAt: minutesLater(4) })
  t.equal(viewAsEnd(conditions, after(minutesLater(4), -1)), null)
  for (const now of [minutesLater(4), hoursLater(5)])
    t.strictSame(viewAsEnd(conditions, now), { why: 'signed_out', at: minutesLater(4) })
})

t.test('S-44 a view-as session ends when either user’s role no longer allows it', async t => {
  for (const role of roles) {
    const isOverForViewer = role === 'seller' || role === 'manager'
    const endForViewer = viewAsEnd({ ...newConditions(), viewer: aUser({ role }) }, minutesLater(1))
    t.strictSame(
      endForViewer,
      isOverForViewer ? { why: 'role_changed', at: minutesLater(1) } : null,
      `role of the viewer: ${role}`,
    )
    const endForUser = viewAsEnd({ ...newConditions(), user: aUser({ role }) }, minutesLater(1))
    const isOverForUser = role === 'support'
    t.strictSame(
      endForUser,
      isOverForUser ? { why: 'role_changed', at: minutesLater(1) } : null,
      `role of the viewed user: ${role}`,
    )
  }
  const signedOut = { ...newConditions({ signInEndsAt: minutesLater(3) }), viewer: aUser({ role: 'seller' }) }
  t.strictSame(viewAsEnd(signedOut, minutesLater(9)), { why: 'role_changed', at: minutesLater(3) })
})

t.test('S-44 staff cannot view as themselves or as a user without seller pages', async t => {
  const viewer = aUser({ role: 'admin' })
  t.throws(() => assertCanViewAs(viewer, viewer), { code: 'cannot_view_as', why: 'own_account' })
  for (const role of roles) {
    const user = aUser({ role })
    t.equal(canViewAs(viewer, user), role !== 'support', role)
    if (role === 'support')
      t.throws(() => assertCanViewAs(viewer, user), { code: 'cannot_view_as', why: 'no_dashboard' })
    else t.doesNotThrow(() => assertCanViewAs(viewer, user), role)
  }
  t.equal(canViewAs(viewer, viewer), false)
})
