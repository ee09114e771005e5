import t from 'tap'
import {
  ListUserSupportRequests,
  PrefillSupportRequest,
  SubmitSupportRequest,
  type SubmittedSupportRequest,
} from '../../../src/application/help/index.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { FormSubmissionId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  aPendingConnection,
  aUser,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene(role: Role = 'seller') {
  const fakes = openFakes()
  const user = aUser({ role })
  fakes.users.add(user, { subscription: null })
  const submitSupportRequest = new SubmitSupportRequest(fakes)
  const submittedText = {
    message: 'No profile is shown.\nWhy?',
    amazonEmail: 'jane@example.com',
    marketplace: 'Amazon.de',
  }
  return {
    ...fakes,
    user,
    submittedText,
    ask: (its: Partial<SubmittedSupportRequest> = {}) =>
      submitSupportRequest.execute({
        userId: user.id,
        form: anId<FormSubmissionId>(),
        about: null,
        text: submittedText,
        page: '/dashboard/ads/',
        reference: '7F3A-12C0',
        ...its,
      }),
    listStored: () => fakes.supportRequests.latestOf(user.id, 99),
  }
}

t.test('S-30 a support request is stored and on the timeline without its text', async t => {
  const { ask, listStored, connections, timeline, user, submittedText } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)

  const id = await ask({ about: connection.id })

  const its = { id, userId: user.id, requestedAt: noon, connectionId: connection.id, text: submittedText }
  const status = { state: 'open', since: noon, by: null }
  t.strictSame(await listStored(), [{ ...its, page: '/dashboard/ads/', reference: '7F3A-12C0', status }])
  t.match(timeline.of('support_request_submitted'), [
    { connectionId: connection.id, attemptId: null, event: { requestId: id } },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /profile is shown|jane@/)
})

t.test('S-30 a request during a pending connection is on the timeline of its attempt', async t => {
  const { ask, pendingConnections, timeline, user, clock } = scene()
  const pending = aPendingConnection({ userId: user.id })
  await pendingConnections.put(pending)

  await ask()
  clock.set(pending.expiresAt)
  await ask()

  t.strictSame(
    timeline.of('support_request_submitted').map(({ attemptId }) => attemptId),
    [pending.attemptId, null],
  )
})

t.test('S-30 a request queues one email to support in its commit, with its number only', async t => {
  const { ask, submittedText, outbox, user, connections, unitOfWork } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)
  const form = anId<FormSubmissionId>()
  unitOfWork.failsToCommit = new Error('the database is gone')
  await t.rejects(ask({ form, about: connection.id }), /the database is gone/)
  t.strictSame(outbox.emails, [])

  const id = await ask({ form, about: connection.id })
  await ask({ form, about: connection.id })

  t.strictSame(outbox.emails, [{ kind: 'help_requested', requestId: id }])
  t.has(outbox.rows.all(), [{ userId: user.id, connectionId: connection.id, dueAt: noon }])
  for (const word of [...Object.values(submittedText), user.name, user.email])
    t.notMatch(JSON.stringify(outbox.rows.all()), word)
})

t.test('S-30 a form sent twice at once makes one request', async t => {
  const { ask, listStored, timeline } = scene()
  const form = anId<FormSubmissionId>()

  const [one, other] = await Promise.all([ask({ form }), ask({ form })])

  t.equal(one, other)
  t.equal(await ask({ form, text: { message: 'Changed', amazonEmail: '', marketplace: '' } }), one)
  t.equal((await listStored()).length, 1)
  t.equal(timeline.of('support_request_submitted').length, 1)
})

t.test('S-30 ten requests an hour are accepted, and a repeated one does not count again', async t => {
  const { ask, listStored, clock } = scene()
  const form = anId<FormSubmissionId>()
  const first = await ask({ form })
  for (let sent = 1; sent < 10; sent += 1) {
    clock.set(minutesLater(sent))
    await ask()
  }

  await t.rejects(ask(), { code: 'support_request_limit_reached' })
  t.equal(await ask({ form }), first)
  t.equal((await listStored()).length, 10)
  clock.set(hoursLater(1))
  t.ok(await ask(), 'an hour after the first')
})

