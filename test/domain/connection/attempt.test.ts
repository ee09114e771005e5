import t from 'tap'
import { after, minutes } from '../../../src/domain/calendar.ts'
import { beginAttempt, stateRefusal } from '../../../src/domain/connection/attempt.ts'
import type { AttemptId, PersonId, SessionId } from '../../../src/domain/identifiers.ts'
import { anAttempt, anId, minutesLater, noon } from '../../support/examples.ts'

const attempt = anAttempt()
const { personId, sessionId } = attempt
const by = { personId, sessionId }

t.test('S-07 an authorisation attempt expires thirty minutes after the click', async t => {
  const start = {
    id: anId<AttemptId>(),
    personId,
    sessionId,
    renews: null,
    region: 'eu',
    verifier: null,
  } as const

  const begun = beginAttempt(start, noon)

  t.strictSame(begun, { ...start, startedAt: noon, expiresAt: minutesLater(30), returnedAt: null })
})

t.test('S-07 the browser that started an attempt can return until it expires', async t => {
  t.equal(stateRefusal(attempt, by, noon), null)
  t.equal(stateRefusal(attempt, by, after(noon, minutes(30) - 1)), null)
})

t.test('S-07 a state that was never issued is unknown', async t => {
  t.equal(stateRefusal(null, by, noon), 'unknown')
})

t.test('S-07 a state expires after exactly thirty minutes', async t => {
  t.equal(stateRefusal(attempt, by, minutesLater(30)), 'expired')
  t.equal(stateRefusal(attempt, by, minutesLater(31)), 'expired')
})

t.test('S-07 a state can be used only once', async t => {
  t.equal(stateRefusal({ ...attempt, returnedAt: noon }, by, minutesLater(1)), 'replayed')
})

t.test('S-07 a state cannot be used by another user', async t => {
  const stranger = { ...by, personId: anId<PersonId>() }

  t.equal(stateRefusal(attempt, stranger, noon), 'other_person')
})

t.test('S-07 a state cannot be used in another browser of the same user', async t => {
  const elsewhere = { ...by, sessionId: anId<SessionId>() }

  t.equal(stateRefusal(attempt, elsewhere, noon), 'other_browser')
})

t.test('S-29 another user cannot see whether a state was used or has expired', async t => {
  const stranger = { personId: anId<PersonId>(), sessionId: anId<SessionId>() }

  t.equal(stateRefusal({ ...attempt, returnedAt: noon }, stranger, minutesLater(40)), 'other_person')
})
