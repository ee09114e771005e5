import type { Test } from 'tap'
import type { SessionId, ViewingId } from '../../../src/domain/identifiers.ts'
import { anId, aSession, aViewing, hoursLater, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'

async function scene({ addPerson, sessions }: Stores) {
  const [viewer, person] = [await addPerson({ name: 'Sol', role: 'support' }), await addPerson()]
  const signIn = aSession({ personId: viewer.id, kind: 'staff', expiresAt: hoursLater(1) })
  await sessions.open(signIn)
  const by = { personId: person.id, viewerId: viewer.id, staffSessionId: signIn.id }
  return { viewer, person, signIn, by }
}

export function viewingsContract(t: Test, open: OpenStores): void {
  t.test('S-44 a view-as session is returned with both users and the end of its sign-in', async t => {
    const stores = await open(t)
    const { viewings, sessions } = stores
    const { viewer, person, signIn, by } = await scene(stores)
    const viewing = aViewing(by)
    await viewings.begin(viewing)

    const known = { viewing, viewer, person, signInEndsAt: hoursLater(1), accountId: null }
    t.strictSame(await viewings.find(viewing.id), known)
    t.equal(await viewings.find(anId<ViewingId>()), null)
    await sessions.close(signIn.id, minutesLater(3))
    t.strictSame(await viewings.find(viewing.id), { ...known, signInEndsAt: minutesLater(3) })
    await sessions.eraseEnded(minutesLater(3))
    t.strictSame(await viewings.find(viewing.id), { ...known, signInEndsAt: noon }, 'an erased one has ended')
  })

  t.test('S-44 a view-as session knows the user’s current account', async t => {
    const stores = await open(t)
    const { viewings, sessions } = stores
    const { person, by } = await scene(stores)
    const { id: accountId } = await aConnectionOnRecord(stores, { personId: person.id })
    const [late, early] = [10, -10].map(minutes =>
      aSession({ personId: person.id, lastSeenAt: minutesLater(minutes) }),
    ) as [ReturnType<typeof aSession>, ReturnType<typeof aSession>]
    for (const session of [late, early]) await sessions.open(session)
    await sessions.makeCurrent(early.id, accountId)
    const viewing = aViewing(by)
    await viewings.begin(viewing)

    t.equal((await viewings.find(viewing.id))?.accountId, accountId)
  })

  t.test('S-44 one of several concurrent callers ends a view-as session', async t => {
    const stores = await open(t)
    const { viewings } = stores
    const { viewer, by } = await scene(stores)
    const [early, late] = [aViewing(by), aViewing(by, minutesLater(1))]
    for (const viewing of [late, early]) await viewings.begin(viewing)
    const ids = (known: readonly { viewing: { id: ViewingId } }[]) => known.map(({ viewing }) => viewing.id)
    t.strictSame(ids(await viewings.notEnded(9)), [early.id, late.id])
    t.strictSame(ids(await viewings.notEnded(1)), [early.id])
    t.strictSame(ids(await viewings.notEndedOf(viewer.id)), [early.id, late.id])
    t.strictSame(await viewings.notEndedOf(by.personId), [])

    const ends = await Promise.all([1, 2, 3].map(() => viewings.end(early.id, minutesLater(2))))

    t.strictSame(ends.filter(Boolean), [true])
    t.equal(await viewings.find(early.id), null)
    t.strictSame(ids(await viewings.notEnded(9)), [late.id])
    t.equal(await viewings.end(anId<ViewingId>(), noon), false)
  })

  t.test('S-44 a view-as session that is not committed is not stored', async t => {
    const stores = await open(t)
    const viewing = aViewing({ ...(await scene(stores)).by, staffSessionId: anId<SessionId>() })
    const failing = stores.unitOfWork.run(async () => {
      await stores.viewings.begin(viewing)
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.equal(await stores.viewings.find(viewing.id), null)
  })
}
