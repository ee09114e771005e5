import t from 'tap'
import {
  BeginViewing,
  ChangeRole,
  EndViewing,
  ReadAudit,
  RecogniseViewing,
} from '../../../src/application/access/index.ts'
import type { Role } from '../../../src/domain/access/person.ts'
import { beginSecondFactor, takeCode } from '../../../src/domain/access/second-factor.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import type { PersonId, SessionId, ViewingId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, anOrigin, aPerson, aSession, hoursLater, minutesLater, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'
import { stepAt } from '../../support/fakes/second-factors.ts'

async function scene(role: Role = 'support') {
  const fakes = openAccessFakes()
  const { people, sessions, factors, codes, clock, audit, views } = fakes
  const [viewer, sam] = [aPerson({ name: 'Sol', role }), aPerson({ name: 'Sam' })]
  for (const each of [viewer, sam]) people.add(each, { subscription: null })
  const secret = new Secret('of Sol')
  await factors.save(takeCode(beginSecondFactor(viewer.id, secret), 0, noon))
  const signIn = aSession({ personId: viewer.id, kind: 'staff', expiresAt: hoursLater(12) })
  await sessions.open(signIn)

  const endViewing = new EndViewing(fakes)
  const beginViewing = new BeginViewing({ ...fakes, endViewing })
  const recognise = new RecogniseViewing(fakes)
  const code = (drift = 0) => codes.code(secret, stepAt(clock.now()) + drift)
  return {
    ...fakes,
    viewer,
    sam,
    signIn,
    code,
    endViewing,
    begin: (its: Partial<Parameters<typeof beginViewing.run>[0]> = {}) =>
      beginViewing.run({
        by: viewer.id,
        staffSessionId: signIn.id,
        personId: sam.id,
        reason: ' They see  an empty list ',
        code: code(),
        from: anOrigin,
        ...its,
      }),
    asks: (by: PersonId, personId: PersonId) => beginViewing.asks({ by, personId }),
    recognise: (id: ViewingId, staffSessionId: SessionId | null = signIn.id) =>
      recognise.run(id, staffSessionId),
    deeds: () => audit.entries.map(({ action, after }) => [action, after?.['how'] ?? null]),
    told: () => views.latestOf(sam.id, 9),
  }
}

t.test('S-44 with a reason and a fresh code a view-as session begins, logged for both sides', async t => {
  const { begin, recognise, viewer, sam, audit, told } = await scene()

  const viewing = await begin()

  t.match(await recognise(viewing.id), { viewing, viewer, person: sam })
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: viewer.id,
      action: 'view_begun',
      personId: sam.id,
      connectionId: null,
      reason: 'They see an empty list',
      before: null,
      after: { viewing: viewing.id, endsAt: minutesLater(10).toISOString() },
      from: anOrigin,
    },
  ])
  const seen = await told()
  t.strictSame(seen, [{ looked: 'as_seller', viewerName: 'Sol', at: noon, until: minutesLater(10) }])
  t.notMatch(JSON.stringify(seen), 'empty list', 'the seller does not see the reason')
})

t.test('S-44 without a reason no view-as session begins, and the code stays usable', async t => {
  const { begin, code, audit } = await scene()
  const same = code()
  await t.rejects(begin({ reason: ' no ', code: same }), { code: 'reason_refused', fault: 'too_short' })
  await t.rejects(begin({ reason: 'x'.repeat(501), code: same }), {
    code: 'reason_refused',
    fault: 'too_long',
  })
  t.strictSame(audit.entries, [])
  await begin({ code: same })
  t.equal(audit.entries.length, 1)
})

t.test('S-44 S-46 a wrong code, a used code or a recovery code begins no view-as session', async t => {
  const { begin, code, clock, factors, viewer, deeds } = await scene('admin')
  await factors.saveRecoveryCodes(viewer.id, [new Secret('4f9k-0zq2-8mwe-hx1c')])
  await t.rejects(begin({ code: 'wrong' }), { code: 'code_refused' })
  await t.rejects(begin({ code: '4f9k-0zq2-8mwe-hx1c' }), { code: 'code_refused' })
  t.ok(await factors.spendRecoveryCode(viewer.id, new Secret('4f9k-0zq2-8mwe-hx1c')), 'the code stays usable')
  t.equal((await factors.of(viewer.id))?.wrongCodes, 2)
  const used = code()
  await begin({ code: used })
  await t.rejects(begin({ code: used }), { code: 'code_refused' })
  clock.advance(minutes(1))
  const late = code(-1)
  await begin({ code: late })
  await t.rejects(begin({ code: late }), { code: 'code_refused' }, 'a used code is rejected at any time')
  t.equal(deeds().filter(([action]) => action === 'view_begun').length, 2)
})

