import t from 'tap'
import { roles } from '../../../src/domain/access/user.ts'
import { assertCanViewAs, canViewAs, viewAsEnd } from '../../../src/domain/access/view-as-session.ts'
import { after, minutes } from '../../../src/domain/calendar.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { anId, aUser, aViewAs, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const grounds = (its: { signInEndsAt?: Date } = {}) => ({
  viewAs: aViewAs({ userId: anId<UserId>(), viewerId: anId<UserId>() }),
  viewer: aUser({ role: 'support' }),
  user: aUser(),
  signInEndsAt: hoursLater(1),
  ...its,
})

t.test('S-44 a view-as session lasts exactly ten minutes and is never extended', async t => {
  const known = grounds()
  const end = after(noon, minutes(10))
  t.strictSame(known.viewAs.endsAt, end)
  t.equal(viewAsEnd(known, noon), null)
  t.equal(viewAsEnd(known, after(end, -1)), null)
  t.strictSame(viewAsEnd(known, end), { why: 'expired', at: end })
  t.strictSame(viewAsEnd(known, hoursLater(5)), { why: 'expired', at: end }, 'checked at any later time')
})

t.test('S-44 a view-as session ends with the sign-in that started it', async t => {
  const known = grounds({ signInEndsAt: minutesLater(4) })
  t.equal(viewAsEnd(known, after(minutesLater(4), -1)), null)
  for (const now of [minutesLater(4), hoursLater(5)])
    t.strictSame(viewAsEnd(known, now), { why: 'signed_out', at: minutesLater(4) })
})

t.test('S-44 a view-as session ends when either user’s role no longer allows it', async t => {
  for (const role of roles) {
    const isOver = role === 'seller' || role === 'manager'
    const end = viewAsEnd({ ...grounds(), viewer: aUser({ role }) }, minutesLater(1))
    t.strictSame(end, isOver ? { why: 'role_changed', at: minutesLater(1) } : null, `role of staff: ${role}`)
    const viewed = viewAsEnd({ ...grounds(), user: aUser({ role }) }, minutesLater(1))
    const isEnded = role === 'support'
    t.strictSame(
      viewed,
      isEnded ? { why: 'role_changed', at: minutesLater(1) } : null,
      `role of the viewed user: ${role}`,
    )
  }
  const signedOut = { ...grounds({ signInEndsAt: minutesLater(3) }), viewer: aUser({ role: 'seller' }) }
  t.strictSame(viewAsEnd(signedOut, minutesLater(9)), { why: 'role_changed', at: minutesLater(3) })
})

t.test('S-44 staff cannot view themselves or a user who has no seller pages', async t => {
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
