import t from 'tap'
import { roles } from '../../../src/domain/access/person.ts'
import { demandViewable, endOfViewing, isViewable } from '../../../src/domain/access/viewing.ts'
import { after, minutes } from '../../../src/domain/calendar.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { anId, aPerson, aViewing, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const grounds = (its: { signInEndsAt?: Date } = {}) => ({
  viewing: aViewing({ personId: anId<PersonId>(), viewerId: anId<PersonId>() }),
  viewer: aPerson({ role: 'support' }),
  person: aPerson(),
  signInEndsAt: hoursLater(1),
  ...its,
})

t.test('S-44 a view-as session lasts exactly ten minutes and is never extended', async t => {
  const known = grounds()
  const end = after(noon, minutes(10))
  t.strictSame(known.viewing.endsAt, end)
  t.equal(endOfViewing(known, noon), null)
  t.equal(endOfViewing(known, after(end, -1)), null)
  t.strictSame(endOfViewing(known, end), { why: 'ran_out', at: end })
  t.strictSame(endOfViewing(known, hoursLater(5)), { why: 'ran_out', at: end }, 'checked at any later time')
})

t.test('S-44 a view-as session ends with the sign-in that started it', async t => {
  const known = grounds({ signInEndsAt: minutesLater(4) })
  t.equal(endOfViewing(known, after(minutesLater(4), -1)), null)
  for (const now of [minutesLater(4), hoursLater(5)])
    t.strictSame(endOfViewing(known, now), { why: 'signed_out', at: minutesLater(4) })
})

t.test('S-44 a view-as session ends when either user’s role no longer allows it', async t => {
  for (const role of roles) {
    const isOver = role === 'seller' || role === 'manager'
    const end = endOfViewing({ ...grounds(), viewer: aPerson({ role }) }, minutesLater(1))
    t.strictSame(end, isOver ? { why: 'role_changed', at: minutesLater(1) } : null, `role of staff: ${role}`)
    const viewed = endOfViewing({ ...grounds(), person: aPerson({ role }) }, minutesLater(1))
    const isEnded = role === 'support'
    t.strictSame(
      viewed,
      isEnded ? { why: 'role_changed', at: minutesLater(1) } : null,
      `role of the viewed user: ${role}`,
    )
  }
  const signedOut = { ...grounds({ signInEndsAt: minutesLater(3) }), viewer: aPerson({ role: 'seller' }) }
  t.strictSame(endOfViewing(signedOut, minutesLater(9)), { why: 'role_changed', at: minutesLater(3) })
})

t.test('S-44 staff cannot view themselves or a user who has no seller pages', async t => {
  const viewer = aPerson({ role: 'admin' })
  t.throws(() => demandViewable(viewer, viewer), { code: 'not_to_be_viewed', why: 'oneself' })
  for (const role of roles) {
    const person = aPerson({ role })
    t.equal(isViewable(viewer, person), role !== 'support', role)
    if (role === 'support')
      t.throws(() => demandViewable(viewer, person), { code: 'not_to_be_viewed', why: 'no_dashboard' })
    else t.doesNotThrow(() => demandViewable(viewer, person), role)
  }
  t.equal(isViewable(viewer, viewer), false)
})
