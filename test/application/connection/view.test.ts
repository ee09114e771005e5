/** Viewing an authorisation as staff completes nothing (S-44). */
import t from 'tap'
import { PreviewPicker, PreviewReauthorisation } from '../../../src/application/connection/index.ts'
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
async function scene(its: Partial<PendingConnection> = {}, { hasPlan = true, isLive = true } = {}) {
  const fakes = openFakes()
  const user = aUser()
  const own = { userId: user.id, isExclusive: false }
  fakes.users.add(user, { subscription: hasPlan ? aSubscription() : null })
  const connection = anUnauthorisedConnection(own)
  await fakes.connections.save(anActiveConnection({ ...own, profile: aBritishProfile() }))
  if (isLive) await fakes.connections.save(connection)
  const pending = aPendingConnection({ userId: user.id, reauthorisedConnectionId: connection.id, ...its })
  await fakes.pendingConnections.put(pending)
  return {
    connection,
    pending,
    clock: fakes.clock,
    nobody: aUser().id,
    reauthorisation: (userId = user.id) => new PreviewReauthorisation(fakes).execute({ userId }),
    offer: (userId = user.id) => new PreviewPicker(fakes).execute(userId),
  }
}

t.test('S-44 staff see no notice of a reauthorisation that needs no action', async t => {
  const { reauthorisation, nobody, clock } = await scene()
  t.equal(await reauthorisation(), null, 'the same Amazon user reaches the profile')
  t.equal(await reauthorisation(nobody), null)
  const other = { amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) }
  t.equal(
    await (await scene({ ...other, reauthorisedConnectionId: null })).reauthorisation(),
    null,
    'there is no reauthorisation',
  )
  t.equal(await (await scene(other, { hasPlan: false })).reauthorisation(), null)
  t.equal(await (await scene(other, { isLive: false })).reauthorisation(), null)
  const late = await scene(other)
  late.clock.set(hoursLater(1))
  t.equal(await late.reauthorisation(), null)
  clock.set(hoursLater(1))
  t.equal(await reauthorisation(), null)
})

t.test('S-44 staff see a stopped reauthorisation as the seller does', async t => {
  const other = await scene({ amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) })
  t.match(await other.reauthorisation(), {
    kind: 'different_amazon_user',
    connection: { id: other.connection.id },
    pending: { id: other.pending.id },
  })
  const regionResults = regionResultsWith(aBritishProfile())
  const missed = await scene({ regionResults })
  t.match(await missed.reauthorisation(), {
    kind: 'profile_not_reached',
    connection: { id: missed.connection.id },
    amazonUser: missed.pending.amazonUser,
    attemptId: missed.pending.attemptId,
  })
  const failed = await scene({ regionResults: { ...regionResults, na: { state: 'failed', why: 'timeout' } } })
  t.match(await failed.reauthorisation(), {
    kind: 'region_not_fetched',
    connection: { id: failed.connection.id },
    pending: { id: failed.pending.id },
    region: 'na',
    why: 'timeout',
  })
  const unread = await scene({ regionResults: { ...regionResults, na: { state: 'not_fetched' } } })
  t.equal(await unread.reauthorisation(), null)
})

t.test('S-44 staff see the stored picker', async t => {
  const { offer, pending, nobody, clock } = await scene({ reauthorisedConnectionId: null })
  t.match(await offer(), { kind: 'picker', pending: { id: pending.id } })
  t.strictSame(await offer(nobody), { kind: 'no_pending_connection' })
  clock.set(hoursLater(1))
  t.strictSame(await offer(), { kind: 'expired', attemptId: pending.attemptId })
})

t.test('S-44 staff see no picker without a plan or during a reauthorisation', async t => {
  const offerOf = async (...args: Parameters<typeof scene>) => (await scene(...args)).offer()
  t.strictSame(await offerOf({ reauthorisedConnectionId: null }, { hasPlan: false }), {
    kind: 'no_pending_connection',
  })
  t.strictSame(await offerOf({}), { kind: 'no_pending_connection' })
  t.match(await offerOf({}, { isLive: false }), { kind: 'picker' }, 'the connection to reauthorise is gone')
})

t.test('S-10 S-44 staff see an empty list with its number of agency profiles', async t => {
  const agency = aProfile({ accountType: 'agency' })
  const { offer, pending } = await scene({
    reauthorisedConnectionId: null,
    regionResults: regionResultsWith(agency),
  })
  t.strictSame(await offer(), {
    kind: 'no_profiles',
    agencies: 1,
    reason: null,
    attemptId: pending.attemptId,
  })
})
