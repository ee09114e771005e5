/** Viewing an authorisation as staff completes nothing (S-44). */
import t from 'tap'
import { ViewOffer, ViewRenewal } from '../../../src/application/connection/index.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import {
  aBritishProfile,
  anActiveConnection,
  anAmazonUser,
  anUnauthorisedConnection,
  aPendingConnection,
  aPerson,
  aProfile,
  aSubscription,
  hoursLater,
  readingsOf,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** A user with a plan, a connection to reauthorise, another one, and a pending connection. */
async function scene(its: Partial<PendingConnection> = {}, { hasPlan = true, isHeld = true } = {}) {
  const fakes = openFakes()
  const person = aPerson()
  const own = { personId: person.id, isExclusive: false }
  fakes.people.add(person, { subscription: hasPlan ? aSubscription() : null })
  const connection = anUnauthorisedConnection(own)
  await fakes.connections.save(anActiveConnection({ ...own, profile: aBritishProfile() }))
  if (isHeld) await fakes.connections.save(connection)
  const pending = aPendingConnection({ personId: person.id, renews: connection.id, ...its })
  await fakes.pendings.put(pending)
  return {
    connection,
    pending,
    clock: fakes.clock,
    nobody: aPerson().id,
    renewal: (personId = person.id) => new ViewRenewal(fakes).run({ personId }),
    offer: (personId = person.id) => new ViewOffer(fakes).run(personId),
  }
}

t.test('S-44 staff see no notice of a reauthorisation that needs no action', async t => {
  const { renewal, nobody, clock } = await scene()
  t.equal(await renewal(), null, 'the same Amazon user reaches the profile')
  t.equal(await renewal(nobody), null)
  const other = { amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) }
  t.equal(await (await scene({ ...other, renews: null })).renewal(), null, 'there is no reauthorisation')
  t.equal(await (await scene(other, { hasPlan: false })).renewal(), null)
  t.equal(await (await scene(other, { isHeld: false })).renewal(), null)
  const late = await scene(other)
  late.clock.set(hoursLater(1))
  t.equal(await late.renewal(), null)
  clock.set(hoursLater(1))
  t.equal(await renewal(), null)
})

t.test('S-44 staff see a stopped reauthorisation as the seller does', async t => {
  const other = await scene({ amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) })
  t.match(await other.renewal(), {
    renewal: 'other_amazon_user',
    connection: { id: other.connection.id },
    pending: { id: other.pending.id },
  })
  const readings = readingsOf(aBritishProfile())
  const missed = await scene({ readings })
  t.match(await missed.renewal(), {
    renewal: 'profile_not_reached',
    connection: { id: missed.connection.id },
    amazonUser: missed.pending.amazonUser,
    attemptId: missed.pending.attemptId,
  })
  const failed = await scene({ readings: { ...readings, na: { state: 'failed', why: 'timeout' } } })
  t.match(await failed.renewal(), {
    renewal: 'region_unread',
    connection: { id: failed.connection.id },
    pending: { id: failed.pending.id },
    region: 'na',
    why: 'timeout',
  })
  const unread = await scene({ readings: { ...readings, na: { state: 'unread' } } })
  t.equal(await unread.renewal(), null)
})

t.test('S-44 staff see the stored picker', async t => {
  const { offer, pending, nobody, clock } = await scene({ renews: null })
  t.match(await offer(), { offer: 'picker', pending: { id: pending.id } })
  t.strictSame(await offer(nobody), { offer: 'nothing_pending' })
  clock.set(hoursLater(1))
  t.strictSame(await offer(), { offer: 'expired', attemptId: pending.attemptId })
})

t.test('S-44 staff see no picker without a plan or during a reauthorisation', async t => {
  const offerOf = async (...words: Parameters<typeof scene>) => (await scene(...words)).offer()
  t.strictSame(await offerOf({ renews: null }, { hasPlan: false }), { offer: 'nothing_pending' })
  t.strictSame(await offerOf({}), { offer: 'nothing_pending' })
  t.match(await offerOf({}, { isHeld: false }), { offer: 'picker' }, 'the connection to reauthorise is gone')
})

t.test('S-10 S-44 staff see an empty list with its number of agency profiles', async t => {
  const agency = aProfile({ accountType: 'agency' })
  const { offer, pending } = await scene({ renews: null, readings: readingsOf(agency) })
  t.strictSame(await offer(), {
    offer: 'no_profiles',
    agencies: 1,
    reason: null,
    attemptId: pending.attemptId,
  })
})