t.test('S-44 S-46 no view-as session begins without a confirmed second factor', async t => {
  const { begin, factors, viewer, code, deeds } = await scene()
  await factors.save(beginSecondFactor(viewer.id, new Secret('of Sol')))
  await t.rejects(begin({ code: code() }), { code: 'code_refused' })
  await factors.remove(viewer.id)
  await t.rejects(begin({ code: code() }), { code: 'code_refused' })
  t.strictSame(deeds(), [])
})

t.test('S-44 S-46 five wrong codes in a row lock the second factor, also for sign-ins', async t => {
  const { begin, code, clock, factors, viewer, audit } = await scene()
  for (let tries = 0; tries < 4; tries += 1)
    await t.rejects(begin({ code: 'wrong' }), { code: 'code_refused' })
  await t.rejects(begin({ code: 'wrong' }), { code: 'codes_paused' })
  await t.rejects(begin({ code: code() }), { code: 'codes_paused' })
  t.equal((await factors.of(viewer.id))?.wrongCodes, 5)
  t.strictSame(audit.entries, [])
  clock.advance(minutes(15))
  await begin()
})

t.test('S-44 S-46 only signed-in staff can begin a view-as session', async t => {
  for (const role of ['seller', 'manager'] as const) {
    const { begin, asks, viewer, sam } = await scene(role)
    await t.rejects(begin(), { code: 'staff_alone' }, role)
    await t.rejects(asks(viewer.id, sam.id), { code: 'staff_alone' })
  }
  const { begin, signIn, sessions, clock, viewer, sam, people, audit } = await scene()
  const other = aPerson({ role: 'admin' })
  people.add(other, { subscription: null })
  await t.rejects(begin({ staffSessionId: anId<SessionId>() }), { code: 'staff_alone' })
  for (const its of [
    { personId: viewer.id, kind: 'seller' },
    { personId: viewer.id, kind: 'half_staff' },
    { personId: other.id, kind: 'staff' },
  ] as const) {
    const session = aSession(its)
    await sessions.open(session)
    await t.rejects(begin({ staffSessionId: session.id }), { code: 'staff_alone' }, its.kind)
  }
  await sessions.close(signIn.id, clock.now())
  await t.rejects(begin(), { code: 'staff_alone' })
  await t.rejects(begin({ personId: anId<PersonId>() }), { code: 'person_unknown' })
  await t.rejects(begin({ by: sam.id }), { code: 'staff_alone' })
  t.strictSame(audit.entries, [])
})

t.test('S-44 a role lost while the form is open begins no view-as session', async t => {
  const { begin, people, viewer, audit } = await scene()
  people.meanwhile = async () => people.add({ ...viewer, role: 'seller' }, { subscription: null })
  await t.rejects(begin(), { code: 'staff_alone' })
  t.strictSame(audit.entries, [])
})

t.test('S-44 staff cannot view themselves or a support agent', async t => {
  const { begin, asks, viewer, people, audit } = await scene('admin')
  const agent = aPerson({ role: 'support' })
  people.add(agent, { subscription: null })
  for (const [personId, why] of [
    [viewer.id, 'oneself'],
    [agent.id, 'no_dashboard'],
  ] as const) {
    await t.rejects(begin({ personId }), { code: 'not_to_be_viewed', why })
    await t.rejects(asks(viewer.id, personId), { code: 'not_to_be_viewed', why })
  }
  t.strictSame(audit.entries, [])
})

t.test('S-44 a view-as session works only with the sign-in that began it', async t => {
  const { begin, recognise, sessions, viewer } = await scene()
  const { id } = await begin()
  const other = aSession({ personId: viewer.id, kind: 'staff' })
  await sessions.open(other)
  t.ok(await recognise(id))
  t.equal(await recognise(id, other.id), null)
  t.equal(await recognise(id, null), null)
  t.equal(await recognise(anId<ViewingId>()), null)
})

t.test('S-44 use does not extend a view-as session beyond ten minutes', async t => {
  const { begin, recognise, clock, endViewing, deeds, told, audit } = await scene()
  const { id } = await begin()
  for (let minute = 1; minute < 10; minute += 1) {
    clock.advance(minutes(1))
    t.ok(await recognise(id), `minute ${minute}`)
  }
  clock.advance(minutes(1) - 1)
  t.ok(await recognise(id))
  clock.advance(1)
  t.equal(await recognise(id), null)

  clock.advance(minutes(3))
  await Promise.all([endViewing.sweep(9), endViewing.sweep(9)])
  t.strictSame(deeds(), [
    ['view_begun', null],
    ['view_ended', 'ran_out'],
  ])
  t.has(audit.entries[1], { at: minutesLater(10), from: null, reason: 'They see an empty list' })
  t.has(await told(), [{ until: minutesLater(10) }], 'regardless of when the sweep runs')
})

