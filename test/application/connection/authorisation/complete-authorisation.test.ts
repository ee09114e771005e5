import t from 'tap'
import { AmazonFailure, amazonRejection } from '../../../../src/application/amazon-failure.ts'
import {
  type CallbackResult,
  CompleteAuthorisation,
} from '../../../../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../../../src/application/connection/authorisation/start-authorisation.ts'
import { hours, minutes } from '../../../../src/domain/calendar.ts'
import type { SessionId } from '../../../../src/domain/identifiers.ts'
import {
  anActiveConnection,
  anId,
  aPendingConnection,
  aSubscription,
  aUser,
  hoursLater,
  noon,
  unfetchedRegionResults,
} from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const by = { userId: user.id, sessionId: anId<SessionId>() }
  const complete = new CompleteAuthorisation(fakes)
  const { url } = await new StartAuthorisation(fakes).execute({
    ...by,
    region: 'eu',
    reauthorisedConnectionId: null,
  })
  const { state, code } = fakes.login.consent(url)
  const oAuthCallback = { state, code, error: '', description: '' }
  const [attempt] = fakes.attempts.all
  if (!attempt) throw new Error('no attempt was started')
  return {
    ...fakes,
    by,
    oAuthCallback,
    attemptId: attempt.id,
    recordSignedOut: complete.recordSignedOut.bind(complete),
    returnFromAmazon: (overrides: Partial<typeof oAuthCallback> = {}, asUser = by): Promise<CallbackResult> =>
      complete.execute(asUser, { ...oAuthCallback, ...overrides }),
  }
}

t.test('S-13 a consent at Amazon becomes a pending connection for one hour', async t => {
  const { returnFromAmazon, pendingConnections, by, attemptId, login } = await scene()

  const result = await returnFromAmazon()

  const pending = await pendingConnections.findByUser(by.userId)
  t.strictSame(result, { outcome: 'authorised', attemptId })
  t.has(pending, {
    userId: by.userId,
    attemptId,
    region: 'eu',
    amazonUser: null,
    regionResults: unfetchedRegionResults,
    savedAt: noon,
    expiresAt: hoursLater(1),
    accessTokenExpiresAt: hoursLater(1),
  })
  t.equal(pending?.refreshToken.reveal(), 'Atzr|refresh-of-code-1')
  t.equal(pending?.accessToken.reveal(), 'Atza|refreshed-1')
  t.strictSame(login.regions, ['eu'], 'the code is exchanged in the region of the login')
})

t.test('S-13 the hour counts from saving the pending connection, not from the click', async t => {
  const { returnFromAmazon, pendingConnections, by, clock } = await scene()
  clock.advance(minutes(20))

  await returnFromAmazon()

  t.has(await pendingConnections.findByUser(by.userId), {
    savedAt: clock.now(),
    expiresAt: hoursLater(1, clock.now()),
  })
})

