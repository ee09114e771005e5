import t from 'tap'
import {
  type AskedHelp,
  AskForHelp,
  KnowCircumstances,
  ReadHelpRequests,
} from '../../../src/application/help/index.ts'
import type { Role } from '../../../src/domain/access/person.ts'
import type { HelpFormId } from '../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aGrant,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  aPendingConnection,
  aPerson,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene(role: Role = 'seller') {
  const fakes = openFakes()
  const person = aPerson({ role })
  fakes.people.add(person, { subscription: null })
  const askForHelp = new AskForHelp(fakes)
  const said = {
    message: 'No profile is shown.\nWhy?',
    amazonEmail: 'jane@example.com',
    marketplace: 'Amazon.de',
  }
  return {
    ...fakes,
    person,
    said,
    ask: (its: Partial<AskedHelp> = {}) =>
      askForHelp.run({
        personId: person.id,
        form: anId<HelpFormId>(),
        about: null,
        words: said,
        page: '/dashboard/ads/',
        reference: '7F3A-12C0',
        ...its,
      }),
    kept: () => fakes.helpRequests.latestOf(person.id, 99),
  }
}

t.test('S-30 a support request is stored and on the timeline without its text', async t => {
  const { ask, kept, connections, timeline, person, said } = scene()
  const connection = anActiveConnection({ personId: person.id })
  await connections.save(connection)

  const id = await ask({ about: connection.id })

  const its = { id, personId: person.id, askedAt: noon, connectionId: connection.id, words: said }
  const standing = { state: 'open', since: noon, by: null }
  t.strictSame(await kept(), [{ ...its, page: '/dashboard/ads/', reference: '7F3A-12C0', standing }])
  t.match(timeline.of('help_asked'), [
    { connectionId: connection.id, attemptId: null, happening: { requestId: id } },
  ])
  t.notMatch(JSON.stringify(timeline.entries), /profile is shown|jane@/)
})

t.test('S-30 a request during a pending connection is on the timeline of its attempt', async t => {
  const { ask, pendings, timeline, person, clock } = scene()
  const pending = aPendingConnection({ personId: person.id })
  await pendings.put(pending)

  await ask()
  clock.set(pending.expiresAt)
  await ask()

  t.strictSame(
    timeline.of('help_asked').map(({ attemptId }) => attemptId),
    [pending.attemptId, null],
  )
})

t.test('S-30 a request queues one email to support in its commit, with its number only', async t => {
  const { ask, said, outbox, person, connections, unitOfWork } = scene()
  const connection = anActiveConnection({ personId: person.id })
  await connections.save(connection)
  const form = anId<HelpFormId>()
  unitOfWork.failsToCommit = new Error('the database is gone')
  await t.rejects(ask({ form, about: connection.id }), /the database is gone/)
  t.strictSame(outbox.mails, [])

  const id = await ask({ form, about: connection.id })
  await ask({ form, about: connection.id })

  t.strictSame(outbox.mails, [{ kind: 'help_requested', requestId: id }])
  t.has(outbox.rows.all(), [{ personId: person.id, connectionId: connection.id, dueAt: noon }])
  for (const word of [...Object.values(said), person.name, person.email])
    t.notMatch(JSON.stringify(outbox.rows.all()), word)
})

t.test('S-30 a form sent twice at once makes one request', async t => {
  const { ask, kept, timeline } = scene()
  const form = anId<HelpFormId>()

  const [one, other] = await Promise.all([ask({ form }), ask({ form })])

  t.equal(one, other)
  t.equal(await ask({ form, words: { message: 'Changed', amazonEmail: '', marketplace: '' } }), one)
  t.equal((await kept()).length, 1)
  t.equal(timeline.of('help_asked').length, 1)
})

t.test('S-30 ten requests an hour are accepted, and a repeated one does not count again', async t => {
  const { ask, kept, clock } = scene()
  const form = anId<HelpFormId>()
  const first = await ask({ form })
  for (let sent = 1; sent < 10; sent += 1) {
    clock.set(minutesLater(sent))
    await ask()
  }

  await t.rejects(ask(), { code: 'help_asked_too_often' })
  t.equal(await ask({ form }), first)
  t.equal((await kept()).length, 10)
  clock.set(hoursLater(1))
  t.ok(await ask(), 'an hour after the first')
})

