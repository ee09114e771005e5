import t from 'tap'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import { Disconnect } from '../../../src/application/connection/disconnect.ts'
import { EraseConnections } from '../../../src/application/connection/erase-connections.ts'
import { RequestErasure } from '../../../src/application/connection/request-erasure.ts'
import { hours } from '../../../src/domain/calendar.ts'
import { ConnectionNotFound, StillConnected } from '../../../src/domain/connection/errors.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import {
  anActiveConnection,
  anErasedConnection,
  anId,
  aPendingConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  noon,
  regionResultsWith,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const thirtyDays = hours(30 * 24)

async function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const session = aSession({ userId: user.id, expiresAt: hoursLater(2000) })
  await fakes.sessions.open(session)
  const connection = anActiveConnection({ userId: user.id })
  await fakes.connections.save(connection)
  await fakes.unitOfWork.transaction(() => fakes.requestSync.execute({ connection, kind: 'initial' }))
  const by = { userId: user.id, connectionId: connection.id }
  const disconnect = new Disconnect(fakes)
  const erase = new EraseConnections(fakes)
  const requestErasure = new RequestErasure(fakes)
  return {
    ...fakes,
    user,
    connection,
    disconnect: (overrides: { erasesData?: boolean } = {}) =>
      disconnect.execute({ ...by, erasesData: false, ...overrides }),
    requestErasure: (overrides: { userId?: UserId; connectionId?: ConnectionId } = {}) =>
      requestErasure.execute({ ...by, ...overrides }),
    erase: () => erase.execute(10),
    storedConnection: () => fakes.connections.find(connection.id),
    async chooseAgain() {
      await fakes.pendingConnections.put(
        aPendingConnection({
          userId: user.id,
          regionResults: regionResultsWith(aProfile()),
          expiresAt: hoursLater(2000),
        }),
      )
      return new ChooseProfile(fakes).execute({
        userId: user.id,
        sessionId: session.id,
        profileId: connection.profile.id,
        pendingId: null,
        replace: null,
        confirmedUserId: null,
        reauthorisedConnectionId: null,
      })
    },
  }
}

t.test('S-27 a disconnected connection is retained for thirty days and then erased', async t => {
  const { disconnect, erase, storedConnection, syncRuns, connection, clock, timeline } = await scene()
  await disconnect()

  clock.advance(thirtyDays - 1)
  t.equal(await erase(), 0)
  t.equal((await storedConnection())?.status, 'closed')
  t.ok(await syncRuns.latestOf(connection.id))

  clock.advance(1)
  t.equal(await erase(), 1)
  const { id, userId, connectedAt } = connection
  t.strictSame(await storedConnection(), {
    status: 'erased',
    id,
    userId,
    connectedAt,
    closedAt: noon,
    reason: 'disconnected',
  })
  t.equal(await syncRuns.latestOf(connection.id), null)
  const about = { userId, connectionId: id }
  t.has(timeline.entries.slice(-2), [
    { ...about, event: { kind: 'erasure_started' } },
    { ...about, event: { kind: 'erased' } },
  ])
  t.equal(await erase(), 0, 'nothing is left to erase')
})

t.test('S-27 a seller can have data erased at once, and asking again changes nothing', async t => {
  const { disconnect, requestErasure, erase, storedConnection, clock, timeline, connection } = await scene()
  await disconnect()
  clock.advance(hours(5))

  await requestErasure()
  await requestErasure()
  t.equal(await erase(), 1)
  await requestErasure()

  t.equal((await storedConnection())?.status, 'erased')
  const [requested, ...again] = timeline.of('erasure_requested')
  t.has(requested, { userId: connection.userId, connectionId: connection.id })
  t.strictSame(again, [])
})

t.test('S-27 disconnecting and erasing can be one step', async t => {
  const { disconnect, erase, storedConnection, timeline } = await scene()

  await disconnect({ erasesData: true })

  t.strictSame(timeline.kinds.slice(-2), ['closed', 'erasure_requested'])
  t.equal(await erase(), 1)
  t.equal((await storedConnection())?.status, 'erased')
})

t.test('S-27 a live connection cannot be erased', async t => {
  const { requestErasure, erase, storedConnection, connection } = await scene()

  await t.rejects(requestErasure(), StillConnected)

  t.equal(await erase(), 0)
  t.strictSame(await storedConnection(), connection)
})

t.test('S-29 another user’s or an unknown connection cannot be erased', async t => {
  const { disconnect, requestErasure, storedConnection, users } = await scene()
  await disconnect()
  const stranger = aUser()
  users.add(stranger, { subscription: aSubscription() })

  await t.rejects(requestErasure({ userId: stranger.id }), ConnectionNotFound)
  await t.rejects(requestErasure({ connectionId: anId<ConnectionId>() }), ConnectionNotFound)

  t.has(await storedConnection(), { status: 'closed', eraseAt: hoursLater(30 * 24) })
})

