import t from 'tap'
import { AskAllToAuthoriseAgain } from '../../../src/admin/overview/ask-all-to-authorise-again.ts'
import { RecordAuthorisationLoss } from '../../../src/application/connection/authorisation/get-access-token.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { anActiveConnection, anOrigin, aSession, aUser, minutesLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** Sellers whose tokens Amazon rejected, and one whose token it didn't. */
async function scene({ role = 'admin', count = 3 }: { role?: Role; count?: number } = {}) {
  const fakes = openFakes()
  const by = aUser({ role })
  fakes.users.add(by, { subscription: null })
  const session = aSession({ userId: by.id, kind: 'staff' })
  await fakes.sessions.open(session)
  const connections = Array.from({ length: count + 1 }, () => anActiveConnection())
  for (const connection of connections) {
    fakes.users.add(aUser({ id: connection.userId }), { subscription: null })
    await fakes.connections.save(connection)
  }
  const [working, ...doubted] = connections
  for (const { id, pendingConnectionId } of doubted)
    await fakes.connections.recordDoubt(id, pendingConnectionId, noon)
  const askAll = new AskAllToAuthoriseAgain({
    ...fakes,
    recordAuthorisationLoss: new RecordAuthorisationLoss(fakes),
  })
  const statuses = () => fakes.connections.all.map(({ status }) => status)
  return {
    ...fakes,
    by,
    working,
    doubted,
    statuses,
    count: () => askAll.count({ by: by.id }),
    ask: () =>
      askAll.execute({
        by: by.id,
        reason: 'The client secret was changed',
        from: anOrigin,
        verification: { sessionId: session.id, answer: null },
      }),
  }
}

t.test(
  'S-26 an admin asks all sellers in doubt to authorise again: audited, with one email each',
  async t => {
    const { count, ask, connections, doubted, working, audit, outbox, timeline, by } = await scene()
    t.equal(await count(), 3)

    for (const _ of [1, 2]) await ask()

    for (const { id } of doubted)
      t.match(await connections.find(id), { status: 'needs_authorisation', why: 'marked_by_staff' })
    t.match(working && (await connections.find(working.id)), { status: 'active' })
    t.match(audit.entries, [
      {
        action: 'all_asked_to_authorise',
        staffId: by.id,
        reason: 'The client secret was changed',
        before: { inDoubt: 3 },
      },
    ])
    t.equal(audit.entries.length, 1)
    t.strictSame(timeline.kinds, ['authorisation_lost', 'authorisation_lost', 'authorisation_lost'])
    const first = outbox.emails.filter(email => 'reminder' in email && email.reminder === 0)
    t.equal(first.length, 3)
    t.equal(await count(), 0)
  },
)

t.test('S-26 an interrupted request is continued by the next one', async t => {
  const { ask, statuses, connections, doubted } = await scene({ count: 3 })
  const { find } = connections
  connections.find = async id => {
    if (id === doubted[1]?.id) throw new Error('the process is killed')
    return find.call(connections, id)
  }
  await t.rejects(ask())
  t.strictSame(statuses().toSorted(), ['active', 'active', 'active', 'needs_authorisation'])

  connections.find = find
  await ask()

  t.equal(statuses().filter(status => status === 'active').length, 1)
})

t.test('S-26 more sellers than one request asks are left for the next', async t => {
  const { ask, count } = await scene({ count: 501 })
  await ask()
  t.equal(await count(), 1)
  await ask()
  t.equal(await count(), 0)
})

t.test('S-26 once an earlier token works again, no one is asked', async t => {
  const { ask, statuses, audit, tokens, working } = await scene()
  if (!working) throw new Error('no connection')
  const claim = await tokens.claimRefresh(working.id, (await tokens.read(working.id))?.version ?? -1)
  const { accessToken, refreshToken } = { accessToken: working.grant.refreshToken, refreshToken: null }
  if (claim) await tokens.store(working.id, claim, { accessToken, refreshToken, expiresAt: minutesLater(61) })

  await ask()

  t.strictSame(new Set(statuses()), new Set(['active']))
  t.strictSame(audit.entries, [])
})

t.test('S-43 S-46 only an admin can ask all sellers', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { ask, count, statuses } = await scene({ role })
    await t.rejects(ask(), { code: 'admins_only' })
    await t.rejects(count(), { code: 'admins_only' })
    t.strictSame(new Set(statuses()), new Set(['active']))
  }
})