t.test('S-30 an invalid request changes nothing', async t => {
  const { ask, kept, timeline, outbox, said } = scene()
  await t.rejects(ask({ words: { ...said, message: ' ' } }), {
    code: 'help_words_refused',
    fault: 'nothing_said',
  })
  await t.rejects(ask({ words: { ...said, message: 'x'.repeat(4001) } }), {
    code: 'help_words_refused',
    fault: 'too_long',
  })
  t.strictSame(await kept(), [])
  t.strictSame(outbox.mails, [])
  t.strictSame(timeline.entries, [])
})

t.test('S-30 an unknown page or reference is left out of the request', async t => {
  const { ask, kept } = scene()
  await ask({ page: '/password/reset/a-token', reference: 'see <b>' })
  t.match(await kept(), [{ page: null, reference: null }])
})

t.test('S-29 S-30 a request about another user’s account or by a user without pages is rejected', async t => {
  const { ask, kept, connections } = scene()
  const others = anActiveConnection()
  await connections.save(others)
  await t.rejects(ask({ about: others.id }), { code: 'connection_not_found' })
  t.strictSame(await kept(), [])

  const agent = scene('support')
  await t.rejects(agent.ask(), { code: 'dashboard_not_for_staff' })
  t.strictSame(await agent.kept(), [])
})

t.test('S-27 S-30 a request after an erasure names no account', async t => {
  const { ask, kept, connections, person } = scene()
  const erased = anErasedConnection({ personId: person.id })
  await connections.save(erased)
  await ask({ about: erased.id })
  t.match(await kept(), [{ connectionId: null }])
})

t.test('S-30 the form is filled in only with what is known of the user', async t => {
  const fakes = scene()
  const { connections, person } = fakes
  const know = new KnowCircumstances(fakes)
  const grant = aGrant({ amazonUser: anAmazonUser({ email: 'jane@example.com' }) })
  const [own, others] = [anActiveConnection({ personId: person.id, grant }), anActiveConnection()]
  for (const connection of [own, others]) await connections.save(connection)
  const looking = { personId: person.id, named: null, currentId: null }

  const known = { connectionId: own.id, amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' }
  const record = await fakes.sellers.of(person.id)
  t.strictSame(await know.run(record, looking), known)
  t.strictSame(await know.run(record, { ...looking, named: own.id }), known)
  t.strictSame(await know.run(record, { ...looking, named: others.id }), known, 'of another user: ignored')
  const former = aClosedConnection({ personId: person.id, profile: aBritishProfile() })
  await connections.save(former)
  const ofFormer = { connectionId: former.id, marketplace: 'Amazon.co.uk' }
  t.match(await know.run(record, { ...looking, named: former.id }), ofFormer, 'a disconnected account')
})

t.test('S-30 of several accounts, the form uses the one on the screen', async t => {
  const fakes = scene('manager')
  const { connections, person } = fakes
  const know = new KnowCircumstances(fakes)
  const [first, second] = [
    anActiveConnection({ personId: person.id, isExclusive: false }),
    anActiveConnection({ personId: person.id, isExclusive: false, profile: aBritishProfile() }),
  ]
  for (const connection of [first, second]) await connections.save(connection)
  const record = await fakes.sellers.of(person.id)

  for (const currentId of [first.id, second.id])
    t.match(await know.run(record, { personId: person.id, named: null, currentId }), {
      connectionId: currentId,
    })
})

t.test('S-30 an internal error is not treated as an unknown account', async t => {
  const fakes = scene()
  const know = new KnowCircumstances(fakes)
  fakes.connections.get = async () => {
    throw new TypeError('a defect')
  }
  const record = await fakes.sellers.of(fakes.person.id)

  await t.rejects(know.run(record, { personId: fakes.person.id, named: anId(), currentId: null }), TypeError)
})

t.test('S-30 S-46 only staff can read support requests', async t => {
  for (const role of ['support', 'admin', 'manager', 'seller'] as const) {
    const { ask, people, person, ...fakes } = scene()
    const by = aPerson({ role })
    people.add(by, { subscription: null })
    const read = new ReadHelpRequests({ ...fakes, people })
    const id = await ask()
    const reading = read.run({ by: by.id, personId: person.id })
    if (role === 'support' || role === 'admin') t.match(await reading, [{ id }], role)
    else await t.rejects(reading, { code: 'staff_alone' }, role)
  }
})
