import t from 'tap'
import type { Role } from '../../../src/domain/access/person.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { HeldConnection } from '../../../src/domain/connection/connection.ts'
import {
  choiceTakenUp,
  type ProfileChoice,
  ruleOnChoice,
} from '../../../src/domain/connection/one-account-rule.ts'
import { ReplacementStale } from '../../../src/domain/connection/refusals.ts'
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
const limited: readonly Role[] = ['seller', 'support']
const unlimited: readonly Role[] = ['manager', 'admin']

/** A connection of another profile, in each state that holds the slot. */
const holds: readonly HeldConnection[] = [
  anActiveConnection(),
  anUnauthorisedConnection(),
  anUnauthorisedConnection({ why: 'profile_rights_lost' }),
]

/** Nothing closed, nobody said yes, nothing confirmed. */
const rule = (
  choice: Pick<ProfileChoice, 'role' | 'held' | 'profile' | 'replace'> & Partial<ProfileChoice>,
) => ruleOnChoice({ closed: [], amazonUser: null, confirmedUserId: null, ...choice }, noon)

const connects = { ruling: 'connect', gives: null, reopens: null }

t.test('S-17 whoever holds nothing connects', async t => {
  for (const role of [...limited, ...unlimited]) {
    t.strictSame(rule({ role, held: [], profile, replace: null }), connects)
  }
})

t.test(
  'S-17 a second profile is blocked, whatever state the first is in, and the first can be replaced',
  async t => {
    for (const held of holds) {
      t.strictSame(rule({ role: 'seller', held: [held], profile, replace: null }), {
        ruling: 'blocked',
        held: [held],
        replaceable: held,
      })
    }
  },
)

t.test('S-17 a seller replaces the connection that they confirmed to give up', async t => {
  for (const held of holds) {
    t.strictSame(rule({ role: 'seller', held: [held], profile, replace: held.id }), {
      ...connects,
      gives: held,
    })
  }
})

t.test('S-17 a confirmation that names what is no longer connected is refused', async t => {
  const [held] = [anActiveConnection()]
  const replace = anId<ConnectionId>()

  t.throws(() => rule({ role: 'seller', held: [held], profile, replace }), ReplacementStale)
  t.throws(() => rule({ role: 'seller', held: [], profile, replace }), {
    code: 'replacement_stale',
    replace,
  })
})

t.test('S-17 whoever holds several after losing a role must disconnect first', async t => {
  const held = [anActiveConnection(), anActiveConnection({ profile: aProfile({ id: '2' as ProfileId }) })]

  t.strictSame(rule({ role: 'seller', held, profile, replace: null }), {
    ruling: 'blocked',
    held,
    replaceable: null,
  })
  for (const { id } of held) {
    t.throws(() => rule({ role: 'seller', held, profile, replace: id }), ReplacementStale)
  }
})

t.test('S-18 managers and admins are not limited', async t => {
  for (const role of unlimited) {
    t.strictSame(rule({ role, held: holds, profile, replace: null }), connects)
  }
})

t.test('S-18 a role taken away blocks the next connection and no more', async t => {
  const held = [anActiveConnection({ isExclusive: false })]

  t.equal(rule({ role: 'manager', held, profile, replace: null }).ruling, 'connect')
  t.equal(rule({ role: 'seller', held, profile, replace: null }).ruling, 'blocked')
})

t.test('S-19 the profile that is connected already is renewed, not connected twice', async t => {
  for (const role of [...limited, ...unlimited]) {
    for (const held of [anActiveConnection({ profile }), anUnauthorisedConnection({ profile })]) {
      t.strictSame(rule({ role, held: [held], profile, replace: null }), {
        ruling: 'renew',
        connection: held,
      })
    }
  }
})

t.test('S-19 whoever holds several renews the one that they choose', async t => {
  const [other, same] = [anActiveConnection(), anUnauthorisedConnection({ profile })]

  const ruling = rule({ role: 'seller', held: [other, same], profile, replace: null })

  t.strictSame(ruling, { ruling: 'renew', connection: same })
})

t.test('S-19 a renewal gives nothing up, even when a replacement was confirmed', async t => {
  const same = anActiveConnection({ profile })

  const ruling = rule({ role: 'seller', held: [same], profile, replace: same.id })

  t.strictSame(ruling, { ruling: 'renew', connection: same })
})

