import t from 'tap'
import { ListUserSupportRequests } from '../../../src/admin/requests/list-user-support-requests.ts'
import { PrefillSupportRequest } from '../../../src/application/help/prefill-support-request.ts'
import {
  SubmitSupportRequest,
  type SubmittedSupportRequest,
} from '../../../src/application/help/submit-support-request.ts'
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
    submit: (overrides: Partial<SubmittedSupportRequest> = {}) =>
      submitSupportRequest.execute({
        userId: user.id,
        form: anId<FormSubmissionId>(),
        about: null,
        text: submittedText,
        page: '/dashboard/ads/',
        reference: '7F3A-12C0',
        ...overrides,
      }),
    listStored: () => fakes.supportRequests.latestOf(user.id, 99),
  }
}

t.test('S-30 a support request is stored, and its timeline entry omits the text', async t => {
  const { submit, listStored, connections, timeline, user, submittedText } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)

  const id = await submit({ about: connection.id })

  const expected = {
    id,
    userId: user.id,
    requestedAt: noon,
    connectionId: connection.id,
    text: submittedText,
  }
  const status = { state: 'open', since: noon, by: null }
  t.strictSame(await listStored(), [{ ...expected, page: '/dashboard/ads/', reference: '7F3A-12C0', status }])
  t.match(timeline.of('support_request_submitted'), [
    { connectionId: connection.id, attemptId: null, event: { requestId: id } },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /profile is shown|jane@/)
})

t.test('S-30 a request during a pending connection is on the timeline of its attempt', async t => {
  const { submit, pendingConnections, timeline, user, clock } = scene()
  const pending = aPendingConnection({ userId: user.id })
  await pendingConnections.put(pending)

  await submit()
  clock.set(pending.expiresAt)
  await submit()

  t.strictSame(
    timeline.of('support_request_submitted').map(({ attemptId }) => attemptId),
    [pending.attemptId, null],
  )
})

t.test('S-30 a request queues one email to support in the same commit, with only its id', async t => {
  const { submit, submittedText, outbox, user, connections, unitOfWork } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)
  const form = anId<FormSubmissionId>()
  unitOfWork.commitError = new Error('the database is gone')
  await t.rejects(submit({ form, about: connection.id }), /the database is gone/)
  t.strictSame(outbox.emails, [])

  const id = await submit({ form, about: connection.id })
  await submit({ form, about: connection.id })

  t.strictSame(outbox.emails, [{ kind: 'help_requested', requestId: id }])
  t.has(outbox.rows.all(), [{ userId: user.id, connectionId: connection.id, dueAt: noon }])
  for (const value of [...Object.values(submittedText), user.name, user.email])
    t.notMatch(JSON.stringify(outbox.rows.all()), value)
})

t.test('S-30 a form sent twice at once makes one request', async t => {
  const { submit, listStored, timeline } = scene()
  const form = anId<FormSubmissionId>()

  const [one, other] = await Promise.all([submit({ form }), submit({ form })])

  t.equal(one, other)
  t.equal(await submit({ form, text: { message: 'Changed', amazonEmail: '', marketplace: '' } }), one)
  t.equal((await listStored()).length, 1)
  t.equal(timeline.of('support_request_submitted').length, 1)
})

t.test('S-30 ten requests an hour are accepted, and submitting one again does not count', async t => {
  const { submit, listStored, clock } = scene()
  const form = anId<FormSubmissionId>()
  const first = await submit({ form })
  for (let sent = 1; sent < 10; sent += 1) {
    clock.set(minutesLater(sent))
    await submit()
  }

  await t.rejects(submit(), { code: 'support_request_limit_reached' })
  t.equal(await submit({ form }), first)
  t.equal((await listStored()).length, 10)
  clock.set(hoursLater(1))
  t.ok(await submit(), 'accepted an hour after the first request')
})

t.test('S-30 an invalid request changes nothing', async t => {
  const { submit, listStored, timeline, outbox, submittedText } = scene()
  await t.rejects(submit({ text: { ...submittedText, message: ' ' } }), {
    code: 'invalid_support_request',
    problem: 'empty',
  })
  await t.rejects(submit({ text: { ...submittedText, message: 'x'.repeat(4001) } }), {
    code: 'invalid_support_request',
    problem: 'too_long',
  })
  t.strictSame(await listStored(), [])
  t.strictSame(outbox.emails, [])
  t.strictSame(timeline.entries, [])
})

