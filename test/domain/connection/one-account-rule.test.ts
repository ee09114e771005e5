import t from 'tap'
import type { Role } from '../../../src/domain/access/user.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { LiveConnection } from '../../../src/domain/connection/connection.ts'
import { ReplacementOutdated } from '../../../src/domain/connection/errors.ts'
import {
  decideProfileChoice,
  findAlreadyChosen,
  type ProfileChoice,
} from '../../../src/domain/connection/one-account-rule.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aConsent,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anId,
  anUnauthorisedConnection,
  aProfile,
  hoursLater,
  noon,
} from '../../support/examples.ts'

const profile = aBritishProfile()
const limitedRoles: readonly Role[] = ['seller', 'support']
const unlimitedRoles: readonly Role[] = ['manager', 'admin']

/** A connection of another profile in each state that holds the one-account slot. */
const liveConnections: readonly LiveConnection[] = [
  anActiveConnection(),
  anUnauthorisedConnection(),
  anUnauthorisedConnection({ why: 'profile_access_lost' }),
]

/** By default there is no closed connection, no known Amazon user and no confirmation. */
const decide = (
  choice: Pick<ProfileChoice, 'role' | 'live' | 'profile' | 'replace'> & Partial<ProfileChoice>,
) => decideProfileChoice({ closed: [], amazonUser: null, confirmedUserId: null, ...choice }, noon)

const connectDecision = { decision: 'connect', replacedConnection: null, reopenedConnection: null }

t.test('S-17 a user without a connection can connect', async t => {
  for (const role of [...limitedRoles, ...unlimitedRoles]) {
    t.strictSame(decide({ role, live: [], profile, replace: null }), connectDecision)
  }
})

t.test('S-17 a live connection in any state blocks a second profile but can be replaced', async t => {
  for (const connection of liveConnections) {
    t.strictSame(decide({ role: 'seller', live: [connection], profile, replace: null }), {
      decision: 'blocked',
      live: [connection],
      replaceable: connection,
    })
  }
})

t.test('S-17 a seller replaces the connection whose replacement they confirmed', async t => {
  for (const connection of liveConnections) {
    t.strictSame(decide({ role: 'seller', live: [connection], profile, replace: connection.id }), {
      ...connectDecision,
      replacedConnection: connection,
    })
  }
})

t.test('S-17 confirming the replacement of a connection that was closed is rejected', async t => {
  const [connection] = [anActiveConnection()]
  const replace = anId<ConnectionId>()

  t.throws(() => decide({ role: 'seller', live: [connection], profile, replace }), ReplacementOutdated)
  t.throws(() => decide({ role: 'seller', live: [], profile, replace }), {
    name: 'ReplacementOutdated',
    code: 'replacement_outdated',
    replace,
  })
})

t.test('S-17 a user with several connections after losing a role must disconnect first', async t => {
  const connections = [
    anActiveConnection(),
    anActiveConnection({ profile: aProfile({ id: '2' as ProfileId }) }),
  ]

  t.strictSame(decide({ role: 'seller', live: connections, profile, replace: null }), {
    decision: 'blocked',
    live: connections,
    replaceable: null,
  })
  for (const { id } of connections) {
    t.throws(() => decide({ role: 'seller', live: connections, profile, replace: id }), ReplacementOutdated)
  }
})

t.test('S-18 managers and admins can connect any number of profiles', async t => {
  for (const role of unlimitedRoles) {
    t.strictSame(decide({ role, live: liveConnections, profile, replace: null }), connectDecision)
  }
})

t.test('S-19 choosing a connected profile reauthorises it instead of connecting it twice', async t => {
  for (const role of [...limitedRoles, ...unlimitedRoles]) {
    for (const connection of [anActiveConnection({ profile }), anUnauthorisedConnection({ profile })]) {
      t.strictSame(decide({ role, live: [connection], profile, replace: null }), {
        decision: 'reauthorise',
        connection,
      })
    }
  }
})

t.test('S-19 a user with several connections reauthorises the one they choose', async t => {
  const [other, same] = [anActiveConnection(), anUnauthorisedConnection({ profile })]

  const decision = decide({ role: 'seller', live: [other, same], profile, replace: null })

  t.strictSame(decision, { decision: 'reauthorise', connection: same })
})

t.test('S-19 a reauthorisation closes no connection, even when a replacement was confirmed', async t => {
  const same = anActiveConnection({ profile })

  const decision = decide({ role: 'seller', live: [same], profile, replace: same.id })

  t.strictSame(decision, { decision: 'reauthorise', connection: same })
})