t.test('S-41 the authorisation is on the timeline without its tokens', async t => {
  const { returnFromAmazon, pendingConnections, timeline, by, attemptId } = await scene()

  await returnFromAmazon()

  const pending = await pendingConnections.findByUser(by.userId)
  t.strictSame(timeline.kinds, ['sent_to_amazon', 'authorised'])
  t.has(timeline.of('authorised'), [
    {
      userId: by.userId,
      attemptId,
      event: { pendingId: pending?.id, expiresAt: hoursLater(1).toISOString() },
    },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /Atz|code-1|secret/)
})

t.test('S-16 a callback delayed by the lock also replaces another tab’s pending connection', async t => {
  const { returnFromAmazon, pendingConnections, users, timeline, by } = await scene()
  users.meanwhile = () => pendingConnections.put(aPendingConnection({ userId: by.userId }))

  await returnFromAmazon()

  t.equal(pendingConnections.all.length, 1)
  t.strictSame(timeline.kinds, ['sent_to_amazon', 'pending_replaced', 'authorised'])
})

t.test('S-15 S-16 an older pending connection past its hour counts as expired, not as replaced', async t => {
  const { returnFromAmazon, pendingConnections, timeline, by } = await scene()
  const old = aPendingConnection({
    userId: by.userId,
    savedAt: hoursLater(-2),
    expiresAt: hoursLater(-1),
  })
  await pendingConnections.put(old)

  await returnFromAmazon()

  t.strictSame(timeline.kinds, ['sent_to_amazon', 'pending_expired', 'authorised'])
  t.match(timeline.of('pending_expired'), [{ attemptId: old.attemptId }])
})

t.test('S-07 a denied consent has its own outcome and stores nothing', async t => {
  const { returnFromAmazon, pendingConnections, timeline, login, attemptId } = await scene()

  const result = await returnFromAmazon({
    code: '',
    error: 'access_denied',
    description: 'Access not permitted.',
  })

  t.strictSame(result, { outcome: 'denied', attemptId })
  t.strictSame(pendingConnections.all, [])
  t.equal(login.callCounts.exchange, 0)
  t.match(timeline.of('callback_denied'), [
    { attemptId, event: { error: 'access_denied', description: 'Access not permitted.' } },
  ])
})

t.test('S-07 an error in the callback ends the attempt even when a code came with it', async t => {
  const { returnFromAmazon, pendingConnections, timeline, login, attemptId } = await scene()

  const result = await returnFromAmazon({ error: 'server_error', description: 'x'.repeat(9000) })

  t.strictSame(result, { outcome: 'amazon_busy', attemptId })
  t.strictSame(pendingConnections.all, [])
  t.equal(login.callCounts.exchange, 0)
  const [failed] = timeline.of('callback_failed')
  t.match(failed?.event, { error: 'server_error', description: 'x'.repeat(500) })
  t.equal(
    JSON.stringify(failed).includes('x'.repeat(501)),
    false,
    'text from outside is truncated before it is stored',
  )
})

t.test('S-07 a temporary error at Amazon is distinguished from an error in our request', async t => {
  for (const [error, outcome] of [
    ['server_error', 'amazon_busy'],
    ['temporarily_unavailable', 'amazon_busy'],
    ['invalid_scope', 'amazon_error'],
    ['unauthorized_client', 'amazon_error'],
  ] as const) {
    const { returnFromAmazon, attemptId } = await scene()
    t.strictSame(await returnFromAmazon({ code: '', error }), { outcome, attemptId }, error)
  }
})

t.test('S-07 a callback without a code has its own outcome', async t => {
  const { returnFromAmazon, pendingConnections, timeline, attemptId } = await scene()

  t.strictSame(await returnFromAmazon({ code: '' }), { outcome: 'rejected', why: 'no_code', attemptId })

  t.strictSame(pendingConnections.all, [])
  t.match(timeline.of('callback_rejected'), [{ attemptId, event: { why: 'no_code' } }])
})

t.test('S-07 an authorisation code that Amazon rejects has its own outcome', async t => {
  const { returnFromAmazon, pendingConnections, timeline, attemptId } = await scene()

  const result = await returnFromAmazon({ code: 'a-code-of-someone-else' })

  t.strictSame(result, { outcome: 'token_exchange_failed', why: 'code_refused', attemptId })
  t.strictSame(pendingConnections.all, [])
  t.match(timeline.of('token_exchange_failed'), [
    { event: { why: 'code_refused', amazonError: 'invalid_grant', requestId: 'amzn-request-1' } },
  ])
})

t.test('S-07 every failed exchange has its own outcome and stores nothing', async t => {
  const aRejection = (code: string) => amazonRejection({ httpStatus: 401, code, detail: 'no' })
  for (const [failure, why] of [
    [new AmazonFailure('timeout', 'no answer'), 'timeout'],
    [new AmazonFailure('unreachable', '503', { httpStatus: 503 }), 'unreachable'],
    [new AmazonFailure('throttled', '429'), 'throttled'],
    [new AmazonFailure('unreadable', 'html'), 'unreadable'],
    [aRejection('invalid_client'), 'client_refused'],
    [aRejection('invalid_grant'), 'code_refused'],
    [aRejection('unauthorized_client'), 'client_refused'],
    [aRejection('invalid_request'), 'refused'],
  ] as const) {
    const { returnFromAmazon, pendingConnections, timeline, login, attemptId } = await scene()
    login.failures.exchange = failure

    t.strictSame(await returnFromAmazon(), { outcome: 'token_exchange_failed', why, attemptId }, why)

    t.strictSame(pendingConnections.all, [])
    t.match(timeline.of('token_exchange_failed'), [{ attemptId, event: { why } }])
  }
})

t.test('S-07 an exchange without a refresh token is not an authorisation', async t => {
  const { returnFromAmazon, pendingConnections, timeline, login, attemptId } = await scene()
  login.sendsRefreshToken = false

  t.strictSame(await returnFromAmazon(), { outcome: 'token_exchange_failed', why: 'unreadable', attemptId })

  t.strictSame(pendingConnections.all, [])
  t.match(timeline.of('token_exchange_failed'), [{ attemptId, event: { why: 'unreadable' } }])
})

t.test('S-16 a failed authorisation keeps the older pending connection', async t => {
  const { returnFromAmazon, pendingConnections, login, by } = await scene()
  const older = aPendingConnection({ userId: by.userId })
  await pendingConnections.put(older)
  login.failures.exchange = new AmazonFailure('timeout', 'no answer')

  await returnFromAmazon()

  t.equal(await pendingConnections.findByUser(by.userId), older)
})

t.test('an internal error is not shown as an outcome of the authorisation', async t => {
  const { returnFromAmazon, login } = await scene()
  const defect = new TypeError('internal error')
  login.failures.exchange = defect

  await t.rejects(returnFromAmazon(), defect)
})

t.test('S-07 a replayed callback is rejected and keeps what the first one stored', async t => {
  const { returnFromAmazon, pendingConnections, by, attemptId, login } = await scene()
  await returnFromAmazon()
  const first = await pendingConnections.findByUser(by.userId)

  const result = await returnFromAmazon()

  t.strictSame(result, { outcome: 'rejected', why: 'replayed', attemptId })
  t.equal(await pendingConnections.findByUser(by.userId), first)
  t.equal(login.callCounts.exchange, 1)
})

t.test('S-41 a replayed reauthorisation callback is on the timeline of its connection', async t => {
  const { by, login, connections, timeline, ...fakes } = await scene()
  const connection = anActiveConnection({ userId: by.userId })
  await connections.save(connection)
  const deps = { ...fakes, login, connections, timeline }
  const { url } = await new StartAuthorisation(deps).execute({
    ...by,
    region: null,
    reauthorisedConnectionId: connection.id,
  })
  const oAuthCallback = { ...login.consent(url), error: '', description: '' }
  const complete = new CompleteAuthorisation(deps)
  await complete.execute(by, oAuthCallback)

  await complete.execute(by, oAuthCallback)

  t.has(timeline.of('callback_rejected'), [{ connectionId: connection.id, event: { why: 'replayed' } }])
})

t.test('S-41 a signed-out callback does not use the code and is logged once', async t => {
  const { oAuthCallback, recordSignedOut, returnFromAmazon, login, attemptId, timeline } = await scene()

  for (const state of ['', 'made up', oAuthCallback.state, oAuthCallback.state])
    await recordSignedOut({ state })

  t.match(timeline.of('callback_rejected'), [{ attemptId, event: { why: 'signed_out' } }])
  t.equal(timeline.of('callback_rejected').length, 1)
  t.match(await returnFromAmazon(), { outcome: 'rejected', why: 'replayed' })
  t.equal(login.callCounts.exchange, 0)
})

t.test('S-07 a state can be used only once even when consent was denied', async t => {
  const { returnFromAmazon, attemptId } = await scene()
  await returnFromAmazon({ error: 'access_denied', code: '' })

  t.strictSame(await returnFromAmazon(), { outcome: 'rejected', why: 'replayed', attemptId })
})

t.test('S-07 only one of two concurrent callbacks is accepted', async t => {
  const { returnFromAmazon, pendingConnections, login } = await scene()

  const results = await Promise.all([returnFromAmazon(), returnFromAmazon()])

  t.strictSame(results.map(({ outcome }) => outcome).sort(), ['authorised', 'rejected'])
  t.equal(login.callCounts.exchange, 1)
  t.equal(pendingConnections.all.length, 1)
})

t.test('S-07 an expired or unknown state is rejected', async t => {
  const { returnFromAmazon, clock, login, pendingConnections, timeline, attemptId } = await scene()

  t.strictSame(await returnFromAmazon({ state: 'made up' }), {
    outcome: 'rejected',
    why: 'unknown',
    attemptId: null,
  })
  t.match(await returnFromAmazon({ state: '' }), { why: 'unknown', attemptId: null })
  clock.advance(minutes(30))
  t.strictSame(await returnFromAmazon(), { outcome: 'rejected', why: 'expired', attemptId })

  t.equal(login.callCounts.exchange, 0)
  t.strictSame(pendingConnections.all, [])
  t.match(timeline.of('callback_rejected'), [
    { attemptId: null, event: { why: 'unknown' } },
    { attemptId: null, event: { why: 'unknown' } },
    { attemptId, event: { why: 'expired' } },
  ])
})

t.test('S-07 another browser cannot use the state, and the original browser still can', async t => {
  const { returnFromAmazon, by, attemptId, login } = await scene()

  const fromOtherBrowser = await returnFromAmazon({}, { ...by, sessionId: anId<SessionId>() })

  t.strictSame(fromOtherBrowser, { outcome: 'rejected', why: 'other_browser', attemptId })
  t.equal(login.callCounts.exchange, 0)
  t.match(await returnFromAmazon(), { outcome: 'authorised' })
})

t.test('S-07 S-29 another user cannot use the state and does not learn whose it is', async t => {
  const { returnFromAmazon, by, users, timeline, login } = await scene()
  const stranger = aUser()
  users.add(stranger, { subscription: aSubscription() })

  const result = await returnFromAmazon({}, { ...by, userId: stranger.id })

  t.strictSame(result, { outcome: 'rejected', why: 'other_user', attemptId: null })
  t.equal(login.callCounts.exchange, 0)
  t.match(timeline.of('callback_rejected'), [{ userId: stranger.id, attemptId: null }])
  t.match(await returnFromAmazon(), { outcome: 'authorised' })
})

t.test('S-02 S-41 a plan that lapses while the user is at Amazon stops the callback', async t => {
  const { returnFromAmazon, by, users, pendingConnections, login, timeline, attemptId } = await scene()
  users.add(aUser({ id: by.userId }), { subscription: aSubscription({ endsAt: noon }) })

  t.strictSame(await returnFromAmazon(), { outcome: 'plan_required', attemptId })

  t.equal(login.callCounts.exchange, 0)
  t.strictSame(pendingConnections.all, [])
  t.match(timeline.of('connect_rejected'), [{ attemptId, event: { planRestriction: 'lapsed' } }])
})

t.test('S-13 the pending connection and its timeline entry are written in one commit', async t => {
  const { returnFromAmazon, pendingConnections, timeline, unitOfWork, login } = await scene()
  const exchange = login.exchangeCode.bind(login)
  login.exchangeCode = async (...args) => {
    unitOfWork.commitError = new Error('the database is gone')
    return exchange(...args)
  }

  await t.rejects(returnFromAmazon(), /the database is gone/)

  t.strictSame(pendingConnections.all, [])
  t.strictSame(timeline.kinds, ['sent_to_amazon'])
})

t.test('S-13 an access token expires at the time that Amazon gave', async t => {
  const { returnFromAmazon, pendingConnections, by, login } = await scene()
  login.expiresInSeconds = 600

  await returnFromAmazon()

  const pending = await pendingConnections.findByUser(by.userId)
  t.equal(pending?.accessTokenExpiresAt.getTime(), noon.getTime() + hours(1) / 6)
})
