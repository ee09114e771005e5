/** What an agent who looks on sees of an authorisation (S-44). Nothing is completed by it. */
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

/** A person with a plan, a connection to renew, another one, and an authorisation that is pending. */
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

t.test('S-44 a renewal that goes on by itself has nothing to show', async t => {
  const { renewal, nobody, clock } = await scene()
  t.equal(await renewal(), null, 'the profile is reached by the same Amazon account')
  t.equal(await renewal(nobody), null)
  const other = { amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) }
  t.equal(await (await scene({ ...other, renews: null })).renewal(), null, 'nothing is renewed')
  t.equal(await (await scene(other, { hasPlan: false })).renewal(), null)
  t.equal(await (await scene(other, { isHeld: false })).renewal(), null)
  const late = await scene(other)
  late.clock.set(hoursLater(1))
  t.equal(await late.renewal(), null)
  clock.set(hoursLater(1))
  t.equal(await renewal(), null)
})

t.test('S-44 a renewal that stopped is shown as the seller was told', async t => {
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

t.test('S-44 a picker is shown as it was kept', async t => {
  const { offer, pending, nobody, clock } = await scene({ renews: null })
  t.match(await offer(), { offer: 'picker', pending: { id: pending.id } })
  t.strictSame(await offer(nobody), { offer: 'nothing_pending' })
  clock.set(hoursLater(1))
  t.strictSame(await offer(), { offer: 'expired', attemptId: pending.attemptId })
})

t.test('S-44 there is no picker without a plan, nor for what is to be renewed', async t => {
  const offerOf = async (...words: Parameters<typeof scene>) => (await scene(...words)).offer()
  t.strictSame(await offerOf({ renews: null }, { hasPlan: false }), { offer: 'nothing_pending' })
  t.strictSame(await offerOf({}), { offer: 'nothing_pending' })
  t.match(await offerOf({}, { isHeld: false }), { offer: 'picker' }, 'what was to be renewed is gone')
})

t.test('S-10 S-44 an empty list is shown with its agencies', async t => {
  const agency = aProfile({ accountType: 'agency' })
  const { offer, pending } = await scene({ renews: null, readings: readingsOf(agency) })
  t.strictSame(await offer(), {
    offer: 'no_profiles',
    agencies: 1,
    reason: null,
    attemptId: pending.attemptId,
  })
})