t.test('S-44 stopping a view-as session ends it and no other', async t => {
  const { begin, recognise, clock, endViewing, viewer, sam, signIn, deeds, told } = await scene()
  const { id } = await begin()
  clock.advance(minutes(4))
  t.equal(await endViewing.stopped(viewer.id, anId<SessionId>(), anOrigin), null)
  t.equal(await endViewing.stopped(sam.id, signIn.id, anOrigin), null)
  t.ok(await recognise(id))

  t.equal(await endViewing.stopped(viewer.id, signIn.id, anOrigin), sam.id)
  t.equal(await recognise(id), null)
  t.equal(await endViewing.stopped(viewer.id, signIn.id, anOrigin), null, 'only once')
  await endViewing.sweep(9)
  t.strictSame(deeds(), [
    ['view_begun', null],
    ['view_ended', 'stopped'],
  ])
  t.has(await told(), [{ until: minutesLater(4) }])
})

t.test('S-44 signing out ends the view-as session, and the end is logged', async t => {
  const { begin, recognise, endViewing, viewer, signIn, deeds } = await scene()
  const { id } = await begin()

  await endViewing.signedOut(viewer.id, signIn.id, anOrigin)

  t.equal(await recognise(id), null)
  t.strictSame(deeds(), [
    ['view_begun', null],
    ['view_ended', 'signed_out'],
  ])
})

t.test('S-44 the sweep leaves running view-as sessions unchanged', async t => {
  const { begin, recognise, endViewing } = await scene()
  const { id } = await begin()

  await endViewing.sweep(9)

  t.ok(await recognise(id))
})

t.test('S-44 a view-as session ends with its sign-in or its role', async t => {
  for (const [how, end] of [
    [
      'signed_out',
      async ({ sessions, signIn, clock }: Awaited<ReturnType<typeof scene>>) =>
        sessions.close(signIn.id, clock.now()),
    ],
    [
      'role_changed',
      async (its: Awaited<ReturnType<typeof scene>>) =>
        new ChangeRole(its).run({ about: { personId: its.viewer.id }, role: 'seller', source: 'command' }),
    ],
  ] as const) {
    const its = await scene()
    const { id } = await its.begin()
    its.clock.advance(minutes(2))
    t.ok(await its.recognise(id))
    await end(its)
    t.equal(await its.recognise(id), null, how)
    its.clock.advance(minutes(1))
    await its.endViewing.sweep(9)
    t.strictSame(its.deeds(), [
      ['view_begun', null],
      ['view_ended', how],
    ])
    t.has(await its.told(), [{ until: minutesLater(2) }])
  }
})

t.test('S-44 a second view-as session replaces the first', async t => {
  const { begin, recognise, clock, people, deeds } = await scene()
  const kim = aPerson({ name: 'Kim' })
  people.add(kim, { subscription: null })
  const first = await begin()
  clock.advance(minutes(1))

  const second = await begin({ personId: kim.id })

  t.equal(await recognise(first.id), null)
  t.match(await recognise(second.id), { person: kim })
  t.strictSame(deeds(), [
    ['view_begun', null],
    ['view_ended', 'replaced'],
    ['view_begun', null],
  ])
})

t.test('S-43 S-46 only admins can read the audit log, page by page', async t => {
  const its = await scene('admin')
  for (let at = 0; at < 3; at += 1) {
    await its.begin()
    its.clock.advance(minutes(1))
  }
  const read = new ReadAudit(its)
  const all = { staffId: null, personId: null }
  const first = await read.run(its.viewer.id, all, { before: null, limit: 3 })
  t.strictSame(
    first.entries.map(({ action }) => action),
    ['view_begun', 'view_ended', 'view_begun'],
  )
  const rest = await read.run(its.viewer.id, all, { before: first.next, limit: 3 })
  t.equal(rest.entries.length, 2)
  t.equal(rest.next, null)
  t.match(rest.entries[0], { staffName: 'Sol', personName: 'Sam' })

  const agent = aPerson({ role: 'support' })
  its.people.add(agent, { subscription: null })
  for (const by of [agent.id, its.sam.id, anId<PersonId>()])
    await t.rejects(read.run(by, all, { before: null, limit: 3 }), { code: 'admins_alone' })
})
