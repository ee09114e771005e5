import t from 'tap'
import { ChangeSupportRequestStatus } from '../../../src/admin/requests/change-support-request-status.ts'
import { CommentOnSupportRequest } from '../../../src/admin/requests/comment-on-support-request.ts'
import { GetSupportRequest } from '../../../src/admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../../../src/admin/requests/list-support-requests.ts'
import { ListOwnSupportRequests } from '../../../src/application/help/list-own-support-requests.ts'
import { SubmitSupportRequest } from '../../../src/application/help/submit-support-request.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { SupportRequestCommentKind } from '../../../src/domain/help/comment.ts'
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
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role = 'support') {
  const fakes = openFakes()
  const [agent, user] = [aUser({ name: 'Ada', role }), aUser()]
  for (const each of [agent, user]) fakes.users.add(each, { subscription: null })
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
  const changeSupportRequestStatus = new ChangeSupportRequestStatus(fakes)
  const commentAs =
    (kind: SupportRequestCommentKind) =>
    (overrides: { form?: FormSubmissionId; text?: string; requestId?: SupportRequestId } = {}) =>
      new CommentOnSupportRequest(fakes).execute({
        by: agent.id,
        requestId,
        form: anId<FormSubmissionId>(),
        kind,
        text: 'Please allow access again.',
        ...overrides,
      })
  return {
    ...fakes,
    agent,
    user,
    connection,
    requestId,
    reply: commentAs('reply'),
    addNote: commentAs('internal_note'),
    changeStatus: (state: SupportRequestStatus, id = requestId) =>
      changeSupportRequestStatus.execute({ by: agent.id, requestId: id, state }),
    read: (id = requestId) => new GetSupportRequest(fakes).execute({ by: agent.id, requestId: id }),
    list: (overrides: Partial<Parameters<ListSupportRequests['execute']>[0]> = {}) =>
      new ListSupportRequests(fakes).execute({
        by: agent.id,
        state: 'open',
        order: 'oldest',
        after: null,
        ...overrides,
      }),
    listOwn: (id = user.id) => new ListOwnSupportRequests(fakes).execute(id),
    status: async () => (await fakes.supportRequests.byId(requestId))?.status,
    listReplyEmails: () => fakes.outbox.emails.filter(({ kind }) => kind === 'support_request_replied'),
  }
}

t.test('S-30 a reply is emailed to the user, and the request waits for the customer', async t => {
  const { reply, status, outbox, timeline, comments, requestId, connection, user, agent, clock } =
    await scene()
  clock.set(minutesLater(7))

  const id = await reply({ text: ' One\r\ntwo ' })

  t.has(outbox.rows.get(`support_request_replied:${id}`), {
    userId: user.id,
    connectionId: connection.id,
    message: { kind: 'support_request_replied', requestId, text: 'One\ntwo' },
    dueAt: minutesLater(7),
  })
  t.strictSame(await status(), { state: 'waiting_on_customer', since: minutesLater(7), by: agent.id })
  const expected = { id, requestId, kind: 'reply', authorId: agent.id, commentedAt: minutesLater(7) }
  t.strictSame(await comments.listFor(requestId), [{ ...expected, text: 'One\ntwo' }])
  const entries = timeline.of('support_request_replied')
  t.match(entries, [{ userId: user.id, connectionId: connection.id }])
  t.strictSame(entries[0]?.event, { kind: 'support_request_replied', requestId, by: agent.id })
})

t.test('S-30 staff who read a request see who wrote each comment', async t => {
  const { addNote, changeStatus, read, agent, users } = await scene()
  await addNote()
  t.equal((await read()).names.get(agent.id), 'Ada', 'the author’s name')
  await changeStatus('solved')

  t.equal((await read()).names.get(agent.id), 'Ada')
  const other = aUser({ name: 'Bo', role: 'admin' })
  users.add(other, { subscription: null })
  t.strictSame([...(await read()).names.keys()], [agent.id], 'no other name is read')
})

