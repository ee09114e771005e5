import t from 'tap'
import type { Role } from '../../../src/domain/access/person.ts'
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
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aProfile,
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
