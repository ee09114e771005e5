import t from 'tap'
import { CaseReader } from '../../src/admin/cases/case-state.ts'
import { OpenCase } from '../../src/admin/cases/open-case.ts'
import { type CaseActionRequest, PerformCaseAction } from '../../src/admin/cases/perform-case-action.ts'
import { RefreshCaseSummaries } from '../../src/admin/cases/refresh-case-summaries.ts'
import { SearchCases } from '../../src/admin/cases/search-cases.ts'
import { RecordAuthorisationLoss } from '../../src/application/connection/authorisation/get-access-token.ts'
import { Disconnect } from '../../src/application/connection/disconnect.ts'
import { ControlSync } from '../../src/application/ingestion/control-sync.ts'
import type { Role } from '../../src/domain/access/user.ts'
import { hours } from '../../src/domain/calendar.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import {
  anActiveConnection,
  aPendingConnection,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  noon,
} from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'

const from = { ip: '192.0.2.7', device: 'Firefox on Windows', requestId: 'a-request' }
const anyCase = { health: null, stage: null, cause: null, plan: null, region: null }
const wholeTimeline = { kinds: [], levels: [], about: null, before: null }

async function scene({ role = 'support', endsAt = null }: { role?: Role; endsAt?: Date | null } = {}) {
  const fakes = openFakes()
  const user = aUser({ email: 'sam@example.test' })
  const agent = aUser({ role, email: 'sol@example.test' })
  fakes.users.add(user, { subscription: aSubscription({ endsAt }) })
  fakes.users.add(agent, { subscription: null })
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  const session = aSession({ userId: agent.id, kind: 'staff' })
  await fakes.sessions.open(session)
  const caseReader = new CaseReader(fakes)
  const deps = {
    ...fakes,
    caseReader,
    controlSync: new ControlSync(fakes),
    disconnect: new Disconnect(fakes),
    recordAuthorisationLoss: new RecordAuthorisationLoss(fakes),
  }
  const key = { userId: user.id, connectionId: connection.id }
  return {
    ...fakes,
    user,
    agent,
    connection,
    disconnect: { action: 'disconnect', verification: { sessionId: session.id, answer: null } } as const,
    refreshSummaries: () => new RefreshCaseSummaries(deps).execute(50),
    search: (searchText: string) =>
      new SearchCases(deps).execute({ by: agent.id, searchText, filter: anyCase, after: null, from }),
    openCase: (id: string) => new OpenCase(deps).execute({ by: agent.id, id, filter: wholeTimeline }),
    performAction: (actionRequest: CaseActionRequest) =>
      new PerformCaseAction(deps).execute({
        by: agent.id,
        key,
        actionRequest,
        reason: 'the seller asked for it',
        from,
      }),
    auditEntries: () => fakes.audit.latest({ staffId: agent.id, userId: null }, { before: null, limit: 9 }),
  }
}

t.test('S-40 a case is listed as soon as its summary exists, and the search is logged', async t => {
  const { refreshSummaries, search, auditEntries, connection } = await scene()
  t.strictSame((await search('sam@')).cases, [])
  await refreshSummaries()

  const { cases, next } = await search('SAM@example.test')
  t.match(cases, [
    { key: { connectionId: connection.id }, cause: 'loading', stage: 'oauth', plan: 'monthly' },
  ])
  t.equal(next, null)
  const [entry] = await auditEntries()
  t.match(entry, { action: 'cases_listed', userId: connection.userId, after: { cases: 1 }, from })
  doesNotMatch(t, JSON.stringify(entry), 'sam@', 'the search text may be an email address')
})

t.test('S-46 a non-staff user cannot search, open or act on cases', async t => {
  const { search, openCase, performAction, disconnect, auditEntries, connection, connections } = await scene({
    role: 'manager',
  })
  await t.rejects(search('sam'), { code: 'staff_only' })
  await t.rejects(openCase(connection.id), { code: 'staff_only' })
  await t.rejects(performAction(disconnect), { code: 'staff_only' })
  t.match(await connections.find(connection.id), { status: 'active' })
  t.strictSame(await auditEntries(), [])
})

