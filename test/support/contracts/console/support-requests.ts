import type { Test } from 'tap'
import type { InboxItem, InboxOrder } from '../../../../src/application/help/ports.ts'
import { supportRequestStatuses } from '../../../../src/domain/help/status.ts'
import type { FormSubmissionId, SupportRequestId, UserId } from '../../../../src/domain/identifiers.ts'
import { aComment, anId, aSupportRequest, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores, rollBack } from '../stores.ts'

export function supportRequestsContract(t: Test, open: OpenStores): void {
  t.test('S-30 support requests are returned unchanged, newest first, to their user only', async t => {
    const stores = await open(t)
    const { id: connectionId, userId } = await aSavedConnection(stores)
    const other = await stores.createUser()
    const first = aSupportRequest({ userId, connectionId, page: '/dashboard/ads/', reference: '7F3A-12C0' })
    const content = { message: 'Two\nlines, "quoted" <b>', amazonEmail: '', marketplace: '' }
    const second = aSupportRequest({ userId, requestedAt: minutesLater(1), text: content })
    for (const request of [first, second]) await stores.supportRequests.insert(request, anId())

    t.strictSame(await stores.supportRequests.latestOf(userId, 9), [second, first])
    t.strictSame(await stores.supportRequests.latestOf(userId, 1), [second])
    t.strictSame(await stores.supportRequests.latestOf(other.id, 9), [])
  })

  t.test('S-30 a repeated form submission is recognised for the same user only', async t => {
    const { supportRequests, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    const form = anId<FormSubmissionId>()
    t.equal(await supportRequests.findBySubmission(one.id, form), null)
    const [ownRequest, otherRequest] = [
      aSupportRequest({ userId: one.id }),
      aSupportRequest({ userId: other.id }),
    ]

    await supportRequests.insert(ownRequest, form)
    t.equal(await supportRequests.findBySubmission(other.id, form), null)
    await supportRequests.insert(otherRequest, form)

    t.equal(await supportRequests.findBySubmission(one.id, form), ownRequest.id)
    t.equal(await supportRequests.findBySubmission(other.id, form), otherRequest.id)
    t.equal(await supportRequests.findBySubmission(one.id, anId()), null)
    await t.rejects(supportRequests.insert(aSupportRequest({ userId: one.id }), form))
  })

  t.test('S-30 a count of requests since a given time excludes a request at that time', async t => {
    const { supportRequests, createUser } = await open(t)
    const [one, other] = [await createUser(), await createUser()]
    for (const minutes of [0, 1, 2])
      await supportRequests.insert(
        aSupportRequest({ userId: one.id, requestedAt: minutesLater(minutes) }),
        anId(),
      )
    await supportRequests.insert(aSupportRequest({ userId: other.id }), anId())

    t.equal(await supportRequests.countSince(one.id, noon), 2)
    t.equal(await supportRequests.countSince(one.id, minutesLater(-1)), 3)
    t.equal(await supportRequests.countSince(one.id, minutesLater(2)), 0)
  })

  t.test('S-30 a support request that is not committed is not stored', async t => {
    const { supportRequests, createUser, unitOfWork } = await open(t)
    const { id: userId } = await createUser()
    await rollBack(t, { unitOfWork }, () => supportRequests.insert(aSupportRequest({ userId }), anId()))
    t.strictSame(await supportRequests.latestOf(userId, 9), [])
  })

  t.test('S-30 a status change stores who made it and leaves the request unchanged', async t => {
    const { supportRequests, createUser } = await open(t)
    const [{ id: userId }, { id: by }] = [await createUser(), await createUser({ role: 'support' })]
    const [request, other] = [aSupportRequest({ userId }), aSupportRequest({ userId })]
    for (const each of [request, other]) await supportRequests.insert(each, anId())
    t.strictSame(await supportRequests.byId(request.id), request)
    t.has(request.status, { state: 'open', since: noon, by: null })

    for (const state of ['solved', 'open', 'waiting_on_customer'] as const) {
      const status = { state, since: minutesLater(5), by }
      await supportRequests.saveStatus(request.id, status)
      t.strictSame(await supportRequests.byId(request.id), { ...request, status })
    }
    t.strictSame(await supportRequests.byId(other.id), other)
    t.equal(await supportRequests.byId(anId<SupportRequestId>()), null)
    await supportRequests.saveStatus(anId<SupportRequestId>(), request.status)
  })
}

export function supportRequestCommentsContract(t: Test, open: OpenStores): void {
  t.test('S-30 comments are returned in the order of writing, and users get only replies', async t => {
    const { supportRequests, comments, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [one, other] = [aSupportRequest({ userId }), aSupportRequest({ userId })]
    for (const each of [one, other]) await supportRequests.insert(each, anId())
    const answer = aComment({
      requestId: one.id,
      kind: 'reply',
      commentedAt: minutesLater(2),
      text: 'Two\n"lines" <b>',
    })
    const note = aComment({ requestId: one.id, commentedAt: minutesLater(1) })
    const later = aComment({ requestId: one.id, kind: 'reply', commentedAt: minutesLater(3) })
    const unrelated = aComment({ requestId: other.id, kind: 'reply' })
    for (const each of [answer, note, later, unrelated]) await comments.insert(each, anId())

    t.strictSame(await comments.listFor(one.id), [note, answer, later])
    t.strictSame(await comments.listFor(anId<SupportRequestId>()), [])
    t.strictSame(await comments.answersTo([one.id]), [answer, later])
    t.strictSame(await comments.answersTo([other.id, one.id]), [unrelated, answer, later])
    t.strictSame(await comments.answersTo([]), [])
  })

  t.test('S-30 a repeated form submission is recognised for the same request only', async t => {
    const { supportRequests, comments, createUser } = await open(t)
    const { id: userId } = await createUser()
    const [one, other] = [aSupportRequest({ userId }), aSupportRequest({ userId })]
    for (const each of [one, other]) await supportRequests.insert(each, anId())
    const form = anId<FormSubmissionId>()
    const [here, there] = [aComment({ requestId: one.id }), aComment({ requestId: other.id })]
    t.equal(await comments.findBySubmission(one.id, form), null)

    await comments.insert(here, form)
    t.equal(await comments.findBySubmission(other.id, form), null)
    await comments.insert(there, form)

    t.equal(await comments.findBySubmission(one.id, form), here.id)
    t.equal(await comments.findBySubmission(other.id, form), there.id)
    await t.rejects(comments.insert(aComment({ requestId: one.id }), form))
  })

  t.test('S-30 a comment that is not committed is not stored', async t => {
    const { supportRequests, comments, createUser, unitOfWork } = await open(t)
    const request = aSupportRequest({ userId: (await createUser()).id })
    await supportRequests.insert(request, anId())
    await rollBack(t, { unitOfWork }, async () => {
      await comments.insert(aComment({ requestId: request.id }), anId())
      await supportRequests.saveStatus(request.id, { state: 'solved', since: noon, by: anId<UserId>() })
    })
    t.strictSame(await comments.listFor(request.id), [])
    t.strictSame(await supportRequests.byId(request.id), request)
  })
}

export function supportInboxContract(t: Test, open: OpenStores): void {
  t.test('S-30 the inbox is paged in both orders without gaps or duplicates, per status', async t => {
    const { supportRequests, inbox, createUser } = await open(t)
    const [sam, kim] = [await createUser({ name: 'Sam' }), await createUser({ name: 'Kim' })]
    // Six requests at each instant, their statuses in rotation.
    for (let count = 0; count < 18; count += 1) {
      const userId = count % 2 ? sam.id : kim.id
      const request = aSupportRequest({ userId, requestedAt: minutesLater(Math.floor(count / 6)) })
      await supportRequests.insert(request, anId())
      const state = supportRequestStatuses[count % 3] ?? 'open'
      if (state !== 'open') await supportRequests.saveStatus(request.id, { ...request.status, state })
    }
    const readAllPages = async (order: InboxOrder, size: number) => {
      const items: InboxItem[] = []
      for (let after = null, pages = 0; pages < 10; pages += 1) {
        const page = await inbox.list({ state: 'waiting_on_customer', order, after }, size)
        items.push(...page)
        t.ok(page.length <= size)
        const last = page.at(-1)?.request
        if (!last) break
        after = { since: last.status.since, id: last.id }
      }
      return items
    }
    const all = await readAllPages('oldest', 99)
    t.equal(all.length, 6)
    t.ok(all.every(({ request }) => request.status.state === 'waiting_on_customer'))
    t.strictSame(
      all.map(({ request }) => request.status.since),
      [0, 0, 1, 1, 2, 2].map(minutes => minutesLater(minutes)),
    )
    t.ok(all.every(({ request, name }) => name === (request.userId === sam.id ? 'Sam' : 'Kim')))
    for (const { request } of all) t.strictSame(await supportRequests.byId(request.id), request, 'unchanged')
    for (const size of [1, 2, 4, 6]) {
      t.strictSame(await readAllPages('oldest', size), all)
      t.strictSame(await readAllPages('newest', size), [...all].reverse())
    }
  })

  t.test('S-30 requests are counted by status up to a limit', async t => {
    const { supportRequests, inbox, createUser } = await open(t)
    t.strictSame(await inbox.counts(9), { open: 0, waiting_on_customer: 0, solved: 0 })
    const { id: userId } = await createUser()
    for (let count = 0; count < 9; count += 1) {
      const request = aSupportRequest({ userId })
      await supportRequests.insert(request, anId())
      const state = (
        ['solved', 'solved', 'waiting_on_customer', 'waiting_on_customer', 'waiting_on_customer'] as const
      )[count]
      if (state) await supportRequests.saveStatus(request.id, { ...request.status, state })
    }
    t.strictSame(await inbox.counts(9), { open: 4, waiting_on_customer: 3, solved: 2 })
    t.strictSame(await inbox.counts(3), { open: 3, waiting_on_customer: 3, solved: 2 })
    t.strictSame(await inbox.counts(1), { open: 1, waiting_on_customer: 1, solved: 1 })
  })
}
