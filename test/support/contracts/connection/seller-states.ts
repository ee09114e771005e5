import type { Test } from 'tap'
import { close } from '../../../../src/domain/connection/connection.ts'
import type { ProfileId, UserId } from '../../../../src/domain/identifiers.ts'
import {
  anId,
  anUnauthorisedConnection,
  aProfile,
  aSubscription,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aPendingConnectionOfSavedUser, aSavedConnection, type OpenStores, sameRevealed } from '../stores.ts'

export function sellerStatesContract(t: Test, open: OpenStores): void {
  t.test('S-29 a seller state contains only the user’s own data', async t => {
    const stores = await open(t)
    const subscription = aSubscription({ endsAt: minutesLater(9) })
    const { id: userId } = await stores.createUser({}, subscription)
    const other = await aSavedConnection(stores)
    await stores.pendingConnections.put(await aPendingConnectionOfSavedUser(stores, { userId: other.userId }))
    const empty = { subscription: null, live: [], pending: null }
    t.strictSame(await stores.sellers.of(anId<UserId>()), empty)
    t.strictSame(await stores.sellers.of(userId), { ...empty, subscription })

    const pending = await aPendingConnectionOfSavedUser(stores, { userId })
    await stores.pendingConnections.put(pending)
    const second = await aSavedConnection(stores, {
      userId,
      connectedAt: minutesLater(2),
      isExclusive: false,
    })
    const first = anUnauthorisedConnection({
      userId,
      profile: aProfile({ id: '77' as ProfileId }),
      isExclusive: false,
      connectedAt: noon,
    })
    await stores.connections.save(first)
    const closed = await aSavedConnection(stores, {
      userId,
      profile: aProfile({ id: '88' as ProfileId }),
      isExclusive: false,
    })
    await stores.connections.save(close(closed, 'disconnected', minutesLater(3)))

    const state = await stores.sellers.of(userId)
    await sameRevealed(t, state, { subscription, live: [first, second], pending })
  })
}
