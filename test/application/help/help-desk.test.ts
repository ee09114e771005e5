import t from 'tap'
import {
  AnswerHelpRequest,
  AskForHelp,
  ListHelpRequests,
  NoteOnHelpRequest,
  PutHelpRequest,
  ReadHelpRequest,
  ReadOwnRequests,
} from '../../../src/application/help/index.ts'
import type { Role } from '../../../src/domain/access/person.ts'
import type { HelpState } from '../../../src/domain/help/standing.ts'
import type { HelpFormId, HelpRequestId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aHelpRequest,
  anActiveConnection,
  anErasedConnection,
  anId,
  aPerson,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

async function scene(role: Role = 'support') {
  const fakes = openAccessFakes()
  const [by, person] = [aPerson({ name: 'Ada', role }), aPerson()]
  for (const each of [by, person]) fakes.people.add(each, { subscription: null })
  const connection = anActiveConnection({ personId: person.id })
  await fakes.connections.save(connection)
  const requestId = await new AskForHelp(fakes).run({
    personId: person.id,
    form: anId<HelpFormId>(),
    about: connection.id,
    words: { message: 'No profile is shown.', amazonEmail: '', marketplace: '' },
    page: '',
    reference: '',
  })
  await fakes.outbox.claim(noon)
  const answering = new AnswerHelpRequest(fakes)
  const noting = new NoteOnHelpRequest(fakes)
  const putting = new PutHelpRequest(fakes)
  const written = (its: { form?: HelpFormId; words?: string; requestId?: HelpRequestId }) => ({
    by: by.id,
    requestId,
    form: anId<HelpFormId>(),
    words: 'Please allow access once more.',
    ...its,
  })
  return {
    ...fakes,
    by,
    person,
    connection,
    requestId,
    answer: (its: Parameters<typeof written>[0] = {}) => answering.run(written(its)),
    note: (its: Parameters<typeof written>[0] = {}) => noting.run(written(its)),
    put: (state: HelpState, id = requestId) => putting.run({ by: by.id, requestId: id, state }),
    read: (id = requestId) => new ReadHelpRequest(fakes).run({ by: by.id, requestId: id }),
    list: (its: Partial<Parameters<ListHelpRequests['run']>[0]> = {}) =>
      new ListHelpRequests(fakes).run({ by: by.id, state: 'open', order: 'oldest', after: null, ...its }),
    own: (id = person.id) => new ReadOwnRequests(fakes).run(id),
    standing: async () => (await fakes.helpRequests.byId(requestId))?.standing,
    answers: () => fakes.outbox.mails.filter(({ kind }) => kind === 'help_answered'),
  }
}

t.test('S-30 a reply is emailed to the user, and the request waits for the customer', async t => {
  const { answer, standing, outbox, timeline, remarks, requestId, connection, person, by, clock } =
    await scene()
  clock.set(minutesLater(7))

  const id = await answer({ words: ' One\r\ntwo ' })

  t.has(outbox.rows.get(`help_answered:${id}`), {
    personId: person.id,
    connectionId: connection.id,
    mail: { kind: 'help_answered', requestId, words: 'One\ntwo' },
    dueAt: minutesLater(7),
  })
  t.strictSame(await standing(), { state: 'waiting', since: minutesLater(7), by: by.id })
  const answered = { id, requestId, kind: 'answer', writtenBy: by.id, writtenAt: minutesLater(7) }
  t.strictSame(await remarks.on(requestId), [{ ...answered, words: 'One\ntwo' }])
  const told = timeline.of('help_answered')
  t.match(told, [{ personId: person.id, connectionId: connection.id }])
  t.strictSame(told[0]?.happening, { kind: 'help_answered', requestId, by: by.id })
})

t.test('S-30 staff who read a request see who wrote each comment', async t => {
  const { note, put, read, by, people } = await scene()
  await note()
  t.equal((await read()).names.get(by.id), 'Ada', 'the author’s name')
  await put('solved')

  t.equal((await read()).names.get(by.id), 'Ada')
  const other = aPerson({ name: 'Bo', role: 'admin' })
  people.add(other, { subscription: null })
  t.strictSame([...(await read()).names.keys()], [by.id], 'no other name is read')
})

t.test('S-30 a reply form sent twice at once makes one reply', async t => {
  const { answer, put, standing, remarks, answers, timeline, requestId } = await scene()
  const form = anId<HelpFormId>()

  const [one, other] = await Promise.all([answer({ form }), answer({ form })])
  await put('solved')
  t.equal(await answer({ form, words: 'Changed' }), one)

  t.equal(one, other)
  t.equal((await remarks.on(requestId)).length, 1)
  t.equal(answers().length, 1)
  t.equal(timeline.of('help_answered').length, 1)
  t.match(await standing(), { state: 'solved' }, 'a late duplicate does not reopen the request')
  await answer()
  t.equal(answers().length, 2, 'another form makes another reply')
  t.match(await standing(), { state: 'waiting' })
})

t.test('S-30 a reply, its email and the status are written in one commit', async t => {
  const { answer, standing, remarks, answers, timeline, unitOfWork, requestId } = await scene()
  unitOfWork.failsToCommit = new Error('the database is gone')
  await t.rejects(answer(), /the database is gone/)

  t.match(await standing(), { state: 'open' })
  t.strictSame([answers(), await remarks.on(requestId), timeline.of('help_answered')], [[], [], []])
})

t.test('S-30 an internal note is stored once and only staff can see it', async t => {
  const { note, own, standing, answers, remarks, timeline, requestId, by } = await scene()
  const form = anId<HelpFormId>()
  const kinds = timeline.kinds

  const [one, other] = await Promise.all([note({ form }), note({ form })])

  t.equal(one, other)
  t.has(await remarks.on(requestId), [{ id: one, kind: 'note', writtenBy: by.id, writtenAt: noon }])
  t.strictSame(answers(), [])
  t.strictSame(timeline.kinds, kinds)
  t.match(await standing(), { state: 'open' })
  t.match(await own(), [{ request: { id: requestId }, answers: [] }])
  t.equal((await own())[0]?.answers.length, 0)
})

t.test('S-30 an agent can change a request to any other status, and solving it is logged', async t => {
  const { put, standing, timeline, clock, by, requestId, person, connection } = await scene('admin')
  let minutes = 0
  for (const state of ['waiting', 'solved', 'open', 'solved', 'waiting', 'open'] as const) {
    minutes += 1
    clock.set(minutesLater(minutes))
    t.equal(await put(state), 'changed')
    t.strictSame(await standing(), { state, since: minutesLater(minutes), by: by.id })
    clock.set(minutesLater(minutes + 0.5))
    t.equal(await put(state), 'unchanged')
    t.strictSame((await standing())?.since, minutesLater(minutes), 'the time of the status change')
  }
  const solved = timeline.of('help_solved')
  t.equal(solved.length, 2)
  t.has(solved[0], { at: minutesLater(2), personId: person.id, connectionId: connection.id })
  t.strictSame(solved[0]?.happening, { kind: 'help_solved', requestId, by: by.id })
})

t.test(
  'S-30 S-44 reading a request shows the user’s connections and is in the user’s access log',
  async t => {
    const { read, note, answer, connections, views, person, connection, requestId, by } = await scene()
    const former = aClosedConnection({ personId: person.id, profile: aBritishProfile() })
    for (const each of [former, anErasedConnection({ personId: person.id }), anActiveConnection()])
      await connections.save(each)
    await note()
    await answer()

    const opened = await read()

    t.match(opened, { request: { id: requestId }, person })
    t.strictSame(
      opened.connections.map(({ id }) => id),
      [connection.id, former.id],
    )
    t.strictSame(
      opened.remarks.map(({ kind }) => kind),
      ['note', 'answer'],
    )
    t.strictSame([...opened.names], [[by.id, 'Ada']])
    t.has(await views.latestOf(person.id, 9), [{ viewerName: 'Ada', connectionId: null, at: noon }])
  },
)

t.test('S-44 staff who open their own request are not in the access log', async t => {
  const { views, people, read, helpRequests, by } = await scene('admin')
  people.add(by, { subscription: null })
  const own = aHelpRequest({ personId: by.id })
  await helpRequests.keep(own, anId())
  t.match(await read(own.id), { request: { id: own.id } })
  t.strictSame(await views.latestOf(by.id, 9), [])
})

t.test('S-30 the next page of the inbox continues where the last one ended', async t => {
  const { list, helpRequests, requestId } = await scene()
  for (let count = 1; count <= 30; count += 1)
    await helpRequests.keep(
      aHelpRequest({
        personId: (await helpRequests.byId(requestId))?.personId ?? anId(),
        askedAt: minutesLater(count),
      }),
      anId(),
    )

  const first = await list()
  t.equal(first.lines.length, 25)
  t.equal(first.lines[0]?.request.id, requestId, 'the longest waiting request')
  t.strictSame(first.counts, { open: 31, waiting: 0, solved: 0 })
  const second = await list({ after: first.next })
  t.equal(second.lines.length, 6)
  t.equal(second.next, null)
  t.strictSame((await list({ order: 'newest' })).lines[0]?.request.id, second.lines.at(-1)?.request.id)
  t.strictSame((await list({ state: 'solved' })).lines, [])
})

t.test('S-30 an empty comment or an unknown request changes nothing', async t => {
  const { answer, note, put, read, standing, answers, remarks, requestId } = await scene()
  const unknown = { requestId: anId<HelpRequestId>() }
  for (const write of [answer, note]) {
    await t.rejects(write({ words: ' \n\u0000' }), { code: 'remark_refused', fault: 'nothing_said' })
    await t.rejects(write({ words: 'x'.repeat(4001) }), { code: 'remark_refused', fault: 'too_long' })
    await t.rejects(write(unknown), { code: 'help_request_unknown' })
  }
  await t.rejects(put('solved', unknown.requestId), { code: 'help_request_unknown' })
  await t.rejects(read(unknown.requestId), { code: 'help_request_unknown' })
  t.match(await standing(), { state: 'open' })
  t.strictSame([answers(), await remarks.on(requestId)], [[], []])
})

t.test('S-27 S-30 a request that is erased in the meantime gets no reply', async t => {
  const { answer, put, people, helpRequests, answers } = await scene()
  const writes: readonly (() => Promise<unknown>)[] = [answer, () => put('solved')]
  for (const write of writes) {
    people.meanwhile = async () => helpRequests.forget(() => true)
    await t.rejects(write(), { code: 'help_request_unknown' })
  }
  t.strictSame(answers(), [])
})

t.test('S-30 S-46 only users who are staff now can work on requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { answer, note, put, read, list, answers, views, person } = await scene(role)
    const all: readonly (() => Promise<unknown>)[] = [
      () => list(),
      () => read(),
      () => note(),
      () => answer(),
      () => put('solved'),
    ]
    for (const attempt of all) {
      if (role === 'support' || role === 'admin') await attempt()
      else await t.rejects(attempt(), { code: 'staff_alone' }, role)
    }
    t.equal(answers().length, role === 'support' || role === 'admin' ? 1 : 0)
    t.equal((await views.latestOf(person.id, 9)).length, answers().length)
  }
  const { by, people, answer, read } = await scene('support')
  people.add({ ...by, role: 'seller' }, { subscription: null })
  await t.rejects(answer(), { code: 'staff_alone' })
  await t.rejects(read(), { code: 'staff_alone' })
})

t.test('S-29 S-30 users see only their own requests with the replies', async t => {
  const { own, answer, people, helpRequests, person, requestId, put } = await scene()
  const other = aPerson()
  people.add(other, { subscription: null })
  t.strictSame(await own(other.id), [])
  const theirs = aHelpRequest({ personId: other.id })
  await helpRequests.keep(theirs, anId())
  await answer({ words: 'First.' })
  await answer({ words: 'Second.' })
  await put('solved')
  const again = aHelpRequest({ personId: person.id, askedAt: minutesLater(1) })
  await helpRequests.keep(again, anId())
  await answer({ words: 'Of the later one.', requestId: again.id })

  t.match(await own(), [
    { request: { id: again.id }, answers: [{ words: 'Of the later one.' }] },
    {
      request: { id: requestId, standing: { state: 'solved' } },
      answers: [{ words: 'First.' }, { words: 'Second.' }],
    },
  ])
  for (const [index, answers] of [1, 2].entries()) t.equal((await own())[index]?.answers.length, answers)
  t.strictSame(await own(other.id), [{ request: theirs, answers: [] }])
})
