import t from 'tap'
import { after, minutes } from '../../../src/domain/calendar.ts'
import {
  checkState,
  startAuthorisationAttempt,
} from '../../../src/domain/connection/authorisation-attempt.ts'
import type { AttemptId, SessionId, UserId } from '../../../src/domain/identifiers.ts'
import { anAttempt, anId, minutesLater, noon } from '../../support/examples.ts'

const attempt = anAttempt()
const { userId, sessionId } = attempt
const browser = { userId, sessionId }

t.test('S-07 an authorisation attempt expires thirty minutes after the click', async t => {
  const start = {
    id: anId<AttemptId>(),
    userId,
    sessionId,
    reauthorisedConnectionId: null,
    region: 'eu',
    verifier: null,
  } as const

  const started = startAuthorisationAttempt(start, noon)

  t.strictSame(started, { ...start, startedAt: noon, expiresAt: minutesLater(30), returnedAt: null })
})

t.test('S-07 the browser that started an attempt can return until it expires', async t => {
  t.equal(checkState(attempt, browser, noon), null)
  t.equal(checkState(attempt, browser, after(noon, minutes(30) - 1)), null)
})

t.test('S-07 a state that was never issued is unknown', async t => {
  t.equal(checkState(null, browser, noon), 'unknown')
})

t.test('S-07 a state expires after exactly thirty minutes', async t => {
  t.equal(checkState(attempt, browser, minutesLater(30)), 'expired')
  t.equal(checkState(attempt, browser, minutesLater(31)), 'expired')
})

t.test('S-07 a state can be used only once', async t => {
  t.equal(checkState({ ...attempt, returnedAt: noon }, browser, minutesLater(1)), 'replayed')
})

t.test('S-07 a state cannot be used by another user', async t => {
  const otherUser = { ...browser, userId: anId<UserId>() }

  t.equal(checkState(attempt, otherUser, noon), 'other_user')
})

t.test('S-07 a state cannot be used in another browser of the same user', async t => {
  const otherBrowser = { ...browser, sessionId: anId<SessionId>() }

  t.equal(checkState(attempt, otherBrowser, noon), 'other_browser')
})

t.test('S-29 another user cannot see whether a state was used or has expired', async t => {
  const otherUser = { userId: anId<UserId>(), sessionId: anId<SessionId>() }

  t.equal(checkState({ ...attempt, returnedAt: noon }, otherUser, minutesLater(40)), 'other_user')
})
