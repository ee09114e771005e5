import type { Test } from 'tap'
import { close } from '../../../src/domain/connection/connection.ts'
import type { PersonId, ProfileId } from '../../../src/domain/identifiers.ts'
import { anId, anUnauthorisedConnection, aProfile, aSubscription, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, aPendingOnRecord, laidOpen, type OpenStores } from './stores.ts'

export function sellerRecordsContract(t: Test, open: OpenStores): void {
  t.test('S-29 a seller record contains only the user’s own data', async t => {
    const stores = await open(t)
    const subscription = aSubscription({ endsAt: minutesLater(9) })
    const { id: personId } = await stores.addPerson({}, subscription)
    const other = await aConnectionOnRecord(stores)
    await stores.pendings.put(await aPendingOnRecord(stores, { personId: other.personId }))
    const nobodys = { subscription: null, held: [], pending: null }
    t.strictSame(await stores.sellers.of(anId<PersonId>()), nobodys)
    t.strictSame(await stores.sellers.of(personId), { ...nobodys, subscription })

    const pending = await aPendingOnRecord(stores, { personId })
    await stores.pendings.put(pending)
    const second = await aConnectionOnRecord(stores, {
      personId,
      connectedAt: minutesLater(2),
      isExclusive: false,
    })
    const first = anUnauthorisedConnection({
      personId,
      profile: aProfile({ id: '77' as ProfileId }),
      isExclusive: false,
      connectedAt: noon,
    })
    await stores.connections.save(first)
    const gone = await aConnectionOnRecord(stores, {
      personId,
      profile: aProfile({ id: '88' as ProfileId }),
      isExclusive: false,
    })
    await stores.connections.save(close(gone, 'disconnected', minutesLater(3)))

    const record = await stores.sellers.of(personId)
    t.strictSame(await laidOpen(record), await laidOpen({ subscription, held: [first, second], pending }))
  })
}
