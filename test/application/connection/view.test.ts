/** Staff who view a seller's authorisation complete nothing (S-44). */
import t from 'tap'
import { PreviewReauthorisation } from '../../../src/application/connection/authorisation/preview-reauthorisation.ts'
import { PreviewPicker } from '../../../src/application/connection/preview-picker.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import {
  aBritishProfile,
  anActiveConnection,
  anAmazonUser,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aSubscription,
  aUser,
  hoursLater,
  regionResultsWith,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** A user with a plan, a connection to reauthorise, another one, and a pending connection. */
async function scene(
  overrides: Partial<PendingConnection> = {},
  { hasPlan = true, isConnectionLive = true } = {},
) {
  const fakes = openFakes()
  const user = aUser()
  const ownFields = { userId: user.id, isExclusive: false }
  fakes.users.add(user, { subscription: hasPlan ? aSubscription() : null })
  const connection = anUnauthorisedConnection(ownFields)
  await fakes.connections.save(anActiveConnection({ ...ownFields, profile: aBritishProfile() }))
  if (isConnectionLive) await fakes.connections.save(connection)
  const pending = aPendingConnection({
    userId: user.id,
    reauthorisedConnectionId: connection.id,
    ...overrides,
  })
  await fakes.pendingConnections.put(pending)
  return {
    connection,
    pending,
    clock: fakes.clock,
    unknownUserId: aUser().id,
    previewReauthorisation: (userId = user.id) => new PreviewReauthorisation(fakes).execute({ userId }),
    previewPicker: (userId = user.id) => new PreviewPicker(fakes).execute(userId),
  }
}

t.test('S-44 staff see no notice of a reauthorisation that needs no action', async t => {
  const { previewReauthorisation, unknownUserId, clock } = await scene()
  t.equal(await previewReauthorisation(), null, 'the same Amazon user reaches the profile')
  t.equal(await previewReauthorisation(unknownUserId), null)
  const otherAmazonUser = { amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) }
  t.equal(
    await (await scene({ ...otherAmazonUser, reauthorisedConnectionId: null })).previewReauthorisation(),
    null,
    'there is no reauthorisation',
  )
  t.equal(await (await scene(otherAmazonUser, { hasPlan: false })).previewReauthorisation(), null)
  t.equal(await (await scene(otherAmazonUser, { isConnectionLive: false })).previewReauthorisation(), null)
  const expired = await scene(otherAmazonUser)
  expired.clock.set(hoursLater(1))
  t.equal(await expired.previewReauthorisation(), null)
  clock.set(hoursLater(1))
  t.equal(await previewReauthorisation(), null)
})

t.test('S-44 staff see a stopped reauthorisation as the seller does', async t => {
  const other = await scene({ amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) })
  t.match(await other.previewReauthorisation(), {
    kind: 'different_amazon_user',
    connection: { id: other.connection.id },
    pending: { id: other.pending.id },
  })
  const regionResults = regionResultsWith(aBritishProfile())
  const unreached = await scene({ regionResults })
  t.match(await unreached.previewReauthorisation(), {
    kind: 'profile_not_reached',
    connection: { id: unreached.connection.id },
    amazonUser: unreached.pending.amazonUser,
    attemptId: unreached.pending.attemptId,
  })
  const failed = await scene({ regionResults: { ...regionResults, na: { state: 'failed', why: 'timeout' } } })
  t.match(await failed.previewReauthorisation(), {
    kind: 'region_not_fetched',
    connection: { id: failed.connection.id },
    pending: { id: failed.pending.id },
    region: 'na',
    why: 'timeout',
  })
  const notFetched = await scene({ regionResults: { ...regionResults, na: { state: 'not_fetched' } } })
  t.equal(await notFetched.previewReauthorisation(), null)
})

t.test('S-44 staff see the stored picker', async t => {
  const { previewPicker, pending, unknownUserId, clock } = await scene({ reauthorisedConnectionId: null })
  t.match(await previewPicker(), { kind: 'picker', pending: { id: pending.id } })
  t.strictSame(await previewPicker(unknownUserId), { kind: 'no_pending_connection' })
  clock.set(hoursLater(1))
  t.strictSame(await previewPicker(), { kind: 'expired', attemptId: pending.attemptId })
})

t.test('S-44 staff see no picker without a plan or during a reauthorisation', async t => {
  const previewPickerOf = async (...args: Parameters<typeof scene>) => (await scene(...args)).previewPicker()
  t.strictSame(await previewPickerOf({ reauthorisedConnectionId: null }, { hasPlan: false }), {
    kind: 'no_pending_connection',
  })
  t.strictSame(await previewPickerOf({}), { kind: 'no_pending_connection' })
  t.match(
    await previewPickerOf({}, { isConnectionLive: false }),
    { kind: 'picker' },
    'the connection to reauthorise is gone',
  )
})

t.test('S-10 S-44 staff see an empty list with its number of agency profiles', async t => {
  const agency = aProfile({ accountType: 'agency' })
  const { previewPicker, pending } = await scene({
    reauthorisedConnectionId: null,
    regionResults: regionResultsWith(agency),
  })
  t.strictSame(await previewPicker(), {
    kind: 'no_profiles',
    agencies: 1,
    reason: null,
    attemptId: pending.attemptId,
  })
})
