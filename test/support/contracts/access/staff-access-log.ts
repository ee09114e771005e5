import type { Test } from 'tap'
import { aViewAs, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores, rollBack } from '../stores.ts'

export function staffAccessLogContract(t: Test, open: OpenStores): void {
  t.test('S-44 the access log lists accesses newest first and is shown to its user only', async t => {
    const stores = await open(t)
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const [sol, ada] = [await stores.createUser({ name: 'Sol' }), await stores.createUser({ name: 'Ada' })]
    const other = await stores.createUser()
    const note = (viewerId: typeof sol.id, minutes: number, viewed: typeof connectionId | null = null) =>
      stores.staffAccessLog.record({ userId, viewerId, connectionId: viewed, at: minutesLater(minutes) })
    await note(sol.id, 0)
    await note(ada.id, 2, connectionId)
    await note(sol.id, 1, connectionId)
    for (const minutes of [-10, -20, -70]) await note(ada.id, minutes)
    await note(sol.id, -70)

    const how = 'in_console'
    const all = [
      { how, viewerName: 'Ada', connectionId, at: minutesLater(2) },
      { how, viewerName: 'Sol', connectionId, at: minutesLater(1) },
      { how, viewerName: 'Sol', connectionId: null, at: noon },
      { how, viewerName: 'Ada', connectionId: null, at: minutesLater(-10) },
      // At the same instant, the entry written last comes first.
      { how, viewerName: 'Sol', connectionId: null, at: minutesLater(-70) },
      { how, viewerName: 'Ada', connectionId: null, at: minutesLater(-70) },
    ]
    for (const limit of [20, 5, 2])
      t.strictSame(await stores.staffAccessLog.latestOf(userId, limit), all.slice(0, limit))
    t.strictSame(await stores.staffAccessLog.latestOf(other.id, 20), [])
    t.strictSame(
      await stores.staffAccessLog.latestOf(sol.id, 20),
      [],
      'staff do not appear in their own access log',
    )
  })

  t.test('S-44 a view-as session is in the access log with its start and end', async t => {
    const stores = await open(t)
    const [sol, sam, other] = [
      await stores.createUser({ name: 'Sol', role: 'support' }),
      await stores.createUser(),
      await stores.createUser(),
    ]
    await stores.staffAccessLog.record({
      userId: sam.id,
      viewerId: sol.id,
      connectionId: null,
      at: minutesLater(1),
    })
    const stopped = aViewAs({ userId: sam.id, viewerId: sol.id }, noon)
    const lasting = aViewAs({ userId: sam.id, viewerId: sol.id }, minutesLater(5))
    for (const viewAs of [stopped, lasting]) await stores.viewAsSessions.begin(viewAs)
    await stores.viewAsSessions.end(stopped.id, minutesLater(4))

    const viewerName = 'Sol'
    const all = [
      { how: 'as_seller', viewerName, at: minutesLater(5), until: minutesLater(15) },
      { how: 'in_console', viewerName, at: minutesLater(1), connectionId: null },
      { how: 'as_seller', viewerName, at: noon, until: minutesLater(4) },
    ]
    t.strictSame(await stores.staffAccessLog.latestOf(sam.id, 20), all)
    for (const limit of [1, 2])
      t.strictSame(await stores.staffAccessLog.latestOf(sam.id, limit), all.slice(0, limit))
    t.strictSame(await stores.staffAccessLog.latestOf(other.id, 20), [])
    t.strictSame(await stores.staffAccessLog.latestOf(sol.id, 20), [])
  })

  t.test('S-44 an access whose transaction fails is not recorded', async t => {
    const stores = await open(t)
    const [user, viewer] = [await stores.createUser(), await stores.createUser()]
    const view = { userId: user.id, viewerId: viewer.id, connectionId: null, at: noon }
    await rollBack(t, stores, () => stores.staffAccessLog.record(view))
    t.strictSame(await stores.staffAccessLog.latestOf(user.id, 20), [])
  })
}
