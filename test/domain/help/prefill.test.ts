import t from 'tap'
import { prefillFor } from '../../../src/domain/help/prefill.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  aPendingConnection,
  aProfile,
  minutesLater,
  noon,
} from '../../support/examples.ts'

const nothing = { named: null, current: null, pending: null }
const unknown = { connectionId: null, amazonEmail: '', marketplace: '' }
const jane = anAmazonUser({ email: 'jane@example.com' })
const read = (...profiles: ReturnType<typeof aProfile>[]) => ({ state: 'fetched', profiles }) as const
const current = anActiveConnection({ grant: aGrant({ amazonUser: jane }) })
const ofCurrent = { connectionId: current.id, amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' }

t.test('S-30 the support form stays empty where nothing is known', async t => {
  t.strictSame(prefillFor(nothing, noon), unknown)
  const pending = aPendingConnection({ amazonUser: null })
  t.strictSame(prefillFor({ ...nothing, pending }, noon), unknown)
})

t.test('S-30 the account of the page comes first, also when it is disconnected', async t => {
  const named = aClosedConnection({ profile: aBritishProfile() })
  t.match(prefillFor({ named, current, pending: null }, noon), {
    connectionId: named.id,
    marketplace: 'Amazon.co.uk',
  })
  t.strictSame(prefillFor({ named: anErasedConnection(), current, pending: null }, noon), ofCurrent)
  t.strictSame(prefillFor({ ...nothing, current }, noon), ofCurrent)
  const unnamed = anActiveConnection({ grant: aGrant({ amazonUser: null }) })
  t.equal(prefillFor({ ...nothing, current: unnamed }, noon).amazonEmail, '', 'the Amazon user is unknown')
})

t.test('S-30 a pending connection fills in the Amazon email for its one hour', async t => {
  const joe = anAmazonUser({ email: 'joe@example.com' })
  const regionResults = {
    na: read(aProfile(), aProfile()),
    eu: read(),
    fe: { state: 'not_fetched' },
  } as const
  const pending = aPendingConnection({ amazonUser: joe, regionResults })
  const known = { named: null, current: null, pending }
  const ofPending = { connectionId: null, amazonEmail: 'joe@example.com', marketplace: 'Amazon.com' }
  t.strictSame(prefillFor(known, noon), ofPending)
  t.strictSame(prefillFor({ ...known, current }, minutesLater(60, pending.savedAt)), ofCurrent)

  const several = { ...pending, regionResults: { ...regionResults, eu: read(aBritishProfile()) } }
  t.equal(
    prefillFor({ ...known, pending: several }, noon).marketplace,
    '',
    'with several profiles, the seller names the marketplace',
  )
  const reauthorisedConnectionId = anId<ConnectionId>()
  t.equal(
    prefillFor({ ...known, current, pending: { ...pending, reauthorisedConnectionId } }, noon).connectionId,
    reauthorisedConnectionId,
  )
})
