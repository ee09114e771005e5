import t from 'tap'
import { ListAuditEntries } from '../../../src/admin/audit/list-audit-entries.ts'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import { AuthenticateViewAs } from '../../../src/admin/view-as/authenticate-view-as.ts'
import { EndViewAs } from '../../../src/admin/view-as/end-view-as.ts'
import { StartViewAs } from '../../../src/admin/view-as/start-view-as.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import type { SessionId, UserId, ViewAsSessionId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aSession, aUser, hoursLater, minutesLater, noon } from '../../support/examples.ts'
import { stepAt } from '../../support/fakes/access/second-factors.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role = 'support') {
  const fakes = openFakes()
  const { users, sessions, factors, codes, clock, audit, staffAccessLog } = fakes
  const [viewer, sam] = [aUser({ name: 'Sol', role }), aUser({ name: 'Sam' })]
  for (const each of [viewer, sam]) users.add(each, { subscription: null })
  const secret = new Secret('secret of Sol')
  await factors.save(acceptCode(createSecondFactor(viewer.id, secret), 0, noon))
  const staffSession = aSession({ userId: viewer.id, kind: 'staff', expiresAt: hoursLater(12) })
  await sessions.open(staffSession)

  const endViewAs = new EndViewAs(fakes)
  const startViewAs = new StartViewAs({ ...fakes, endViewAs })
  const authenticateSession = new AuthenticateViewAs(fakes)
  const code = (drift = 0) => codes.code(secret, stepAt(clock.now()) + drift)
  return {
    ...fakes,
    viewer,
    sam,
    staffSession,
    code,
    endViewAs,
    begin: (overrides: Partial<Parameters<typeof startViewAs.execute>[0]> = {}) =>
      startViewAs.execute({
        by: viewer.id,
        verification: { sessionId: staffSession.id, answer: { code: code() } },
        userId: sam.id,
        reason: ' They see  an empty list ',
        from: anOrigin,
        ...overrides,
      }),
    checkAllowed: (by: UserId, userId: UserId) => startViewAs.checkAllowed({ by, userId }),
    authenticateSession: (id: ViewAsSessionId, staffSessionId: SessionId | null = staffSession.id) =>
      authenticateSession.execute(id, staffSessionId),
    auditedActions: () => audit.entries.map(({ action, after }) => [action, after?.['how'] ?? null]),
    readAccessLog: () => staffAccessLog.latestOf(sam.id, 9),
  }
}

t.test('S-44 a view-as session has a reason and is logged for both sides', async t => {
  const { begin, authenticateSession, viewer, sam, audit, readAccessLog } = await scene()

  const viewAs = await begin()

  t.match(await authenticateSession(viewAs.id), { viewAs, viewer, user: sam })
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: viewer.id,
      action: 'view_as_started',
      userId: sam.id,
      connectionId: null,
      reason: 'They see an empty list',
      before: null,
      after: { viewAs: viewAs.id, endsAt: minutesLater(10).toISOString() },
      from: anOrigin,
    },
  ])
  const accessLog = await readAccessLog()
  t.strictSame(accessLog, [{ how: 'as_seller', viewerName: 'Sol', at: noon, until: minutesLater(10) }])
  t.notMatch(JSON.stringify(accessLog), 'empty list', 'the seller does not see the reason')
})

t.test('S-44 S-46 each view-as session needs a new code, even right after the last one', async t => {
  const { begin, code, clock, staffSession, audit } = await scene()
  const { id: sessionId } = staffSession
  const used = { code: code() }
  await begin({ verification: { sessionId, answer: used } })
  for (const [answer, expected] of [
    [null, 'verification_required'],
    [{ code: 'wrong' }, 'invalid_code'],
    [used, 'invalid_code'],
  ] as const)
    await t.rejects(begin({ verification: { sessionId, answer } }), { code: expected })
  t.equal(audit.entries.length, 1)
  clock.advance(minutes(1))
  await begin()
})

t.test('S-44 without a reason no view-as session begins, and the code stays usable', async t => {
  const { begin, code, staffSession, audit } = await scene()
  const answered = { verification: { sessionId: staffSession.id, answer: { code: code() } } }
  for (const [reason, problem] of [
    [' no ', 'too_short'],
    ['x'.repeat(501), 'too_long'],
  ] as const)
    await t.rejects(begin({ ...answered, reason }), { code: 'invalid_reason', problem })
  t.strictSame(audit.entries, [])
  await begin(answered)
  t.equal(audit.entries.length, 1)
})