t.test('S-19 the second of two clicks finds the connection that the first one created', async t => {
  const pendingConnectionId = anId<PendingConnectionId>()
  for (const created of [
    anActiveConnection({ profile, pendingConnectionId }),
    anUnauthorisedConnection({ profile, pendingConnectionId }),
  ]) {
    const connections = [anActiveConnection({ pendingConnectionId }), created]
    t.equal(findAlreadyChosen(connections, profile.id, pendingConnectionId), created)
  }
})

t.test('S-19 a click counts as repeated only for the same picker and the same profile', async t => {
  const pendingConnectionId = anId<PendingConnectionId>()
  const created = anActiveConnection({ profile, pendingConnectionId })

  t.equal(findAlreadyChosen([created], profile.id, anId<PendingConnectionId>()), null)
  t.equal(findAlreadyChosen([created], profile.id, null), null)
  t.equal(findAlreadyChosen([created], aProfile().id, pendingConnectionId), null)
  t.equal(findAlreadyChosen([], profile.id, pendingConnectionId), null)
})

t.test('S-27 choosing a disconnected profile reopens its connection during retention', async t => {
  const closed = aClosedConnection({ profile })

  const decideAt = (now: Date) =>
    decideProfileChoice(
      {
        role: 'seller',
        live: [],
        closed: [closed],
        profile,
        amazonUser: null,
        replace: null,
        confirmedUserId: null,
      },
      now,
    )

  t.strictSame(decideAt(after(closed.eraseAt, -1)), { ...connectDecision, reopenedConnection: closed })
  t.strictSame(decideAt(closed.eraseAt), connectDecision)
})

t.test('S-27 of several closed connections of a profile, the last one is reopened', async t => {
  const [first, last] = [
    aClosedConnection({ profile, closedAt: hoursLater(-9) }),
    aClosedConnection({ profile, closedAt: hoursLater(-2) }),
  ]
  const other = aClosedConnection({ profile: aProfile(), closedAt: hoursLater(-1) })

  const decision = decide({ role: 'seller', live: [], closed: [other, first, last], profile, replace: null })

  t.strictSame(decision, { ...connectDecision, reopenedConnection: last })
})

t.test('S-27 a connection can be replaced by a closed one that is still retained', async t => {
  const [active, closed] = [anActiveConnection(), aClosedConnection({ profile })]
  const choice = { role: 'seller', live: [active], closed: [closed], profile } as const

  t.equal(decide({ ...choice, replace: null }).decision, 'blocked')
  t.strictSame(decide({ ...choice, replace: active.id }), {
    ...connectDecision,
    replacedConnection: active,
    reopenedConnection: closed,
  })
})

const jane = anAmazonUser()
const bob = anAmazonUser({ userId: 'amzn1.account.BOB' })

t.test('S-09 S-26 an unknown Amazon user is accepted, regardless of what was confirmed', async t => {
  const connection = anActiveConnection({ profile, grant: aGrant({ amazonUser: anAmazonUser() }) })
  const choice = { role: 'seller', live: [connection], profile, replace: null, amazonUser: null } as const
  t.strictSame(decide({ ...choice, confirmedUserId: 'amzn1.account.BOB' }), {
    decision: 'reauthorise',
    connection,
  })
})

t.test('S-26 another Amazon user can reauthorise after a confirmation that names them', async t => {
  const connections = [
    anActiveConnection({ profile, grant: aGrant({ amazonUser: jane }) }),
    anUnauthorisedConnection({ profile, consent: aConsent({ amazonUser: jane }) }),
  ]
  for (const connection of connections) {
    const choice = { role: 'seller', live: [connection], profile, replace: null, amazonUser: bob } as const

    t.strictSame(decide(choice), { decision: 'different_amazon_user', connection })
    t.strictSame(decide({ ...choice, confirmedUserId: jane.userId }).decision, 'different_amazon_user')
    t.strictSame(decide({ ...choice, confirmedUserId: bob.userId }), { decision: 'reauthorise', connection })
  }
})

t.test('S-09 an Amazon user unknown before or now does not count as a different one', async t => {
  for (const [before, now] of [
    [null, bob],
    [jane, null],
    [null, null],
    [jane, anAmazonUser({ name: 'Jane, married', email: null })],
  ] as const) {
    const connection = anActiveConnection({ profile, grant: aGrant({ amazonUser: before }) })
    const choice = { role: 'seller', live: [connection], profile, replace: null, amazonUser: now } as const

    t.strictSame(decide(choice), { decision: 'reauthorise', connection })
  }
})
