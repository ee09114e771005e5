import { inspect } from 'node:util'
import t from 'tap'
import { after } from '../../../src/domain/calendar.ts'
import {
  close,
  connect,
  erase,
  expireRetention,
  finishErasure,
  isLive,
  isRetained,
  markAuthorisationLost,
  reauthorise,
  reopen,
} from '../../../src/domain/connection/connection.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import {
  aClosedConnection,
  aConsent,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof Date || typeof value !== 'object' || value === null) return []
  if ('reveal' in value && typeof value.reveal === 'function') return [String(value.reveal())]
  return Object.values(value).flatMap(textsIn)
}

t.test('S-11 connecting stores the chosen profile with exactly what Amazon granted', async t => {
  const pending = aPendingConnection({ region: 'eu', savedAt: minutesLater(-10) })
  const id = anId<ConnectionId>()

  const connection = connect({ id, isExclusive: true }, pending, aProfile(), noon)

  t.strictSame(connection, {
    status: 'active',
    id,
    userId: pending.userId,
    profile: aProfile(),
    connectedAt: noon,
    isExclusive: true,
    pendingConnectionId: pending.id,
    grant: {
      refreshToken: pending.refreshToken,
      loginRegion: 'eu',
      consentedAt: minutesLater(-10),
      amazonUser: pending.amazonUser,
    },
    doubtedAt: null,
  })
  t.notOk(textsIn(connection).includes(pending.accessToken.reveal()))
})

t.test('S-19 reauthorising keeps the connection and replaces its consent', async t => {
  const pending = aPendingConnection({ savedAt: noon })
  const profile = aProfile({ accountName: 'A new name' })
  for (const connection of [anActiveConnection({ isExclusive: false }), anUnauthorisedConnection()]) {
    const { id, userId, connectedAt, isExclusive } = connection

    const reauthorised = reauthorise(connection, pending, profile)

    t.strictSame(
      { ...reauthorised, grant: null },
      {
        status: 'active',
        id,
        userId,
        profile,
        connectedAt,
        isExclusive,
        pendingConnectionId: pending.id,
        grant: null,
        doubtedAt: null,
      },
    )
    t.equal(reauthorised.grant.refreshToken, pending.refreshToken)
    t.equal(reauthorised.grant.consentedAt, noon)
  }
})

t.test('S-26 a connection that lost its authorisation keeps the consent date but no token', async t => {
  const connection = anActiveConnection({ grant: aGrant({ consentedAt: hoursLater(-300) }) })
  const { id, userId, profile, connectedAt, isExclusive, pendingConnectionId } = connection

  const lost = markAuthorisationLost(connection, 'grant_revoked', noon)

  t.strictSame(lost, {
    status: 'needs_authorisation',
    id,
    userId,
    profile,
    connectedAt,
    isExclusive,
    pendingConnectionId,
    consent: { loginRegion: 'na', consentedAt: hoursLater(-300), amazonUser: anAmazonUser() },
    since: noon,
    why: 'grant_revoked',
  })
  t.notOk(textsIn(lost).some(text => text.includes('Atzr')))
})

t.test('S-27 a closed connection has no token', async t => {
  for (const connection of [anActiveConnection(), anUnauthorisedConnection()]) {
    const { id, userId, profile, connectedAt, isExclusive, pendingConnectionId } = connection

    const closed = close(connection, 'disconnected', noon)

    t.strictSame(closed, {
      status: 'closed',
      id,
      userId,
      profile,
      connectedAt,
      isExclusive,
      pendingConnectionId,
      consent: aConsent(),
      closedAt: noon,
      reason: 'disconnected',
      eraseAt: hoursLater(30 * 24),
    })
    t.notOk(textsIn(closed).some(text => text.includes('Atzr')))
  }
  t.equal(close(anActiveConnection(), 'replaced', noon).reason, 'replaced')
})

t.test('S-27 loaded data is kept for exactly thirty days, or erased at once on request', async t => {
  const closed = close(anActiveConnection(), 'disconnected', noon)
  const justBefore = after(hoursLater(30 * 24), -1)

  t.equal(isRetained(closed, justBefore), true)
  t.equal(isRetained(closed, hoursLater(30 * 24)), false)
  t.equal(isRetained(expireRetention(closed, hoursLater(1)), hoursLater(1)), false)
  t.strictSame(
    expireRetention(closed, hoursLater(1000)),
    closed,
    'a late request does not extend the retention',
  )
})

t.test('S-27 a reopened connection keeps its id, with a new consent and no erasure date', async t => {
  const closed = close(anActiveConnection({ isExclusive: true }), 'replaced', noon)
  const renamed = aProfile({ accountName: 'A new name' })
  const pending = aPendingConnection({ userId: closed.userId, refreshToken: new Secret('Atzr|again') })

  const reopened = reopen(closed, { isExclusive: false }, pending, renamed)

  const { id, userId, connectedAt } = closed
  t.has(reopened, { status: 'active', id, userId, connectedAt, profile: renamed, isExclusive: false })
  t.equal(reopened.pendingConnectionId, pending.id)
  t.equal(reopened.grant.refreshToken, pending.refreshToken)
  for (const field of ['closedAt', 'reason', 'eraseAt', 'consent']) t.notOk(field in reopened, field)
})

t.test('S-27 an erased connection keeps only its ids and times', async t => {
  const closed = close(anActiveConnection(), 'disconnected', noon)
  const { id, userId, connectedAt, closedAt, reason } = closed

  const erasing = erase(closed)

  t.strictSame(erasing, { status: 'erasing', id, userId, connectedAt, closedAt, reason })
  t.strictSame(finishErasure(erasing), { ...erasing, status: 'erased' })
})

t.test('S-17 only active connections and those needing authorisation hold the one-account slot', async t => {
  const states = [anActiveConnection(), anUnauthorisedConnection(), aClosedConnection(), anErasedConnection()]

  t.strictSame(states.map(isLive), [true, true, false, false])
})

t.test('S-12 printing a whole connection never shows a token', async t => {
  const connection = anActiveConnection()
  const token = connection.grant.refreshToken.reveal()

  t.notMatch(JSON.stringify(connection), token)
  t.notMatch(inspect(connection, { depth: null }), token)
})
