import type { Test } from 'tap'
import type { SessionId, ViewAsSessionId } from '../../../src/domain/identifiers.ts'
import { anId, aSession, aViewAs, hoursLater, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'

async function scene({ createUser, sessions }: Stores) {
  const [viewer, user] = [await createUser({ name: 'Sol', role: 'support' }), await createUser()]
  const signIn = aSession({ userId: viewer.id, kind: 'staff', expiresAt: hoursLater(1) })
  await sessions.open(signIn)
  const by = { userId: user.id, viewerId: viewer.id, staffSessionId: signIn.id }
  return { viewer, user, signIn, by }
}

export function viewAsContract(t: Test, open: OpenStores): void {
  t.test('S-44 a view-as session is returned with both users and the end of its sign-in', async t => {
    const stores = await open(t)
    const { viewAsSessions, sessions } = stores
    const { viewer, user, signIn, by } = await scene(stores)
    const viewAs = aViewAs(by)
    await viewAsSessions.begin(viewAs)

    const known = { viewAs, viewer, user, signInEndsAt: hoursLater(1), currentConnectionId: null }
    t.strictSame(await viewAsSessions.find(viewAs.id), known)
    t.equal(await viewAsSessions.find(anId<ViewAsSessionId>()), null)
    await sessions.close(signIn.id, minutesLater(3))
    t.strictSame(await viewAsSessions.find(viewAs.id), { ...known, signInEndsAt: minutesLater(3) })
    await sessions.eraseEnded(minutesLater(3))
    t.strictSame(
      await viewAsSessions.find(viewAs.id),
      { ...known, signInEndsAt: noon },
      'an erased one has ended',
    )
  })

  t.test('S-44 a view-as session knows the user’s current account', async t => {
    const stores = await open(t)
    const { viewAsSessions, sessions } = stores
    const { user, by } = await scene(stores)
    const { id: accountId } = await aConnectionOnRecord(stores, { userId: user.id })
    const [late, early] = [10, -10].map(minutes =>
      aSession({ userId: user.id, lastSeenAt: minutesLater(minutes) }),
    ) as [ReturnType<typeof aSession>, ReturnType<typeof aSession>]
    for (const session of [late, early]) await sessions.open(session)
    await sessions.selectConnection(early.id, accountId)
    const viewAs = aViewAs(by)
    await viewAsSessions.begin(viewAs)

    t.equal((await viewAsSessions.find(viewAs.id))?.currentConnectionId, accountId)
  })

  t.test('S-44 one of several concurrent callers ends a view-as session', async t => {
    const stores = await open(t)
    const { viewAsSessions } = stores
    const { viewer, by } = await scene(stores)
    const [early, late] = [aViewAs(by), aViewAs(by, minutesLater(1))]
    for (const viewAs of [late, early]) await viewAsSessions.begin(viewAs)
    const ids = (known: readonly { viewAs: { id: ViewAsSessionId } }[]) =>
      known.map(({ viewAs }) => viewAs.id)
    t.strictSame(ids(await viewAsSessions.notEnded(9)), [early.id, late.id])
    t.strictSame(ids(await viewAsSessions.notEnded(1)), [early.id])
    t.strictSame(ids(await viewAsSessions.notEndedOf(viewer.id)), [early.id, late.id])
    t.strictSame(await viewAsSessions.notEndedOf(by.userId), [])

    const ends = await Promise.all([1, 2, 3].map(() => viewAsSessions.end(early.id, minutesLater(2))))

    t.strictSame(ends.filter(Boolean), [true])
    t.equal(await viewAsSessions.find(early.id), null)
    t.strictSame(ids(await viewAsSessions.notEnded(9)), [late.id])
    t.equal(await viewAsSessions.end(anId<ViewAsSessionId>(), noon), false)
  })

  t.test('S-44 a view-as session that is not committed is not stored', async t => {
    const stores = await open(t)
    const viewAs = aViewAs({ ...(await scene(stores)).by, staffSessionId: anId<SessionId>() })
    const failing = stores.unitOfWork.transaction(async () => {
      await stores.viewAsSessions.begin(viewAs)
      throw new Error('no')
    })
    await t.rejects(failing, { message: 'no' })
    t.equal(await stores.viewAsSessions.find(viewAs.id), null)
  })
}