t.test('S-44 the seller sees that an agent opened the account', async t => {
  const { openCase, staffAccessLog, user, agent, connection } = await scene()
  const opened = await openCase(connection.id)
  t.equal(opened.diagnosis[0].cause, 'loading')
  t.match(await staffAccessLog.latestOf(user.id, 9), [
    { viewerName: agent.name, connectionId: connection.id },
  ])
  await t.rejects(openCase(aUser().id), { code: 'user_not_found' })
})

t.test('S-43 each action writes an audit entry and a timeline entry', async t => {
  const { performAction, disconnect, auditEntries, timeline, connections, connection, agent } = await scene()
  await performAction(disconnect)
  t.match(await connections.find(connection.id), { status: 'closed' })
  t.has(await auditEntries(), [
    {
      action: 'disconnect',
      reason: 'the seller asked for it',
      before: { status: 'active' },
      after: { status: 'closed' },
      connectionId: connection.id,
      at: noon,
      from,
    },
  ])
  t.match(timeline.of('staff_action'), [
    { event: { action: 'disconnect', by: { userId: agent.id, reason: 'the seller asked for it' } } },
  ])
})

t.test('S-43 an action that is not possible is rejected and leaves no trace', async t => {
  const {
    performAction,
    disconnect,
    auditEntries,
    syncRuns,
    connection,
    unitOfWork,
    requestSync,
    user,
    pendingConnections,
  } = await scene()
  await t.rejects(performAction({ action: 'retry_failed' }), {
    code: 'action_not_possible',
    why: 'nothing_failed',
  })
  await t.rejects(performAction({ action: 'cancel_run' }), {
    code: 'action_not_possible',
    why: 'nothing_loading',
  })
  await t.rejects(performAction({ action: 'discard_pending' }), {
    code: 'action_not_possible',
    why: 'no_pending_connection',
  })
  await unitOfWork.transaction(() => requestSync.execute({ connection, kind: 'initial' }))
  await t.rejects(performAction({ action: 'sync_now' }), {
    code: 'action_not_possible',
    why: 'still_loading',
  })
  t.strictSame(await auditEntries(), [])

  await performAction({ action: 'cancel_run' })
  t.notOk(await syncRuns.hasUnfinishedReports(connection.id))
  await performAction({ action: 'retry_failed' })
  t.ok(await syncRuns.hasUnfinishedReports(connection.id))
  await performAction({ action: 'mark_unauthorised' })
  await t.rejects(performAction({ action: 'sync_now' }), {
    code: 'action_not_possible',
    why: 'not_authorised',
  })
  await pendingConnections.put(aPendingConnection({ userId: user.id, expiresAt: hoursLater(1) }))
  await performAction({ action: 'discard_pending' })
  t.equal(await pendingConnections.findByUser(user.id), null)
  await performAction(disconnect)
  await t.rejects(performAction(disconnect), {
    code: 'action_not_possible',
    why: 'not_connected',
  })
})

t.test('S-03 S-43 no data is loaded for a user without a plan, even on a staff request', async t => {
  const { performAction, clock } = await scene({ endsAt: hoursLater(1) })
  clock.advance(hours(2))
  await t.rejects(performAction({ action: 'sync_now' }), {
    code: 'action_not_possible',
    why: 'plan_required',
  })
  await t.rejects(performAction({ action: 'retry_failed' }), {
    code: 'action_not_possible',
    why: 'plan_required',
  })
})

t.test('S-40 a user with a connection has one case for it, and an agent has no case', async t => {
  const { refreshSummaries, search, performAction, disconnect, connection, user } = await scene()
  await refreshSummaries()
  const listKeys = async () => (await search('')).cases.map(({ key }) => key)
  t.strictSame(await listKeys(), [{ userId: user.id, connectionId: connection.id }])
  await performAction(disconnect)
  await refreshSummaries()
  t.match((await search('sam')).cases, [{ cause: 'disconnected', stage: 'ended' }])
})