t.test('S-30 a reply form sent twice at once makes one reply', async t => {
  const { reply, changeStatus, status, comments, listReplyEmails, timeline, requestId } = await scene()
  const form = anId<FormSubmissionId>()

  const [one, other] = await Promise.all([reply({ form }), reply({ form })])
  await changeStatus('solved')
  t.equal(await reply({ form, text: 'Changed' }), one)

  t.equal(one, other)
  t.equal((await comments.listFor(requestId)).length, 1)
  t.equal(listReplyEmails().length, 1)
  t.equal(timeline.of('support_request_replied').length, 1)
  t.match(await status(), { state: 'solved' }, 'a late duplicate does not reopen the request')
  await reply()
  t.equal(listReplyEmails().length, 2, 'another form makes another reply')
  t.match(await status(), { state: 'waiting_on_customer' })
})

t.test('S-30 a reply, its email and the status are written in one commit', async t => {
  const { reply, status, comments, listReplyEmails, timeline, unitOfWork, requestId } = await scene()
  unitOfWork.commitError = new Error('the database is gone')
  await t.rejects(reply(), /the database is gone/)

  t.match(await status(), { state: 'open' })
  t.strictSame(
    [listReplyEmails(), await comments.listFor(requestId), timeline.of('support_request_replied')],
    [[], [], []],
  )
})

t.test('S-30 an internal note is stored once and only staff can see it', async t => {
  const { addNote, listOwn, status, listReplyEmails, comments, timeline, requestId, agent } = await scene()
  const form = anId<FormSubmissionId>()
  const kindsBefore = timeline.kinds

  const [one, other] = await Promise.all([addNote({ form }), addNote({ form })])

  t.equal(one, other)
  t.has(await comments.listFor(requestId), [
    { id: one, kind: 'internal_note', authorId: agent.id, commentedAt: noon },
  ])
  t.strictSame(listReplyEmails(), [])
  t.strictSame(timeline.kinds, kindsBefore)
  t.match(await status(), { state: 'open' })
  t.match(await listOwn(), [{ request: { id: requestId }, answers: [] }])
  t.equal((await listOwn())[0]?.answers.length, 0)
})

t.test('S-30 an agent can change a request to any other status, and solving it is logged', async t => {
  const { changeStatus, status, timeline, clock, agent, requestId, user, connection } = await scene('admin')
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
    t.equal(await changeStatus(state), 'changed')
    t.strictSame(await status(), { state, since: minutesLater(minutes), by: agent.id })
    clock.set(minutesLater(minutes + 0.5))
    t.equal(await changeStatus(state), 'unchanged')
    t.strictSame((await status())?.since, minutesLater(minutes), 'the time of the status change')
  }
  const solved = timeline.of('support_request_solved')
  t.equal(solved.length, 2)
  t.has(solved[0], { at: minutesLater(2), userId: user.id, connectionId: connection.id })
  t.strictSame(solved[0]?.event, { kind: 'support_request_solved', requestId, by: agent.id })
})

t.test(
  'S-30 S-44 reading a request shows the user’s connections and is in the user’s access log',
  async t => {
    const { read, addNote, reply, connections, staffAccessLog, user, connection, requestId, agent } =
      await scene()
    const former = aClosedConnection({ userId: user.id, profile: aBritishProfile() })
    for (const each of [former, anErasedConnection({ userId: user.id }), anActiveConnection()])
      await connections.save(each)
    await addNote()
    await reply()

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
    t.strictSame([...opened.names], [[agent.id, 'Ada']])
    t.has(await staffAccessLog.latestOf(user.id, 9), [{ viewerName: 'Ada', connectionId: null, at: noon }])
  },
)

t.test('S-44 staff who open their own request are not in the access log', async t => {
  const { staffAccessLog, users, read, supportRequests, agent } = await scene('admin')
  users.add(agent, { subscription: null })
  const ownRequest = aSupportRequest({ userId: agent.id })
  await supportRequests.insert(ownRequest, anId())
  t.match(await read(ownRequest.id), { request: { id: ownRequest.id } })
  t.strictSame(await staffAccessLog.latestOf(agent.id, 9), [])
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
  t.equal(first.requests[0]?.request.id, requestId, 'the longest-waiting request')
  t.strictSame(first.counts, { open: 31, waiting_on_customer: 0, solved: 0 })
  const second = await list({ after: first.next })
  t.equal(second.requests.length, 6)
  t.equal(second.next, null)
  t.strictSame((await list({ order: 'newest' })).requests[0]?.request.id, second.requests.at(-1)?.request.id)
  t.strictSame((await list({ state: 'solved' })).requests, [])
})

