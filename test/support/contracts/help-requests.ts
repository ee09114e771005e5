import type { Test } from 'tap'
import type { HelpFormId } from '../../../src/domain/identifiers.ts'
import { aHelpRequest, anId, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

/** What every {@link HelpRequests} promises. */
export function helpRequestsContract(t: Test, open: OpenStores): void {
  t.test(
    'S-30 a request is given back as it was asked, the newest first, and to its person alone',
    async t => {
      const stores = await open(t)
      const { id: connectionId, personId } = await aConnectionOnRecord(stores)
      const other = await stores.addPerson()
      const first = aHelpRequest({ personId, connectionId, page: '/dashboard/ads/', reference: '7F3A-12C0' })
      const words = { message: 'Two\nlines, "quoted" <b>', amazonEmail: '', marketplace: '' }
      const second = aHelpRequest({ personId, askedAt: minutesLater(1), words })
      for (const request of [first, second]) await stores.helpRequests.keep(request, anId())

      t.strictSame(await stores.helpRequests.latestOf(personId, 9), [second, first])
      t.strictSame(await stores.helpRequests.latestOf(personId, 1), [second])
      t.strictSame(await stores.helpRequests.latestOf(other.id, 9), [])
    },
  )

  t.test('S-30 a form is known again by its person, and by nobody else', async t => {
    const { helpRequests, addPerson } = await open(t)
    const [one, other] = [await addPerson(), await addPerson()]
    const form = anId<HelpFormId>()
    t.equal(await helpRequests.sentWith(one.id, form), null)
    const [own, others] = [aHelpRequest({ personId: one.id }), aHelpRequest({ personId: other.id })]

    await helpRequests.keep(own, form)
    t.equal(await helpRequests.sentWith(other.id, form), null)
    await helpRequests.keep(others, form)

    t.equal(await helpRequests.sentWith(one.id, form), own.id)
    t.equal(await helpRequests.sentWith(other.id, form), others.id)
    t.equal(await helpRequests.sentWith(one.id, anId()), null)
    await t.rejects(helpRequests.keep(aHelpRequest({ personId: one.id }), form))
  })

  t.test('S-30 what was asked since a moment is counted, that moment excluded', async t => {
    const { helpRequests, addPerson } = await open(t)
    const [one, other] = [await addPerson(), await addPerson()]
    for (const minutes of [0, 1, 2])
      await helpRequests.keep(aHelpRequest({ personId: one.id, askedAt: minutesLater(minutes) }), anId())
    await helpRequests.keep(aHelpRequest({ personId: other.id }), anId())

    t.equal(await helpRequests.countSince(one.id, noon), 2)
    t.equal(await helpRequests.countSince(one.id, minutesLater(-1)), 3)
    t.equal(await helpRequests.countSince(one.id, minutesLater(2)), 0)
  })

  t.test('S-30 a request that is not committed was none', async t => {
    const { helpRequests, addPerson, unitOfWork } = await open(t)
    const { id: personId } = await addPerson()
    const failing = unitOfWork.run(async () => {
      await helpRequests.keep(aHelpRequest({ personId }), anId())
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.strictSame(await helpRequests.latestOf(personId, 9), [])
  })
}
