import t from 'tap'
import { Disconnect } from '../../../src/application/connection/disconnect.ts'
import { close } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import { anActiveConnection, anId, anUnauthorisedConnection, aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: null })
  const disconnect = new Disconnect(fakes)
  return {
    ...fakes,
    user,
    disconnect: (connectionId: ConnectionId, userId: UserId = user.id) =>
      disconnect.execute({ userId, connectionId, erasesData: false }),
  }
}

t.test('S-27 disconnecting erases the token at once and frees the slot, even without a plan', async t => {
  const { disconnect, connections, tokens, timeline, user } = scene()
  for (const connection of [
    anActiveConnection({ userId: user.id }),
    anUnauthorisedConnection({ userId: user.id }),
  ]) {
    await connections.save(connection)

    await disconnect(connection.id)

    const closed = await connections.get(connection.id, user.id)
    t.has(closed, { status: 'closed', reason: 'disconnected', closedAt: noon })
    t.notOk('grant' in closed)
    t.equal(await tokens.read(connection.id), null)
    t.strictSame(await connections.liveByUser(user.id), [])
    t.match(timeline.of('closed').at(-1), {
      userId: user.id,
      connectionId: connection.id,
      event: { reason: 'disconnected' },
    })
  }
})

t.test('S-27 disconnecting ends the open reports of that connection only', async t => {
  const { disconnect, connections, requestSync, syncRuns, user } = scene()
  const ownConnection = anActiveConnection({ userId: user.id })
  const othersConnection = anActiveConnection()
  for (const connection of [ownConnection, othersConnection]) {
    await connections.save(connection)
    await requestSync.execute({ connection, kind: 'initial' })
  }

  await disconnect(ownConnection.id)

  const [ownSync, othersSync] = [
    await syncRuns.latestOf(ownConnection.id),
    await syncRuns.latestOf(othersConnection.id),
  ]
  t.ok(ownSync?.reports.every(({ status }) => status === 'failed'))
  t.match(ownSync?.reports[0], { reason: { error: 'connection_closed' } })
  t.ok(othersSync?.reports.every(({ status }) => status === 'requested'))
})

t.test('S-27 disconnecting twice changes nothing', async t => {
  const { disconnect, connections, timeline, user, clock } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)
  await disconnect(connection.id)
  const closed = await connections.get(connection.id, user.id)
  clock.advance(5000)

  await disconnect(connection.id)

  t.strictSame(await connections.get(connection.id, user.id), closed)
  t.strictSame(timeline.kinds, ['closed'])
})

t.test('S-27 a connection that another tab closed in the meantime is not closed twice', async t => {
  const { disconnect, connections, users, timeline, user } = scene()
  const connection = anActiveConnection({ userId: user.id })
  const closed = close(connection, 'replaced', noon)
  await connections.save(connection)
  users.meanwhile = () => connections.save(closed)

  await disconnect(connection.id)

  t.equal(await connections.find(connection.id), closed)
  t.strictSame(timeline.kinds, [])
})

t.test('S-29 another user’s connection is not found and stays connected', async t => {
  const { disconnect, connections, users } = scene()
  const othersConnection = anActiveConnection()
  users.add(aUser({ id: othersConnection.userId }), { subscription: null })
  await connections.save(othersConnection)

  await t.rejects(disconnect(othersConnection.id), { code: 'connection_not_found' })
  await t.rejects(disconnect(anId<ConnectionId>()), { code: 'connection_not_found' })

  t.equal(await connections.find(othersConnection.id), othersConnection)
})

t.test('S-31 disconnecting queues one email in the same commit', async t => {
  const { disconnect, connections, outbox, unitOfWork, timeline, user } = scene()
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)
  unitOfWork.commitError = new Error('the database is gone')
  await t.rejects(disconnect(connection.id), /the database is gone/)
  t.equal(await connections.find(connection.id), connection)
  t.strictSame([outbox.emails, timeline.kinds], [[], []])

  await disconnect(connection.id)
  await disconnect(connection.id)

  t.match(outbox.emails, [{ kind: 'connection_disconnected', account: 'My Brand US — Amazon.com' }])
  t.equal(outbox.emails.length, 1)
})

t.test('S-27 S-31 the email about an immediate erasure does not identify the connection', async t => {
  const fakes = scene()
  const { connections, outbox, user } = fakes
  const connection = anActiveConnection({ userId: user.id })
  await connections.save(connection)

  await new Disconnect(fakes).execute({ userId: user.id, connectionId: connection.id, erasesData: true })

  t.match(outbox.rows.all(), [{ connectionId: null, message: { kind: 'connection_erased' } }])
  t.notMatch(JSON.stringify(outbox.rows.all()), connection.id)
})