t.test('S-44 S-46 only signed-in staff can begin a view-as session', async t => {
  for (const role of ['seller', 'manager'] as const) {
    const { begin, checkAllowed, viewer, sam } = await scene(role)
    await t.rejects(begin(), { code: 'staff_only' }, role)
    await t.rejects(checkAllowed(viewer.id, sam.id), { code: 'staff_only' })
  }
  const { begin, code, staffSession, sessions, clock, viewer, sam, users, audit } = await scene()
  const other = aUser({ role: 'admin' })
  users.add(other, { subscription: null })
  const beginIn = (sessionId: SessionId) => begin({ verification: { sessionId, answer: { code: code() } } })
  await t.rejects(beginIn(anId<SessionId>()), { code: 'invalid_credentials' })
  for (const [sessionFields, code] of [
    [{ userId: viewer.id, kind: 'seller' }, 'staff_only'],
    [{ userId: viewer.id, kind: 'staff_pending_second_factor' }, 'invalid_credentials'],
    [{ userId: other.id, kind: 'staff' }, 'invalid_credentials'],
  ] as const) {
    const session = aSession(sessionFields)
    await sessions.open(session)
    await t.rejects(beginIn(session.id), { code }, sessionFields.kind)
  }
  await sessions.close(staffSession.id, clock.now())
  await t.rejects(begin(), { code: 'invalid_credentials' })
  await t.rejects(begin({ userId: anId<UserId>() }), { code: 'user_not_found' })
  await t.rejects(begin({ by: sam.id }), { code: 'staff_only' })
  t.strictSame(audit.entries, [])
})

t.test('S-44 staff who lose their role while the form is open cannot begin a view-as session', async t => {
  const { begin, users, viewer, audit } = await scene()
  users.meanwhile = async () => users.add({ ...viewer, role: 'seller' }, { subscription: null })
  await t.rejects(begin(), { code: 'staff_only' })
  t.strictSame(audit.entries, [])
})

t.test('S-44 staff cannot view themselves or a support agent', async t => {
  const { begin, checkAllowed, viewer, users, audit } = await scene('admin')
  const agent = aUser({ role: 'support' })
  users.add(agent, { subscription: null })
  for (const [userId, why] of [
    [viewer.id, 'own_account'],
    [agent.id, 'no_dashboard'],
  ] as const) {
    await t.rejects(begin({ userId }), { code: 'cannot_view_as', why })
    await t.rejects(checkAllowed(viewer.id, userId), { code: 'cannot_view_as', why })
  }
  t.strictSame(audit.entries, [])
})

t.test('S-44 a view-as session works only with the sign-in that began it', async t => {
  const { begin, authenticateSession, sessions, viewer } = await scene()
  const { id } = await begin()
  const other = aSession({ userId: viewer.id, kind: 'staff' })
  await sessions.open(other)
  t.ok(await authenticateSession(id))
  t.equal(await authenticateSession(id, other.id), null)
  t.equal(await authenticateSession(id, null), null)
  t.equal(await authenticateSession(anId<ViewAsSessionId>()), null)
})

t.test('S-44 use does not extend a view-as session beyond ten minutes', async t => {
  const { begin, authenticateSession, clock, endViewAs, auditedActions, readAccessLog, audit } = await scene()
  const { id } = await begin()
  for (let minute = 1; minute < 10; minute += 1) {
    clock.advance(minutes(1))
    t.ok(await authenticateSession(id), `minute ${minute}`)
  }
  clock.advance(minutes(1) - 1)
  t.ok(await authenticateSession(id))
  clock.advance(1)
  t.equal(await authenticateSession(id), null)

  clock.advance(minutes(3))
  await Promise.all([endViewAs.endExpired(9), endViewAs.endExpired(9)])
  t.strictSame(auditedActions(), [
    ['view_as_started', null],
    ['view_as_ended', 'expired'],
  ])
  t.has(audit.entries[1], { at: minutesLater(10), from: null, reason: 'They see an empty list' })
  t.has(await readAccessLog(), [{ until: minutesLater(10) }], 'regardless of when the sweep runs')
})