t.test('S-30 an unknown page or reference is left out of the request', async t => {
  const { submit, listStored } = scene()
  await submit({ page: '/password/reset/a-token', reference: 'see <b>' })
  t.match(await listStored(), [{ page: null, reference: null }])
})

t.test('S-29 S-30 a request about another user’s account or from staff is rejected', async t => {
  const { submit, listStored, connections } = scene()
  const otherUsersConnection = anActiveConnection()
  await connections.save(otherUsersConnection)
  await t.rejects(submit({ about: otherUsersConnection.id }), { code: 'connection_not_found' })
  t.strictSame(await listStored(), [])

  const agent = scene('support')
  await t.rejects(agent.submit(), { code: 'dashboard_not_for_support' })
  t.strictSame(await agent.listStored(), [])
})

t.test('S-27 S-30 a request after an erasure names no account', async t => {
  const { submit, listStored, connections, user } = scene()
  const erased = anErasedConnection({ userId: user.id })
  await connections.save(erased)
  await submit({ about: erased.id })
  t.match(await listStored(), [{ connectionId: null }])
})

t.test('S-30 the form is prefilled only with the user’s own data', async t => {
  const fakes = scene()
  const { connections, user } = fakes
  const prefill = new PrefillSupportRequest(fakes)
  const grant = aGrant({ amazonUser: anAmazonUser({ email: 'jane@example.com' }) })
  const [own, otherUsersConnection] = [anActiveConnection({ userId: user.id, grant }), anActiveConnection()]
  for (const connection of [own, otherUsersConnection]) await connections.save(connection)
  const context = { userId: user.id, named: null, currentId: null }

  const prefilled = { connectionId: own.id, amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' }
  const record = await fakes.sellers.of(user.id)
  t.strictSame(await prefill.execute(record, context), prefilled)
  t.strictSame(await prefill.execute(record, { ...context, named: own.id }), prefilled)
  t.strictSame(
    await prefill.execute(record, { ...context, named: otherUsersConnection.id }),
    prefilled,
    'another user’s account is ignored',
  )
  const former = aClosedConnection({ userId: user.id, profile: aBritishProfile() })
  await connections.save(former)
  const prefilledFormer = { connectionId: former.id, marketplace: 'Amazon.co.uk' }
  t.match(
    await prefill.execute(record, { ...context, named: former.id }),
    prefilledFormer,
    'a disconnected account',
  )
})

t.test('S-30 of several accounts, the form uses the one on the screen', async t => {
  const fakes = scene('manager')
  const { connections, user } = fakes
  const prefill = new PrefillSupportRequest(fakes)
  const [first, second] = [
    anActiveConnection({ userId: user.id, isExclusive: false }),
    anActiveConnection({ userId: user.id, isExclusive: false, profile: aBritishProfile() }),
  ]
  for (const connection of [first, second]) await connections.save(connection)
  const record = await fakes.sellers.of(user.id)

  for (const currentId of [first.id, second.id])
    t.match(await prefill.execute(record, { userId: user.id, named: null, currentId }), {
      connectionId: currentId,
    })
})

t.test('S-30 an internal error is not treated as an unknown account', async t => {
  const fakes = scene()
  const prefill = new PrefillSupportRequest(fakes)
  fakes.connections.get = async () => {
    throw new TypeError('internal error')
  }
  const record = await fakes.sellers.of(fakes.user.id)

  await t.rejects(
    prefill.execute(record, { userId: fakes.user.id, named: anId(), currentId: null }),
    TypeError,
  )
})

t.test('S-30 S-46 only staff can read support requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { submit, users, user, ...fakes } = scene()
    const reader = aUser({ role })
    users.add(reader, { subscription: null })
    const listRequests = new ListUserSupportRequests({ ...fakes, users })
    const id = await submit()
    const requests = listRequests.execute({ by: reader.id, userId: user.id })
    if (role === 'support' || role === 'admin') t.match(await requests, [{ id }], role)
    else await t.rejects(requests, { code: 'staff_only' }, role)
  }
})