t.test('S-30 an invalid request changes nothing', async t => {
  const { ask, listStored, timeline, outbox, submittedText } = scene()
  await t.rejects(ask({ text: { ...submittedText, message: ' ' } }), {
    code: 'invalid_support_request',
    problem: 'nothing_said',
  })
  await t.rejects(ask({ text: { ...submittedText, message: 'x'.repeat(4001) } }), {
    code: 'invalid_support_request',
    problem: 'too_long',
  })
  t.strictSame(await listStored(), [])
  t.strictSame(outbox.emails, [])
  t.strictSame(timeline.entries, [])
})

t.test('S-30 an unknown page or reference is left out of the request', async t => {
  const { ask, listStored } = scene()
  await ask({ page: '/password/reset/a-token', reference: 'see <b>' })
  t.match(await listStored(), [{ page: null, reference: null }])
})

t.test('S-29 S-30 a request about another user’s account or by a user without pages is rejected', async t => {
  const { ask, listStored, connections } = scene()
  const others = anActiveConnection()
  await connections.save(others)
  await t.rejects(ask({ about: others.id }), { code: 'connection_not_found' })
  t.strictSame(await listStored(), [])

  const agent = scene('support')
  await t.rejects(agent.ask(), { code: 'dashboard_not_for_staff' })
  t.strictSame(await agent.listStored(), [])
})

t.test('S-27 S-30 a request after an erasure names no account', async t => {
  const { ask, listStored, connections, user } = scene()
  const erased = anErasedConnection({ userId: user.id })
  await connections.save(erased)
  await ask({ about: erased.id })
  t.match(await listStored(), [{ connectionId: null }])
})

t.test('S-30 the form is filled in only with what is known of the user', async t => {
  const fakes = scene()
  const { connections, user } = fakes
  const know = new PrefillSupportRequest(fakes)
  const grant = aGrant({ amazonUser: anAmazonUser({ email: 'jane@example.com' }) })
  const [own, others] = [anActiveConnection({ userId: user.id, grant }), anActiveConnection()]
  for (const connection of [own, others]) await connections.save(connection)
  const looking = { userId: user.id, named: null, currentId: null }

  const known = { connectionId: own.id, amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' }
  const record = await fakes.sellers.of(user.id)
  t.strictSame(await know.execute(record, looking), known)
  t.strictSame(await know.execute(record, { ...looking, named: own.id }), known)
  t.strictSame(
    await know.execute(record, { ...looking, named: others.id }),
    known,
    'of another user: ignored',
  )
  const former = aClosedConnection({ userId: user.id, profile: aBritishProfile() })
  await connections.save(former)
  const ofFormer = { connectionId: former.id, marketplace: 'Amazon.co.uk' }
  t.match(await know.execute(record, { ...looking, named: former.id }), ofFormer, 'a disconnected account')
})

t.test('S-30 of several accounts, the form uses the one on the screen', async t => {
  const fakes = scene('manager')
  const { connections, user } = fakes
  const know = new PrefillSupportRequest(fakes)
  const [first, second] = [
    anActiveConnection({ userId: user.id, isExclusive: false }),
    anActiveConnection({ userId: user.id, isExclusive: false, profile: aBritishProfile() }),
  ]
  for (const connection of [first, second]) await connections.save(connection)
  const record = await fakes.sellers.of(user.id)

  for (const currentId of [first.id, second.id])
    t.match(await know.execute(record, { userId: user.id, named: null, currentId }), {
      connectionId: currentId,
    })
})

t.test('S-30 an internal error is not treated as an unknown account', async t => {
  const fakes = scene()
  const know = new PrefillSupportRequest(fakes)
  fakes.connections.get = async () => {
    throw new TypeError('internal error')
  }
  const record = await fakes.sellers.of(fakes.user.id)

  await t.rejects(know.execute(record, { userId: fakes.user.id, named: anId(), currentId: null }), TypeError)
})

t.test('S-30 S-46 only staff can read support requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { ask, users, user, ...fakes } = scene()
    const by = aUser({ role })
    users.add(by, { subscription: null })
    const read = new ListUserSupportRequests({ ...fakes, users })
    const id = await ask()
    const reading = read.execute({ by: by.id, userId: user.id })
    if (role === 'support' || role === 'admin') t.match(await reading, [{ id }], role)
    else await t.rejects(reading, { code: 'staff_only' }, role)
  }
})
