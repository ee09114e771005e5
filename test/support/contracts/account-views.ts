import type { Test } from 'tap'
import { minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

/** What every {@link AccountViews} promises. */
export function accountViewsContract(t: Test, open: OpenStores): void {
  t.test('S-44 who looked at an account is told to its person alone, the newest first', async t => {
    const stores = await open(t)
    const { id: connectionId, personId } = await aConnectionOnRecord(stores)
    const [sol, ada] = [await stores.addPerson({ name: 'Sol' }), await stores.addPerson({ name: 'Ada' })]
    const other = await stores.addPerson()
    const note = (viewerId: typeof sol.id, minutes: number, at: typeof connectionId | null = null) =>
      stores.views.note({ personId, viewerId, connectionId: at, at: minutesLater(minutes) })
    await note(sol.id, 0)
    await note(ada.id, 2, connectionId)
    await note(sol.id, 1, connectionId)
    for (const minutes of [-10, -20, -70]) await note(ada.id, minutes)

    const all = [
      { viewerName: 'Ada', connectionId, at: minutesLater(2) },
      { viewerName: 'Sol', connectionId, at: minutesLater(1) },
      { viewerName: 'Sol', connectionId: null, at: noon },
      { viewerName: 'Ada', connectionId: null, at: minutesLater(-10) },
      { viewerName: 'Ada', connectionId: null, at: minutesLater(-70) },
    ]
    t.strictSame(await stores.views.latestOf(personId, 20), all)
    t.strictSame(await stores.views.latestOf(personId, 2), all.slice(0, 2))
    t.strictSame(await stores.views.latestOf(other.id, 20), [])
    t.strictSame(await stores.views.latestOf(sol.id, 20), [], 'to look is no look at the viewer')
  })

  t.test('S-44 a look that is not committed was none', async t => {
    const stores = await open(t)
    const [one, viewer] = [await stores.addPerson(), await stores.addPerson()]
    const view = { personId: one.id, viewerId: viewer.id, connectionId: null, at: noon }
    const failing = stores.unitOfWork.run(async () => {
      await stores.views.note(view)
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.strictSame(await stores.views.latestOf(one.id, 20), [])
  })
}
