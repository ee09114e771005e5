import t from 'tap'
import { AuthenticateSession } from '../../../src/application/access/authenticate-session.ts'
import { EndSessions } from '../../../src/application/access/end-sessions.ts'
import { PurgeExpiredAccess } from '../../../src/application/access/purge-expired-access.ts'
import { openSession, type SessionKind } from '../../../src/domain/access/session.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import type { SessionId } from '../../../src/domain/identifiers.ts'
import { anId, aSession, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(kind: SessionKind = 'seller', role: Role = 'admin') {
  const fakes = openFakes()
  const user = aUser({ role })
  fakes.users.add(user, { subscription: null })
  const session = openSession({ id: anId<SessionId>(), userId: user.id, kind, device: 'Firefox' }, noon)
  await fakes.sessions.open(session)
  const authenticateSession = new AuthenticateSession(fakes)
  return {
    ...fakes,
    user,
    session,
    authenticateSession,
    authenticateAs: (asKind: SessionKind) => authenticateSession.execute(session.id, asKind),
  }
}

t.test('S-01 a session is recognised only as its own kind', async t => {
  const kinds = ['seller', 'staff', 'staff_pending_second_factor'] as const
  for (const kind of kinds) {
    const { authenticateAs, session, user } = await scene(kind)
    for (const asKind of kinds)
      t.strictSame(
        await authenticateAs(asKind),
        asKind === kind ? { session, user } : null,
        `${kind} as ${asKind}`,
      )
  }
})

t.test('S-01 a session ends when the user’s role no longer allows it', async t => {
  t.equal(await (await scene('seller', 'support')).authenticateAs('seller'), null)
  for (const role of ['seller', 'manager'] as const) {
    t.equal(await (await scene('staff', role)).authenticateAs('staff'), null, role)
    t.equal(
      await (await scene('staff_pending_second_factor', role)).authenticateAs('staff_pending_second_factor'),
      null,
      role,
    )
  }
})

t.test('S-01 use extends a session and is written at most once a minute', async t => {
  const { authenticateAs, clock, sessions } = await scene('staff')
  for (let second = 0; second < 600; second += 10) {
    await authenticateAs('staff')
    clock.advance(10_000)
  }
  t.equal(sessions.touchCount, 9)

  clock.advance(minutes(28))
  const authenticated = await authenticateAs('staff')
  t.strictSame(
    authenticated?.session.expiresAt,
    after(clock.now(), minutes(30)),
    'the current expiry is returned',
  )
  clock.advance(minutes(30) - 1)
  t.ok(await authenticateAs('staff'))
  clock.advance(minutes(30))
  t.equal(await authenticateAs('staff'), null)
})

t.test('S-01 S-45 a read-only check authenticates a session without recording its use', async t => {
  const { authenticateSession, session, user, sessions, clock } = await scene('staff')
  t.strictSame(await authenticateSession.peek(session.id, 'staff'), { session, user })
  t.equal(await authenticateSession.peek(session.id, 'seller'), null)
  clock.advance(minutes(30) - 1)
  t.strictSame(
    await authenticateSession.peek(session.id, 'staff'),
    { session, user },
    'the session is unchanged',
  )
  t.equal(sessions.touchCount, 0)
  clock.advance(1)
  t.equal(await authenticateSession.peek(session.id, 'staff'), null)
  const demoted = await scene('staff', 'seller')
  t.equal(await demoted.authenticateSession.peek(demoted.session.id, 'staff'), null)
})

t.test('S-01 a session ends at its maximum age however often it is used', async t => {
  for (const [kind, interval, maximumAge] of [
    ['seller', hours(24), hours(14 * 24)],
    ['staff', minutes(20), hours(12)],
  ] as const) {
    const { authenticateAs, clock } = await scene(kind)
    let age = 0
    while (age <= 2 * maximumAge && (await authenticateAs(kind))) {
      clock.advance(interval)
      age += interval
    }
    t.equal(age, maximumAge, kind)
  }
})

t.test('S-01 a user can end one session, all others or all of them', async t => {
  const { sessions, user, session, ...fakes } = await scene()
  const endSessions = new EndSessions({ sessions, clock: fakes.clock })
  const [second, third] = [aSession({ userId: user.id }), aSession({ userId: user.id })]
  for (const each of [second, third]) await sessions.open(each)
  const activeSessionIds = async () => (await sessions.activeByUser(user.id, noon)).map(({ id }) => id).sort()

  await endSessions.endOne(aSession({ userId: aUser().id }), second.id)
  t.equal((await activeSessionIds()).length, 3, 'another user’s sessions cannot be ended')
  await endSessions.endOne(session, second.id)
  t.strictSame(await activeSessionIds(), [session.id, third.id].sort())
  await endSessions.endOthers(third)
  t.strictSame(await activeSessionIds(), [third.id])
  await sessions.open(second)
  fakes.clock.advance(minutes(5))
  await t.rejects(endSessions.endOne(third, second.id), { code: 'verification_required' })
  await t.rejects(endSessions.endOthers(third), { code: 'verification_required' })
  t.equal((await activeSessionIds()).length, 2, 'ending others needs a fresh verification')
  await endSessions.endAll(user.id)
  t.strictSame(await activeSessionIds(), [])
})

t.test('S-01 a session is erased 30 days after its end', async t => {
  const fakes = await scene()
  const { session, user, sessions, clock } = fakes
  const sweep = new PurgeExpiredAccess(fakes)
  const isStored = async () =>
    (await sessions.activeByUser(user.id, noon)).some(({ id }) => id === session.id)

  clock.advance(hours(24 * 37) - 1)
  await sweep.execute()
  t.ok(await isStored())
  clock.advance(1)
  await sweep.execute()
  t.notOk(await isStored())
})