t.test('S-44 stopping a view-as session ends it and no other', async t => {
  const {
    begin,
    authenticateSession,
    clock,
    endViewAs,
    viewer,
    sam,
    staffSession,
    auditedActions,
    readAccessLog,
  } = await scene()
  const { id } = await begin()
  clock.advance(minutes(4))
  t.equal(await endViewAs.stop(viewer.id, anId<SessionId>(), anOrigin), null)
  t.equal(await endViewAs.stop(sam.id, staffSession.id, anOrigin), null)
  t.ok(await authenticateSession(id))

  t.equal(await endViewAs.stop(viewer.id, staffSession.id, anOrigin), sam.id)
  t.equal(await authenticateSession(id), null)
  t.equal(await endViewAs.stop(viewer.id, staffSession.id, anOrigin), null, 'only once')
  await endViewAs.endExpired(9)
  t.strictSame(auditedActions(), [
    ['view_as_started', null],
    ['view_as_ended', 'stopped'],
  ])
  t.has(await readAccessLog(), [{ until: minutesLater(4) }])
})

t.test('S-44 signing out ends the view-as session, and the end is logged', async t => {
  const { begin, authenticateSession, endViewAs, viewer, staffSession, auditedActions } = await scene()
  const { id } = await begin()

  await endViewAs.endAtSignOut(viewer.id, staffSession.id, anOrigin)

  t.equal(await authenticateSession(id), null)
  t.strictSame(auditedActions(), [
    ['view_as_started', null],
    ['view_as_ended', 'signed_out'],
  ])
})

t.test('S-44 the sweep leaves running view-as sessions unchanged', async t => {
  const { begin, authenticateSession, endViewAs } = await scene()
  const { id } = await begin()

  await endViewAs.endExpired(9)

  t.ok(await authenticateSession(id))
})

t.test('S-44 a view-as session ends when the staff member signs out or loses the role', async t => {
  for (const [how, end] of [
    [
      'signed_out',
      async ({ sessions, staffSession, clock }: Awaited<ReturnType<typeof scene>>) =>
        sessions.close(staffSession.id, clock.now()),
    ],
    [
      'role_changed',
      async (setup: Awaited<ReturnType<typeof scene>>) =>
        new ChangeRole(setup).execute({
          about: { userId: setup.viewer.id },
          role: 'seller',
          source: 'command',
        }),
    ],
  ] as const) {
    const setup = await scene()
    const { id } = await setup.begin()
    setup.clock.advance(minutes(2))
    t.ok(await setup.authenticateSession(id))
    await end(setup)
    t.equal(await setup.authenticateSession(id), null, how)
    setup.clock.advance(minutes(1))
    await setup.endViewAs.endExpired(9)
    t.strictSame(setup.auditedActions(), [
      ['view_as_started', null],
      ['view_as_ended', how],
    ])
    t.has(await setup.readAccessLog(), [{ until: minutesLater(2) }])
  }
})

t.test('S-44 a second view-as session replaces the first', async t => {
  const { begin, authenticateSession, clock, users, auditedActions } = await scene()
  const kim = aUser({ name: 'Kim' })
  users.add(kim, { subscription: null })
  const first = await begin()
  clock.advance(minutes(1))

  const second = await begin({ userId: kim.id })

  t.equal(await authenticateSession(first.id), null)
  t.match(await authenticateSession(second.id), { user: kim })
  t.strictSame(auditedActions(), [
    ['view_as_started', null],
    ['view_as_ended', 'replaced'],
    ['view_as_started', null],
  ])
})

t.test('S-43 S-46 only admins can read the audit log, page by page', async t => {
  const setup = await scene('admin')
  for (let count = 0; count < 3; count += 1) {
    await setup.begin()
    setup.clock.advance(minutes(1))
  }
  const listAuditEntries = new ListAuditEntries(setup)
  const noFilter = { staffId: null, userId: null }
  const first = await listAuditEntries.execute(setup.viewer.id, noFilter, { before: null, limit: 3 })
  t.strictSame(
    first.entries.map(({ action }) => action),
    ['view_as_started', 'view_as_ended', 'view_as_started'],
  )
  const rest = await listAuditEntries.execute(setup.viewer.id, noFilter, { before: first.next, limit: 3 })
  t.equal(rest.entries.length, 2)
  t.equal(rest.next, null)
  t.match(rest.entries[0], { staffName: 'Sol', userName: 'Sam' })

  const agent = aUser({ role: 'support' })
  setup.users.add(agent, { subscription: null })
  for (const by of [agent.id, setup.sam.id, anId<UserId>()])
    await t.rejects(listAuditEntries.execute(by, noFilter, { before: null, limit: 3 }), {
      code: 'admins_only',
    })
})
