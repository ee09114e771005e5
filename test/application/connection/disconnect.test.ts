import t from 'tap'
import { Disconnect } from '../../../src/application/connection/index.ts'
import { close } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import {
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aPerson,
  aProfile,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const person = aPerson()
  fakes.people.add(person, { subscription: null })
  const disconnect = new Disconnect(fakes)
  return {
    ...fakes,
    person,
    giveUp: (connectionId: ConnectionId, personId: PersonId = person.id) =>
      disconnect.run({ personId, connectionId, erasesData: false }),
  }
}

t.test('S-27 disconnecting erases the token at once and frees the slot, also without a plan', async t => {
  const { giveUp, connections, tokens, timeline, person } = scene()
  for (const held of [
    anActiveConnection({ personId: person.id }),
    anUnauthorisedConnection({ personId: person.id }),
  ]) {
    await connections.save(held)

    await giveUp(held.id)

    const closed = await connections.get(held.id, person.id)
    t.has(closed, { status: 'closed', reason: 'disconnected', closedAt: noon })
    t.notOk('grant' in closed)
    t.equal(await tokens.read(held.id), null)
    t.strictSame(await connections.heldBy(person.id), [])
    t.match(timeline.of('closed').at(-1), {
      personId: person.id,
      connectionId: held.id,
      happening: { reason: 'disconnected' },
    })
  }
})

t.test('S-27 disconnecting ends the open reports of that connection only', async t => {
  const { giveUp, connections, ingestion, ingestions, person } = scene()
  const mine = anActiveConnection({ personId: person.id })
  const others = anActiveConnection()
  for (const connection of [mine, others]) {
    await connections.save(connection)
    await ingestion.run({ connection, kind: 'first' })
  }

  await giveUp(mine.id)

  const [own, foreign] = [await ingestions.latestOf(mine.id), await ingestions.latestOf(others.id)]
  t.ok(own?.reports.every(({ status }) => status === 'failed'))
  t.match(own?.reports[0], { reason: { trouble: 'connection_closed' } })
  t.ok(foreign?.reports.every(({ status }) => status === 'requested'))
})

t.test('S-27 disconnecting twice changes nothing', async t => {
  const { giveUp, connections, timeline, person, clock } = scene()
  const held = anActiveConnection({ personId: person.id })
  await connections.save(held)
  await giveUp(held.id)
  const once = await connections.get(held.id, person.id)
  clock.advance(5000)

  await giveUp(held.id)

  t.strictSame(await connections.get(held.id, person.id), once)
  t.strictSame(timeline.kinds, ['closed'])
})

t.test('S-27 a connection that another tab closed in the meantime is not closed twice', async t => {
  const { giveUp, connections, people, timeline, person } = scene()
  const held = anActiveConnection({ personId: person.id })
  const closed = close(held, 'replaced', noon)
  await connections.save(held)
  people.meanwhile = () => connections.save(closed)

  await giveUp(held.id)

  t.equal(await connections.find(held.id), closed)
  t.strictSame(timeline.kinds, [])
})

t.test('S-29 another user’s connection is not found and stays connected', async t => {
  const { giveUp, connections, people } = scene()
  const others = anActiveConnection()
  people.add(aPerson({ id: others.personId }), { subscription: null })
  await connections.save(others)

  await t.rejects(giveUp(others.id), { code: 'connection_not_found' })
  await t.rejects(giveUp(anId<ConnectionId>()), { code: 'connection_not_found' })

  t.equal(await connections.find(others.id), others)
})

t.test('S-27 a user with several connections closes only the chosen one', async t => {
  const { giveUp, connections, person } = scene()
  const first = anActiveConnection({ personId: person.id, isExclusive: false })
  const second = anActiveConnection({
    personId: person.id,
    isExclusive: false,
    profile: aProfile({ id: '2' as typeof first.profile.id }),
  })
  await connections.save(first)
  await connections.save(second)

  await giveUp(first.id)

  t.strictSame(await connections.heldBy(person.id), [second])
})

t.test('S-27 closing a connection and its timeline entry are written in one commit', async t => {
  const { giveUp, connections, unitOfWork, timeline, person } = scene()
  const held = anActiveConnection({ personId: person.id })
  await connections.save(held)
  unitOfWork.failsToCommit = new Error('the database is gone')

  await t.rejects(giveUp(held.id), /the database is gone/)

  t.equal(await connections.find(held.id), held)
  t.strictSame(timeline.kinds, [])
})

t.test('S-31 disconnecting queues one email in the same commit', async t => {
  const { giveUp, connections, outbox, unitOfWork, person } = scene()
  const held = anActiveConnection({ personId: person.id })
  await connections.save(held)
  unitOfWork.failsToCommit = new Error('the database is gone')
  await t.rejects(giveUp(held.id), /the database is gone/)
  t.strictSame(outbox.mails, [])

  await giveUp(held.id)
  await giveUp(held.id)

  t.match(outbox.mails, [{ kind: 'connection_disconnected', account: 'My Brand US — Amazon.com' }])
  t.equal(outbox.mails.length, 1)
})

t.test('S-27 S-31 the email about an immediate erasure contains no names', async t => {
  const fakes = scene()
  const { connections, outbox, person } = fakes
  const held = anActiveConnection({ personId: person.id })
  await connections.save(held)

  await new Disconnect(fakes).run({ personId: person.id, connectionId: held.id, erasesData: true })

  t.match(outbox.rows.all(), [{ connectionId: null, mail: { kind: 'connection_erased' } }])
  t.notMatch(JSON.stringify(outbox.rows.all()), held.id)
})
