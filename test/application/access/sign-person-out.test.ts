import t from 'tap'
import { EndSessions, SignPersonOut } from '../../../src/application/access/index.ts'
import type { Role } from '../../../src/domain/access/person.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { anId, anOrigin, aPerson, aSession, hoursLater, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

/** A user with two sessions and an ended one, and a staff member. */
async function scene(role: Role) {
  const fakes = openAccessFakes()
  const [by, person] = [aPerson({ role }), aPerson({ email: 'sam@example.test', role: 'admin' })]
  for (const each of [by, person]) fakes.people.add(each, { subscription: null })
  const own = aSession({ personId: by.id, kind: 'staff' })
  const open = [aSession({ personId: person.id }), aSession({ personId: person.id, kind: 'staff' })]
  const over = aSession({ personId: person.id, expiresAt: hoursLater(-1) })
  for (const session of [own, ...open, over]) await fakes.sessions.open(session)
  const signPersonOut = new SignPersonOut({ ...fakes, endSessions: new EndSessions(fakes) })
  return {
    ...fakes,
    by,
    person,
    end: (its: Partial<Parameters<typeof signPersonOut.run>[0]> = {}) =>
      signPersonOut.run({
        by: by.id,
        personId: person.id,
        reason: 'A laptop was stolen',
        from: anOrigin,
        ...its,
      }),
    signIns: async (id = person.id) => (await fakes.sessions.openOf(id, noon)).length,
  }
}

t.test('S-43 an admin ends all sessions of a user, and their number is logged', async t => {
  const { end, signIns, audit, by, person } = await scene('admin')

  t.equal(await end({ reason: ' A laptop  was stolen' }), 2)
  t.equal(await end(), 0)

  t.strictSame([await signIns(), await signIns(by.id)], [0, 1])
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'sessions_ended',
      personId: person.id,
      connectionId: null,
      reason: 'A laptop was stolen',
      before: { signIns: 2 },
      after: { signIns: 0, ended: 2 },
      from: anOrigin,
    },
  ])
})

t.test('S-43 S-46 only an admin with a reason can end another user’s sessions', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { end, signIns, audit } = await scene(role)
    await t.rejects(end(), { code: 'admins_alone' }, role)
    t.equal(await signIns(), 2)
    t.strictSame(audit.entries, [])
  }
  const { end, signIns, audit } = await scene('admin')
  await t.rejects(end({ reason: ' no ' }), { code: 'reason_refused' })
  await t.rejects(end({ personId: anId<PersonId>() }), { code: 'person_unknown' })
  t.equal(await signIns(), 2)
  t.strictSame(audit.entries, [])
})

t.test('S-43 no session is ended when the audit entry cannot be written', async t => {
  const { end, signIns, unitOfWork, audit } = await scene('admin')
  unitOfWork.failsToCommit = new Error('the line is cut')
  await t.rejects(end(), { message: 'the line is cut' })
  t.equal(await signIns(), 2)
  t.strictSame(audit.entries, [])
})
