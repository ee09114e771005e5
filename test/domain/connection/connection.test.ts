import { inspect } from 'node:util'
import t from 'tap'
import { close, connect, loseAuthorisation, renew } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import {
  aGrant,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

/** Every text anywhere inside, secrets laid open. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof Date || typeof value !== 'object' || value === null) return []
  if ('reveal' in value && typeof value.reveal === 'function') return [String(value.reveal())]
  return Object.values(value).flatMap(textsIn)
}

t.test(
  'S-11 the chosen profile is connected with what Amazon granted, and nothing else rides along',
  async t => {
    const pending = aPendingConnection({ region: 'eu', savedAt: minutesLater(-10) })
    const id = anId<ConnectionId>()

    const connection = connect({ id, isExclusive: true }, pending, aProfile(), noon)

    t.strictSame(connection, {
      status: 'active',
      id,
      personId: pending.personId,
      profile: aProfile(),
      connectedAt: noon,
      isExclusive: true,
      chosenFrom: pending.id,
      grant: {
        refreshToken: pending.refreshToken,
        loginRegion: 'eu',
        consentedAt: minutesLater(-10),
        amazonUser: pending.amazonUser,
      },
    })
    t.notOk(textsIn(connection).includes(pending.accessToken.reveal()))
  },
)

t.test('S-19 a renewed connection is the same one with a new consent', async t => {
  const pending = aPendingConnection({ savedAt: noon })
  const profile = aProfile({ accountName: 'A new name' })
  for (const held of [anActiveConnection({ isExclusive: false }), anUnauthorisedConnection()]) {
    const { id, personId, connectedAt, isExclusive } = held

    const renewed = renew(held, pending, profile)

    t.strictSame(
      { ...renewed, grant: null },
      {
        status: 'active',
        id,
        personId,
        profile,
        connectedAt,
        isExclusive,
        chosenFrom: pending.id,
        grant: null,
      },
    )
    t.equal(renewed.grant.refreshToken, pending.refreshToken)
    t.equal(renewed.grant.consentedAt, noon)
  }
})

t.test('S-26 a connection that lost its authorisation keeps its consent’s date and no token', async t => {
  const connection = anActiveConnection({ grant: aGrant({ consentedAt: hoursLater(-300) }) })
  const { id, personId, profile, connectedAt, isExclusive, chosenFrom } = connection

  const lost = loseAuthorisation(connection, 'grant_gone', noon)

  t.strictSame(lost, {
    status: 'needs_authorisation',
    id,
    personId,
    profile,
    connectedAt,
    isExclusive,
    chosenFrom,
    consentedAt: hoursLater(-300),
    since: noon,
    why: 'grant_gone',
  })
  t.notOk(textsIn(lost).some(text => text.includes('Atzr')))
})

t.test('S-27 a closed connection has no place for a token', async t => {
  for (const held of [anActiveConnection(), anUnauthorisedConnection()]) {
    const { id, personId, profile, connectedAt, isExclusive, chosenFrom } = held

    const closed = close(held, 'disconnected', noon)

    t.strictSame(closed, {
      status: 'closed',
      id,
      personId,
      profile,
      connectedAt,
      isExclusive,
      chosenFrom,
      closedAt: noon,
      reason: 'disconnected',
    })
    t.notOk(textsIn(closed).some(text => text.includes('Atzr')))
  }
  t.equal(close(anActiveConnection(), 'replaced', noon).reason, 'replaced')
})

t.test('S-12 a whole connection shows no token, however it is printed', async t => {
  const connection = anActiveConnection()
  const token = connection.grant.refreshToken.reveal()

  t.notMatch(JSON.stringify(connection), token)
  t.notMatch(inspect(connection, { depth: null }), token)
})
