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

const noInput = { named: null, current: null, pending: null }
const emptyPrefill = { connectionId: null, amazonEmail: '', marketplace: '' }
const jane = anAmazonUser({ email: 'jane@example.com' })
const fetched = (...profiles: ReturnType<typeof aProfile>[]) => ({ state: 'fetched', profiles }) as const
const current = anActiveConnection({ grant: aGrant({ amazonUser: jane }) })
const currentPrefill = {
  connectionId: current.id,
  amazonEmail: 'jane@example.com',
  marketplace: 'Amazon.com',
}

t.test('S-30 the support form is not prefilled when nothing is known', async t => {
  t.strictSame(prefillFor(noInput, noon), emptyPrefill)
  const pending = aPendingConnection({ amazonUser: null })
  t.strictSame(prefillFor({ ...noInput, pending }, noon), emptyPrefill)
})

t.test('S-30 the account of the page comes first, even when it is disconnected', async t => {
  const named = aClosedConnection({ profile: aBritishProfile() })
  t.match(prefillFor({ named, current, pending: null }, noon), {
    connectionId: named.id,
    marketplace: 'Amazon.co.uk',
  })
  t.strictSame(prefillFor({ named: anErasedConnection(), current, pending: null }, noon), currentPrefill)
  t.strictSame(prefillFor({ ...noInput, current }, noon), currentPrefill)
  const unknownUser = anActiveConnection({ grant: aGrant({ amazonUser: null }) })
  t.equal(prefillFor({ ...noInput, current: unknownUser }, noon).amazonEmail, '', 'unknown Amazon user')
})

t.test('S-30 a pending connection fills in the Amazon email for its one hour', async t => {
  const joe = anAmazonUser({ email: 'joe@example.com' })
  const regionResults = {
    na: fetched(aProfile(), aProfile()),
    eu: fetched(),
    fe: { state: 'not_fetched' },
  } as const
  const pending = aPendingConnection({ amazonUser: joe, regionResults })
  const input = { named: null, current: null, pending }
  const pendingPrefill = { connectionId: null, amazonEmail: 'joe@example.com', marketplace: 'Amazon.com' }
  t.strictSame(prefillFor(input, noon), pendingPrefill)
  t.strictSame(prefillFor({ ...input, current }, minutesLater(60, pending.savedAt)), currentPrefill)

  const several = { ...pending, regionResults: { ...regionResults, eu: fetched(aBritishProfile()) } }
  t.equal(
    prefillFor({ ...input, pending: several }, noon).marketplace,
    '',
    'with several profiles, the seller names the marketplace',
  )
  const reauthorisedConnectionId = anId<ConnectionId>()
  t.equal(
    prefillFor({ ...input, current, pending: { ...pending, reauthorisedConnectionId } }, noon).connectionId,
    reauthorisedConnectionId,
  )
})