t.test('S-30 an empty comment or an unknown request changes nothing', async t => {
  const { reply, addNote, changeStatus, read, status, listReplyEmails, comments, requestId } = await scene()
  const unknown = { requestId: anId<SupportRequestId>() }
  for (const write of [reply, addNote]) {
    await t.rejects(write({ text: ' \n\u0000' }), { code: 'invalid_comment', problem: 'empty' })
    await t.rejects(write({ text: 'x'.repeat(4001) }), { code: 'invalid_comment', problem: 'too_long' })
    await t.rejects(write(unknown), { code: 'support_request_not_found' })
  }
  await t.rejects(changeStatus('solved', unknown.requestId), { code: 'support_request_not_found' })
  await t.rejects(read(unknown.requestId), { code: 'support_request_not_found' })
  t.match(await status(), { state: 'open' })
  t.strictSame([listReplyEmails(), await comments.listFor(requestId)], [[], []])
})

t.test('S-27 S-30 a request that is erased in the meantime gets no reply', async t => {
  const { reply, changeStatus, users, supportRequests, listReplyEmails } = await scene()
  const writes: readonly (() => Promise<unknown>)[] = [reply, () => changeStatus('solved')]
  for (const write of writes) {
    users.meanwhile = async () => supportRequests.forgetAll()
    await t.rejects(write(), { code: 'support_request_not_found' })
  }
  t.strictSame(listReplyEmails(), [])
})

t.test('S-30 S-46 only current staff can work on requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { reply, addNote, changeStatus, read, list, listReplyEmails, staffAccessLog, user } =
      await scene(role)
    const actions: readonly (() => Promise<unknown>)[] = [
      () => list(),
      () => read(),
      () => addNote(),
      () => reply(),
      () => changeStatus('solved'),
    ]
    for (const action of actions) {
      if (role === 'support' || role === 'admin') await action()
      else await t.rejects(action(), { code: 'staff_only' }, role)
    }
    t.equal(listReplyEmails().length, role === 'support' || role === 'admin' ? 1 : 0)
    t.equal((await staffAccessLog.latestOf(user.id, 9)).length, listReplyEmails().length)
  }
  const { agent, users, reply, read } = await scene('support')
  users.add({ ...agent, role: 'seller' }, { subscription: null })
  await t.rejects(reply(), { code: 'staff_only' })
  await t.rejects(read(), { code: 'staff_only' })
})

t.test('S-29 S-30 users see only their own requests and the replies to them', async t => {
  const { listOwn, reply, users, supportRequests, user, requestId, changeStatus } = await scene()
  const other = aUser()
  users.add(other, { subscription: null })
  t.strictSame(await listOwn(other.id), [])
  const otherUsersRequest = aSupportRequest({ userId: other.id })
  await supportRequests.insert(otherUsersRequest, anId())
  await reply({ text: 'First.' })
  await reply({ text: 'Second.' })
  await changeStatus('solved')
  const laterRequest = aSupportRequest({ userId: user.id, requestedAt: minutesLater(1) })
  await supportRequests.insert(laterRequest, anId())
  await reply({ text: 'To the later request.', requestId: laterRequest.id })

  t.match(await listOwn(), [
    { request: { id: laterRequest.id }, answers: [{ text: 'To the later request.' }] },
    {
      request: { id: requestId, status: { state: 'solved' } },
      answers: [{ text: 'First.' }, { text: 'Second.' }],
    },
  ])
  for (const [index, replyCount] of [1, 2].entries())
    t.equal((await listOwn())[index]?.answers.length, replyCount)
  t.strictSame(await listOwn(other.id), [{ request: otherUsersRequest, answers: [] }])
})
