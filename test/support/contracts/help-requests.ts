import type { Test } from 'tap'
import type { InboxLine, InboxOrder } from '../../../src/application/help/ports.ts'
import { helpStates } from '../../../src/domain/help/standing.ts'
import type { HelpFormId, HelpRequestId, PersonId } from '../../../src/domain/identifiers.ts'
import { aHelpRequest, anId, aRemark, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores } from './stores.ts'

export function helpRequestsContract(t: Test, open: OpenStores): void {
  t.test('S-30 support requests are returned unchanged, newest first, to their user only', async t => {
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
  })

  t.test('S-30 a repeated form is recognised for its own user only', async t => {
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

  t.test('S-30 requests since a given time are counted without that time itself', async t => {
    const { helpRequests, addPerson } = await open(t)
    const [one, other] = [await addPerson(), await addPerson()]
    for (const minutes of [0, 1, 2])
      await helpRequests.keep(aHelpRequest({ personId: one.id, askedAt: minutesLater(minutes) }), anId())
    await helpRequests.keep(aHelpRequest({ personId: other.id }), anId())

    t.equal(await helpRequests.countSince(one.id, noon), 2)
    t.equal(await helpRequests.countSince(one.id, minutesLater(-1)), 3)
    t.equal(await helpRequests.countSince(one.id, minutesLater(2)), 0)
  })

  t.test('S-30 a support request that is not committed is not stored', async t => {
    const { helpRequests, addPerson, unitOfWork } = await open(t)
    const { id: personId } = await addPerson()
    const failing = unitOfWork.run(async () => {
      await helpRequests.keep(aHelpRequest({ personId }), anId())
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.strictSame(await helpRequests.latestOf(personId, 9), [])
  })

  t.test('S-30 a status change stores who made it and leaves the request unchanged', async t => {
    const { helpRequests, addPerson } = await open(t)
    const [{ id: personId }, { id: by }] = [await addPerson(), await addPerson({ role: 'support' })]
    const [request, other] = [aHelpRequest({ personId }), aHelpRequest({ personId })]
    for (const each of [request, other]) await helpRequests.keep(each, anId())
    t.strictSame(await helpRequests.byId(request.id), request)
    t.has(request.standing, { state: 'open', since: noon, by: null })

    for (const state of ['solved', 'open', 'waiting'] as const) {
      const standing = { state, since: minutesLater(5), by }
      await helpRequests.put(request.id, standing)
      t.strictSame(await helpRequests.byId(request.id), { ...request, standing })
    }
    t.strictSame(await helpRequests.byId(other.id), other)
    t.equal(await helpRequests.byId(anId<HelpRequestId>()), null)
    await helpRequests.put(anId<HelpRequestId>(), request.standing)
  })
}

export function helpRemarksContract(t: Test, open: OpenStores): void {
  t.test('S-30 comments are returned in the order of writing, to the user only replies', async t => {
    const { helpRequests, remarks, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const [one, other] = [aHelpRequest({ personId }), aHelpRequest({ personId })]
    for (const each of [one, other]) await helpRequests.keep(each, anId())
    const answer = aRemark({
      requestId: one.id,
      kind: 'answer',
      writtenAt: minutesLater(2),
      words: 'Two\n"lines" <b>',
    })
    const note = aRemark({ requestId: one.id, writtenAt: minutesLater(1) })
    const later = aRemark({ requestId: one.id, kind: 'answer', writtenAt: minutesLater(3) })
    const others = aRemark({ requestId: other.id, kind: 'answer' })
    for (const each of [answer, note, later, others]) await remarks.keep(each, anId())

    t.strictSame(await remarks.on(one.id), [note, answer, later])
    t.strictSame(await remarks.on(anId<HelpRequestId>()), [])
    t.strictSame(await remarks.answersTo([one.id]), [answer, later])
    t.strictSame(await remarks.answersTo([other.id, one.id]), [others, answer, later])
    t.strictSame(await remarks.answersTo([]), [])
  })

  t.test('S-30 a repeated form is recognised for its own request only', async t => {
    const { helpRequests, remarks, addPerson } = await open(t)
    const { id: personId } = await addPerson()
    const [one, other] = [aHelpRequest({ personId }), aHelpRequest({ personId })]
    for (const each of [one, other]) await helpRequests.keep(each, anId())
    const form = anId<HelpFormId>()
    const [here, there] = [aRemark({ requestId: one.id }), aRemark({ requestId: other.id })]
    t.equal(await remarks.sentWith(one.id, form), null)

    await remarks.keep(here, form)
    t.equal(await remarks.sentWith(other.id, form), null)
    await remarks.keep(there, form)

    t.equal(await remarks.sentWith(one.id, form), here.id)
    t.equal(await remarks.sentWith(other.id, form), there.id)
    await t.rejects(remarks.keep(aRemark({ requestId: one.id }), form))
  })

  t.test('S-30 a comment that is not committed is not stored', async t => {
    const { helpRequests, remarks, addPerson, unitOfWork } = await open(t)
    const request = aHelpRequest({ personId: (await addPerson()).id })
    await helpRequests.keep(request, anId())
    const failing = unitOfWork.run(async () => {
      await remarks.keep(aRemark({ requestId: request.id }), anId())
      await helpRequests.put(request.id, { state: 'solved', since: noon, by: anId<PersonId>() })
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.strictSame(await remarks.on(request.id), [])
    t.strictSame(await helpRequests.byId(request.id), request)
  })
}

export function helpInboxContract(t: Test, open: OpenStores): void {
  t.test('S-30 the inbox is paged in both orders without gaps or duplicates, per status', async t => {
    const { helpRequests, inbox, addPerson } = await open(t)
    const [sam, kim] = [await addPerson({ name: 'Sam' }), await addPerson({ name: 'Kim' })]
    // Three at each instant, and every third with another status.
    for (let count = 0; count < 18; count += 1) {
      const personId = count % 2 ? sam.id : kim.id
      const request = aHelpRequest({ personId, askedAt: minutesLater(Math.floor(count / 6)) })
      await helpRequests.keep(request, anId())
      const state = helpStates[count % 3] ?? 'open'
      if (state !== 'open') await helpRequests.put(request.id, { ...request.standing, state })
    }
    const readThrough = async (order: InboxOrder, size: number) => {
      const lines: InboxLine[] = []
      for (let after = null, pages = 0; pages < 10; pages += 1) {
        const page = await inbox.list({ state: 'waiting', order, after }, size)
        lines.push(...page)
        t.ok(page.length <= size)
        const last = page.at(-1)?.request
        if (!last) break
        after = { since: last.standing.since, id: last.id }
      }
      return lines
    }
    const all = await readThrough('oldest', 99)
    t.equal(all.length, 6)
    t.ok(all.every(({ request }) => request.standing.state === 'waiting'))
    t.strictSame(
      all.map(({ request }) => request.standing.since),
      [0, 0, 1, 1, 2, 2].map(minutes => minutesLater(minutes)),
    )
    t.ok(all.every(({ request, name }) => name === (request.personId === sam.id ? 'Sam' : 'Kim')))
    for (const { request } of all) t.strictSame(await helpRequests.byId(request.id), request, 'unchanged')
    for (const size of [1, 2, 4, 6]) {
      t.strictSame(await readThrough('oldest', size), all)
      t.strictSame(await readThrough('newest', size), [...all].reverse())
    }
  })

  t.test('S-30 requests are counted by status up to a limit', async t => {
    const { helpRequests, inbox, addPerson } = await open(t)
    t.strictSame(await inbox.counts(9), { open: 0, waiting: 0, solved: 0 })
    const { id: personId } = await addPerson()
    for (let count = 0; count < 9; count += 1) {
      const request = aHelpRequest({ personId })
      await helpRequests.keep(request, anId())
      const state = (['solved', 'solved', 'waiting', 'waiting', 'waiting'] as const)[count]
      if (state) await helpRequests.put(request.id, { ...request.standing, state })
    }
    t.strictSame(await inbox.counts(9), { open: 4, waiting: 3, solved: 2 })
    t.strictSame(await inbox.counts(3), { open: 3, waiting: 3, solved: 2 })
    t.strictSame(await inbox.counts(1), { open: 1, waiting: 1, solved: 1 })
  })
}
