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

t.test('S-07 a state is accepted once, within thirty minutes, in the browser that started it', async t => {
  const otherUser = { ...browser, userId: anId<UserId>() }
  const otherBrowser = { ...browser, sessionId: anId<SessionId>() }
  const used = { ...attempt, returnedAt: noon }
  for (const [stored, by, now, problem] of [
    [attempt, browser, noon, null],
    [attempt, browser, after(noon, minutes(30) - 1), null],
    [attempt, browser, minutesLater(30), 'expired'],
    [attempt, browser, minutesLater(31), 'expired'],
    [null, browser, noon, 'unknown'],
    [used, browser, minutesLater(1), 'replayed'],
    [attempt, otherUser, noon, 'other_user'],
    [attempt, otherBrowser, noon, 'other_browser'],
  ] as const)
    t.equal(checkState(stored, by, now), problem)
})

t.test('S-29 another user cannot see whether a state was used or has expired', async t => {
  const otherUser = { userId: anId<UserId>(), sessionId: anId<SessionId>() }

  t.equal(checkState({ ...attempt, returnedAt: noon }, otherUser, minutesLater(40)), 'other_user')
})