t.test('S-27 choosing the same profile within thirty days reopens the same connection', async t => {
  const { disconnect, chooseAgain, erase, storedConnection, syncRuns, connection, clock, timeline } =
    await scene()
  await disconnect()
  clock.advance(thirtyDays - 1)

  t.strictSame(await chooseAgain(), { outcome: 'reopened', connectionId: connection.id })

  t.has(await storedConnection(), {
    status: 'active',
    id: connection.id,
    connectedAt: connection.connectedAt,
  })
  t.has((await syncRuns.latestOf(connection.id))?.run, { kind: 'reauthorisation' })
  t.ok(await syncRuns.latestOf(connection.id, ['initial']), 'the earlier data is still there')
  t.has(timeline.of('reopened'), [{ connectionId: connection.id }])
  clock.advance(hours(5))
  t.equal(await erase(), 0, 'the erasure is cancelled')
})

t.test('S-17 S-27 a reopened connection follows the user’s current role', async t => {
  const { disconnect, chooseAgain, storedConnection, connections, connection } = await scene()
  await connections.save({ ...connection, isExclusive: false })
  await disconnect()

  await chooseAgain()

  t.match(await storedConnection(), { status: 'active', isExclusive: true })
})

t.test('S-27 after thirty days or an erase request, choosing the profile makes a new connection', async t => {
  for (const end of ['time', 'request'] as const) {
    const { disconnect, requestErasure, chooseAgain, connection, clock } = await scene()
    await disconnect()
    if (end === 'time') clock.advance(thirtyDays)
    else await requestErasure()

    const chosen = await chooseAgain()

    t.equal(chosen.outcome, 'connected', end)
    t.ok('connectionId' in chosen && chosen.connectionId !== connection.id)
  }
})

t.test('S-27 choosing a profile during its erasure makes a new connection', async t => {
  const { disconnect, chooseAgain, connections, connection, clock, erasures, erase, storedConnection } =
    await scene()
  await disconnect()
  clock.advance(thirtyDays)
  let chosen: Awaited<ReturnType<typeof chooseAgain>> | null = null
  const eraseFigures = erasures.eraseFigures.bind(erasures)
  erasures.eraseFigures = async id => {
    // A web process whose clock is a minute behind.
    clock.set(hoursLater(30 * 24 - 1 / 60))
    chosen = await chooseAgain()
    await eraseFigures(id)
  }

  await erase()

  t.match(chosen, { outcome: 'connected' })
  t.equal((await storedConnection())?.status, 'erased')
  t.equal((await connections.liveByUser(connection.userId)).length, 1)
})

t.test('S-27 a connection reopened just before its erasure keeps its figures', async t => {
  const { disconnect, erase, erasures, storedConnection, clock, users, connections, connection, timeline } =
    await scene()
  await disconnect()
  clock.advance(thirtyDays)
  users.meanwhile = () => connections.save(connection)
  let erasureCount = 0
  erasures.eraseFigures = async () => {
    erasureCount += 1
  }

  await erase()

  t.equal(await storedConnection(), connection)
  t.equal(erasureCount, 0)
  t.strictSame(timeline.of('erasure_started'), [])
})

t.test('S-27 an erasure that a killed worker began is completed and logged once', async t => {
  const { disconnect, erase, erasures, storedConnection, clock, timeline } = await scene()
  await disconnect()
  clock.advance(thirtyDays)
  const eraseFigures = erasures.eraseFigures.bind(erasures)
  erasures.eraseFigures = async () => {
    throw new Error('killed')
  }
  await t.rejects(erase(), { errors: [{ message: 'killed' }] })
  t.equal((await storedConnection())?.status, 'erasing')

  erasures.eraseFigures = eraseFigures
  await Promise.all([erase(), erase()])

  t.equal((await storedConnection())?.status, 'erased')
  t.equal(timeline.of('erasure_started').length, 1)
  t.equal(timeline.of('erased').length, 1)
})

t.test('S-27 a connection that cannot be erased does not block the others', async t => {
  const { disconnect, erase, erasures, connections, storedConnection, clock } = await scene()
  await disconnect()
  clock.advance(thirtyDays)
  const broken = anErasedConnection({
    status: 'erasing',
    userId: (await storedConnection())?.userId as UserId,
  })
  await connections.save(broken)
  const eraseFigures = erasures.eraseFigures.bind(erasures)
  erasures.eraseFigures = id => (id === broken.id ? Promise.reject(new Error('no disk')) : eraseFigures(id))

  await t.rejects(erase(), AggregateError)

  t.equal((await storedConnection())?.status, 'erased')
  t.equal((await connections.find(broken.id))?.status, 'erasing')
})

t.test('S-27 S-31 a closure email sent after the erasure contains no name', async t => {
  const { disconnect, requestErasure, erase, outbox } = await scene()
  await disconnect()
  await requestErasure()
  await erase()

  t.strictSame(
    outbox.rows.all().map(({ message, connectionId }) => [message.kind, connectionId]),
    [['connection_erased', null]],
  )
})

t.test('S-27 S-31 a closure email that was sent is not sent again', async t => {
  const { disconnect, requestErasure, erase, outbox, clock } = await scene()
  await disconnect()
  const claimed = await outbox.claim(clock.now())
  if (!claimed) throw new Error('the closure email is not due')
  await outbox.complete(claimed, { outcome: 'sent', at: clock.now(), subject: 'x', text: 'x' })
  await requestErasure()
  await erase()

  t.strictSame(outbox.rows.all(), [])
})
