import t from 'tap'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import { pendingStepOf } from '../../../src/domain/connection/pending-step.ts'
import {
  aBritishProfile,
  anActiveConnection,
  anAmazonUser,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aSubscription,
  hoursLater,
  noon,
  regionResultsWith,
} from '../../support/examples.ts'

const connection = anUnauthorisedConnection()
const otherConnection = anActiveConnection({ profile: aBritishProfile(), isExclusive: false })
const otherAmazonUser = { amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER' }) }
const subscription = aSubscription()

/** A seller with a plan, two connections and a pending connection for a new one. */
function seller(overrides: Partial<PendingConnection> = {}) {
  const pending = aPendingConnection({ reauthorisedConnectionId: null, ...overrides })
  return { subscription, live: [otherConnection, connection], pending }
}

const reauthorising = (overrides: Partial<PendingConnection> = {}) =>
  seller({ reauthorisedConnectionId: connection.id, ...overrides })

t.test('S-14 a pending connection waits for its profile to be chosen', async t => {
  const { pending, ...rest } = seller()

  t.strictSame(pendingStepOf({ ...rest, pending }, noon), { step: 'choose_profile', pending })
  t.strictSame(pendingStepOf({ ...rest, pending: null }, noon), { step: 'none' })
})

t.test('S-15 after its hour it has expired', async t => {
  const expired = seller()
  const { attemptId, expiresAt } = expired.pending

  t.strictSame(pendingStepOf(expired, expiresAt), { step: 'expired', attemptId })
  t.strictSame(pendingStepOf(reauthorising(otherAmazonUser), hoursLater(1, expiresAt)).step, 'expired')
})

t.test('S-02 without a plan nothing can be chosen', async t => {
  t.strictSame(pendingStepOf({ ...seller(), subscription: null }, noon), { step: 'none' })
  t.strictSame(pendingStepOf({ ...reauthorising(), subscription: null }, noon), { step: 'none' })
})

t.test('S-10 an empty list ends the step, with its number of agency profiles', async t => {
  const agency = aProfile({ accountType: 'agency' })
  const { pending, ...rest } = seller({ regionResults: regionResultsWith(agency) })

  t.strictSame(pendingStepOf({ ...rest, pending }, noon), {
    step: 'no_profiles',
    agencies: 1,
    attemptId: pending.attemptId,
  })
})

t.test('S-26 another Amazon user who reaches the profile must be confirmed', async t => {
  const other = reauthorising(otherAmazonUser)

  t.strictSame(pendingStepOf(other, noon), {
    step: 'confirm_amazon_user',
    connection,
    pending: other.pending,
  })
})

t.test('S-26 an interrupted reauthorisation waits for another try', async t => {
  const unreached = regionResultsWith(aBritishProfile())
  for (const interrupted of [
    reauthorising(),
    reauthorising({ ...otherAmazonUser, regionResults: unreached }),
    reauthorising({ regionResults: { ...unreached, na: { state: 'failed', why: 'timeout' } } }),
    reauthorising({ regionResults: { ...unreached, na: { state: 'not_fetched' } } }),
  ])
    t.strictSame(pendingStepOf(interrupted, noon), {
      step: 'retry_region',
      connection,
      pending: interrupted.pending,
    })
})

t.test('S-26 after a disconnect, the authorisation is like any other', async t => {
  const { pending, ...rest } = reauthorising(otherAmazonUser)

  t.strictSame(pendingStepOf({ ...rest, live: [otherConnection], pending }, noon), {
    step: 'choose_profile',
    pending,
  })
})
