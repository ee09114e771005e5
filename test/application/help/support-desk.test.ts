import t from 'tap'
import {
  AddInternalNote,
  ChangeSupportRequestStatus,
  GetSupportRequest,
  ListOwnSupportRequests,
  ListSupportRequests,
  ReplyToSupportRequest,
  SubmitSupportRequest,
} from '../../../src/application/help/index.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { SupportRequestStatus } from '../../../src/domain/help/status.ts'
import type { FormSubmissionId, SupportRequestId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  anActiveConnection,
  anErasedConnection,
  anId,
  aSupportRequest,
  aUser,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

async function scene(role: Role = 'support') {
  const fakes = openAccessFakes()
  const [by, user] = [aUser({ name: 'Ada', role }), aUser()]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const requestId = await new SubmitSupportRequest(fakes).execute({
    userId: user.id,
    form: anId<FormSubmissionId>(),
    about: connection.id,
    text: { message: 'No profile is shown.', amazonEmail: '', marketplace: '' },
    page: '',
    reference: '',
  })
  await fakes.outbox.claim(noon)
  const answering = new ReplyToSupportRequest(fakes)
  const noting = new AddInternalNote(fakes)
  const putting = new ChangeSupportRequestStatus(fakes)
  const buildInput = (its: { form?: FormSubmissionId; text?: string; requestId?: SupportRequestId }) => ({
    by: by.id,
    requestId,
    form: anId<FormSubmissionId>(),
    text: 'Please allow access again.',
    ...its,
  })
  return {
    ...fakes,
    by,
    user,
    connection,
    requestId,
    answer: (its: Parameters<typeof buildInput>[0] = {}) => answering.execute(buildInput(its)),
    note: (its: Parameters<typeof buildInput>[0] = {}) => noting.execute(buildInput(its)),
    put: (state: SupportRequestStatus, id = requestId) =>
      putting.execute({ by: by.id, requestId: id, state }),
    read: (id = requestId) => new GetSupportRequest(fakes).execute({ by: by.id, requestId: id }),
    list: (its: Partial<Parameters<ListSupportRequests['execute']>[0]> = {}) =>
      new ListSupportRequests(fakes).execute({
        by: by.id,
        state: 'open',
        order: 'oldest',
        after: null,
        ...its,
      }),
    own: (id = user.id) => new ListOwnSupportRequests(fakes).execute(id),
    status: async () => (await fakes.supportRequests.byId(requestId))?.status,
    answers: () => fakes.outbox.emails.filter(({ kind }) => kind === 'support_request_replied'),
  }
}

t.test('S-30 a reply is emailed to the user, and the request waits for the customer', async t => {
  const { answer, status, outbox, timeline, comments, requestId, connection, user, by, clock } = await scene()
  clock.set(minutesLater(7))

  const id = await answer({ text: ' One\r\ntwo ' })

  t.has(outbox.rows.get(`support_request_replied:${id}`), {
    userId: user.id,
    connectionId: connection.id,
    message: { kind: 'support_request_replied', requestId, text: 'One\ntwo' },
    dueAt: minutesLater(7),
  })
  t.strictSame(await status(), { state: 'waiting_on_customer', since: minutesLater(7), by: by.id })
  const answered = { id, requestId, kind: 'reply', authorId: by.id, commentedAt: minutesLater(7) }
  t.strictSame(await comments.listFor(requestId), [{ ...answered, text: 'One\ntwo' }])
  const entries = timeline.of('support_request_replied')
  t.match(entries, [{ userId: user.id, connectionId: connection.id }])
  t.strictSame(entries[0]?.event, { kind: 'support_request_replied', requestId, by: by.id })
})

t.test('S-30 staff who read a request see who wrote each comment', async t => {
  const { note, put, read, by, users } = await scene()
  await note()
  t.equal((await read()).names.get(by.id), 'Ada', 'the author’s name')
  await put('solved')

  t.equal((await read()).names.get(by.id), 'Ada')
  const other = aUser({ name: 'Bo', role: 'admin' })
  users.add(other, { subscription: null })
  t.strictSame([...(await read()).names.keys()], [by.id], 'no other name is read')
})

t.test('S-30 a reply form sent twice at once makes one reply', async t => {
  const { answer, put, status, comments, answers, timeline, requestId } = await scene()
  const form = anId<FormSubmissionId>()

  const [one, other] = await Promise.all([answer({ form }), answer({ form })])
  await put('solved')
  t.equal(await answer({ form, text: 'Changed' }), one)

  t.equal(one, other)
  t.equal((await comments.listFor(requestId)).length, 1)
  t.equal(answers().length, 1)
  t.equal(timeline.of('support_request_replied').length, 1)
  t.match(await status(), { state: 'solved' }, 'a late duplicate does not reopen the request')
  await answer()
  t.equal(answers().length, 2, 'another form makes another reply')
  t.match(await status(), { state: 'waiting_on_customer' })
})

t.test('S-30 a reply, its email and the status are written in one commit', async t => {
  const { answer, status, comments, answers, timeline, unitOfWork, requestId } = await scene()
  unitOfWork.failsToCommit = new Error('the database is gone')
  await t.rejects(answer(), /the database is gone/)

  t.match(await status(), { state: 'open' })
  t.strictSame(
    [answers(), await comments.listFor(requestId), timeline.of('support_request_replied')],
    [[], [], []],
  )
})

t.test('S-30 an internal note is stored once and only staff can see it', async t => {
  const { note, own, status, answers, comments, timeline, requestId, by } = await scene()
  const form = anId<FormSubmissionId>()
  const kinds = timeline.kinds

  const [one, other] = await Promise.all([note({ form }), note({ form })])

  t.equal(one, other)
  t.has(await comments.listFor(requestId), [
    { id: one, kind: 'internal_note', authorId: by.id, commentedAt: noon },
  ])
  t.strictSame(answers(), [])
  t.strictSame(timeline.kinds, kinds)
  t.match(await status(), { state: 'open' })
  t.match(await own(), [{ request: { id: requestId }, answers: [] }])
  t.equal((await own())[0]?.answers.length, 0)
})

t.test('S-30 an agent can change a request to any other status, and solving it is logged', async t => {
  const { put, status, timeline, clock, by, requestId, user, connection } = await scene('admin')
  let minutes = 0
  for (const state of [
    'waiting_on_customer',
    'solved',
    'open',
    'solved',
    'waiting_on_customer',
    'open',
  ] as const) {
    minutes += 1
    clock.set(minutesLater(minutes))
    t.equal(await put(state), 'changed')
    t.strictSame(await status(), { state, since: minutesLater(minutes), by: by.id })
    clock.set(minutesLater(minutes + 0.5))
    t.equal(await put(state), 'unchanged')
    t.strictSame((await status())?.since, minutesLater(minutes), 'the time of the status change')
  }
  const solved = timeline.of('support_request_solved')
  t.equal(solved.length, 2)
  t.has(solved[0], { at: minutesLater(2), userId: user.id, connectionId: connection.id })
  t.strictSame(solved[0]?.event, { kind: 'support_request_solved', requestId, by: by.id })
})

t.test(
  'S-30 S-44 reading a request shows the user’s connections and is in the user’s access log',
  async t => {
    const { read, note, answer, connections, views, user, connection, requestId, by } = await scene()
    const former = aClosedConnection({ userId: user.id, profile: aBritishProfile() })
    for (const each of [former, anErasedConnection({ userId: user.id }), anActiveConnection()])
      await connections.save(each)
    await note()
    await answer()

    const opened = await read()

    t.match(opened, { request: { id: requestId }, user })
    t.strictSame(
      opened.connections.map(({ id }) => id),
      [connection.id, former.id],
    )
    t.strictSame(
      opened.comments.map(({ kind }) => kind),
      ['internal_note', 'reply'],
    )
    t.strictSame([...opened.names], [[by.id, 'Ada']])
    t.has(await views.latestOf(user.id, 9), [{ viewerName: 'Ada', connectionId: null, at: noon }])
  },
)

t.test('S-44 staff who open their own request are not in the access log', async t => {
  const { views, users, read, supportRequests, by } = await scene('admin')
  users.add(by, { subscription: null })
  const own = aSupportRequest({ userId: by.id })
  await supportRequests.insert(own, anId())
  t.match(await read(own.id), { request: { id: own.id } })
  t.strictSame(await views.latestOf(by.id, 9), [])
})

t.test('S-30 the next page of the inbox continues where the last one ended', async t => {
  const { list, supportRequests, requestId } = await scene()
  for (let count = 1; count <= 30; count += 1)
    await supportRequests.insert(
      aSupportRequest({
        userId: (await supportRequests.byId(requestId))?.userId ?? anId(),
        requestedAt: minutesLater(count),
      }),
      anId(),
    )

  const first = await list()
  t.equal(first.requests.length, 25)
  t.equal(first.requests[0]?.request.id, requestId, 'the longest waiting request')
  t.strictSame(first.counts, { open: 31, waiting_on_customer: 0, solved: 0 })
  const second = await list({ after: first.next })
  t.equal(second.requests.length, 6)
  t.equal(second.next, null)
  t.strictSame((await list({ order: 'newest' })).requests[0]?.request.id, second.requests.at(-1)?.request.id)
  t.strictSame((await list({ state: 'solved' })).requests, [])
})

t.test('S-30 an empty comment or an unknown request changes nothing', async t => {
  const { answer, note, put, read, status, answers, comments, requestId } = await scene()
  const unknown = { requestId: anId<SupportRequestId>() }
  for (const write of [answer, note]) {
    await t.rejects(write({ text: ' \n\u0000' }), { code: 'invalid_comment', problem: 'nothing_said' })
    await t.rejects(write({ text: 'x'.repeat(4001) }), { code: 'invalid_comment', problem: 'too_long' })
    await t.rejects(write(unknown), { code: 'support_request_not_found' })
  }
  await t.rejects(put('solved', unknown.requestId), { code: 'support_request_not_found' })
  await t.rejects(read(unknown.requestId), { code: 'support_request_not_found' })
  t.match(await status(), { state: 'open' })
  t.strictSame([answers(), await comments.listFor(requestId)], [[], []])
})

t.test('S-27 S-30 a request that is erased in the meantime gets no reply', async t => {
  const { answer, put, users, supportRequests, answers } = await scene()
  const writes: readonly (() => Promise<unknown>)[] = [answer, () => put('solved')]
  for (const write of writes) {
    users.meanwhile = async () => supportRequests.forget(() => true)
    await t.rejects(write(), { code: 'support_request_not_found' })
  }
  t.strictSame(answers(), [])
})

t.test('S-30 S-46 only users who are staff now can work on requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { answer, note, put, read, list, answers, views, user } = await scene(role)
    const all: readonly (() => Promise<unknown>)[] = [
      () => list(),
      () => read(),
      () => note(),
      () => answer(),
      () => put('solved'),
    ]
    for (const attempt of all) {
      if (role === 'support' || role === 'admin') await attempt()
      else await t.rejects(attempt(), { code: 'staff_only' }, role)
    }
    t.equal(answers().length, role === 'support' || role === 'admin' ? 1 : 0)
    t.equal((await views.latestOf(user.id, 9)).length, answers().length)
  }
  const { by, users, answer, read } = await scene('support')
  users.add({ ...by, role: 'seller' }, { subscription: null })
  await t.rejects(answer(), { code: 'staff_only' })
  await t.rejects(read(), { code: 'staff_only' })
})

t.test('S-29 S-30 users see only their own requests with the replies', async t => {
  const { own, answer, users, supportRequests, user, requestId, put } = await scene()
  const other = aUser()
  users.add(other, { subscription: null })
  t.strictSame(await own(other.id), [])
  const theirs = aSupportRequest({ userId: other.id })
  await supportRequests.insert(theirs, anId())
  await answer({ text: 'First.' })
  await answer({ text: 'Second.' })
  await put('solved')
  const again = aSupportRequest({ userId: user.id, requestedAt: minutesLater(1) })
  await supportRequests.insert(again, anId())
  await answer({ text: 'Of the later one.', requestId: again.id })

  t.match(await own(), [
    { request: { id: again.id }, answers: [{ text: 'Of the later one.' }] },
    {
      request: { id: requestId, status: { state: 'solved' } },
      answers: [{ text: 'First.' }, { text: 'Second.' }],
    },
  ])
  for (const [index, answers] of [1, 2].entries()) t.equal((await own())[index]?.answers.length, answers)
  t.strictSame(await own(other.id), [{ request: theirs, answers: [] }])
})