t.test('S-19 the second of two clicks finds the connection that the first one made', async t => {
  const chosenFrom = anId<PendingConnectionId>()
  for (const made of [
    anActiveConnection({ profile, chosenFrom }),
    anUnauthorisedConnection({ profile, chosenFrom }),
  ]) {
    t.equal(choiceTakenUp([anActiveConnection({ chosenFrom }), made], profile.id, chosenFrom), made)
  }
})

t.test('S-19 another picker, another profile or no word of either is no second click', async t => {
  const chosenFrom = anId<PendingConnectionId>()
  const made = anActiveConnection({ profile, chosenFrom })

  t.equal(choiceTakenUp([made], profile.id, anId<PendingConnectionId>()), null)
  t.equal(choiceTakenUp([made], profile.id, null), null)
  t.equal(choiceTakenUp([made], aProfile().id, chosenFrom), null)
  t.equal(choiceTakenUp([], profile.id, chosenFrom), null)
})

t.test('S-27 the profile that was disconnected is opened again while its data is kept', async t => {
  const closed = aClosedConnection({ profile })

  const at = (now: Date) =>
    ruleOnChoice(
      {
        role: 'seller',
        held: [],
        closed: [closed],
        profile,
        amazonUser: null,
        replace: null,
        confirmedUserId: null,
      },
      now,
    )

  t.strictSame(at(after(closed.eraseAt, -1)), { ...connects, reopens: closed })
  t.strictSame(at(closed.eraseAt), connects)
})

t.test(
  'S-27 of several that were closed the last one is opened again, and none of another profile',
  async t => {
    const [first, last] = [
      aClosedConnection({ profile, closedAt: hoursLater(-9) }),
      aClosedConnection({ profile, closedAt: hoursLater(-2) }),
    ]
    const other = aClosedConnection({ profile: aProfile(), closedAt: hoursLater(-1) })

    const ruling = rule({ role: 'seller', held: [], closed: [other, first, last], profile, replace: null })

    t.strictSame(ruling, { ...connects, reopens: last })
  },
)

t.test('S-27 an account can be replaced by one whose data is still kept', async t => {
  const [held, closed] = [anActiveConnection(), aClosedConnection({ profile })]
  const choice = { role: 'seller', held: [held], closed: [closed], profile } as const

  t.equal(rule({ ...choice, replace: null }).ruling, 'blocked')
  t.strictSame(rule({ ...choice, replace: held.id }), { ...connects, gives: held, reopens: closed })
})

const jane = anAmazonUser()
const bob = anAmazonUser({ userId: 'amzn1.account.BOB' })

t.test('S-09 S-26 who said yes may be unknown, whatever was confirmed', async t => {
  const connection = anActiveConnection({ profile, grant: aGrant({ amazonUser: anAmazonUser() }) })
  const choice = { role: 'seller', held: [connection], profile, replace: null, amazonUser: null } as const
  t.strictSame(rule({ ...choice, confirmedUserId: 'amzn1.account.BOB' }), { ruling: 'renew', connection })
})

t.test('S-26 another Amazon account renews after one confirmation that names it', async t => {
  const renews = [
    anActiveConnection({ profile, grant: aGrant({ amazonUser: jane }) }),
    anUnauthorisedConnection({ profile, consent: aConsent({ amazonUser: jane }) }),
  ]
  for (const connection of renews) {
    const choice = { role: 'seller', held: [connection], profile, replace: null, amazonUser: bob } as const

    t.strictSame(rule(choice), { ruling: 'other_amazon_user', connection })
    t.strictSame(rule({ ...choice, confirmedUserId: jane.userId }).ruling, 'other_amazon_user')
    t.strictSame(rule({ ...choice, confirmedUserId: bob.userId }), { ruling: 'renew', connection })
  }
})

t.test('S-09 an Amazon account that is unknown, now or before, is not taken for another', async t => {
  for (const [before, now] of [
    [null, bob],
    [jane, null],
    [null, null],
    [jane, anAmazonUser({ name: 'Jane, married', email: null })],
  ] as const) {
    const connection = anActiveConnection({ profile, grant: aGrant({ amazonUser: before }) })
    const choice = { role: 'seller', held: [connection], profile, replace: null, amazonUser: now } as const

    t.strictSame(rule(choice), { ruling: 'renew', connection })
  }
})
