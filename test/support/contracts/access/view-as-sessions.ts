import type { Test } from 'tap'
import type { SessionId, ViewAsSessionId } from '../../../../src/domain/identifiers.ts'
import { anId, aSession, aViewAs, hoursLater, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores, rollBack, type Stores } from '../stores.ts'

async function aStaffSignIn({ createUser, sessions }: Stores) {
  const [viewer, user] = [await createUser({ name: 'Sol', role: 'support' }), await createUser()]
  const signIn = aSession({ userId: viewer.id, kind: 'staff', expiresAt: hoursLater(1) })
  await sessions.open(signIn)
  const ids = { userId: user.id, viewerId: viewer.id, staffSessionId: signIn.id }
  return { viewer, user, signIn, ids }
}

export function viewAsContract(t: Test, open: OpenStores): void {
  t.test('S-44 a view-as session is returned with both users and the end of its sign-in', async t => {
    const stores = await open(t)
    const { viewAsSessions, sessions } = stores
    const { viewer, user, signIn, ids } = await aStaffSignIn(stores)
    const viewAs = aViewAs(ids)
    await viewAsSessions.begin(viewAs)

    const context = { viewAs, viewer, user, signInEndsAt: hoursLater(1), currentConnectionId: null }
    t.strictSame(await viewAsSessions.find(viewAs.id), context)
    t.equal(await viewAsSessions.find(anId<ViewAsSessionId>()), null)
    await sessions.close(signIn.id, minutesLater(3))
    t.strictSame(await viewAsSessions.find(viewAs.id), { ...context, signInEndsAt: minutesLater(3) })
    await sessions.eraseEnded(minutesLater(3))
    t.strictSame(
      await viewAsSessions.find(viewAs.id),
      { ...context, signInEndsAt: noon },
      'an erased sign-in counts as ended',
    )
  })

  t.test('S-44 a view-as session has the user’s current account', async t => {
    const stores = await open(t)
    const { viewAsSessions, sessions } = stores
    const { user, ids } = await aStaffSignIn(stores)
    const { id: accountId } = await aSavedConnection(stores, { userId: user.id })
    const [late, early] = [10, -10].map(minutes =>
      aSession({ userId: user.id, lastSeenAt: minutesLater(minutes) }),
    ) as [ReturnType<typeof aSession>, ReturnType<typeof aSession>]
    for (const session of [late, early]) await sessions.open(session)
    await sessions.selectConnection(early.id, accountId)
    const viewAs = aViewAs(ids)
    await viewAsSessions.begin(viewAs)

    t.equal((await viewAsSessions.find(viewAs.id))?.currentConnectionId, accountId)
  })

  t.test('S-44 only one of several concurrent callers ends a view-as session', async t => {
    const stores = await open(t)
    const { viewAsSessions } = stores
    const { viewer, ids } = await aStaffSignIn(stores)
    const [early, late] = [aViewAs(ids), aViewAs(ids, minutesLater(1))]
    for (const viewAs of [late, early]) await viewAsSessions.begin(viewAs)
    const idsIn = (contexts: readonly { viewAs: { id: ViewAsSessionId } }[]) =>
      contexts.map(({ viewAs }) => viewAs.id)
    t.strictSame(idsIn(await viewAsSessions.notEnded(9)), [early.id, late.id])
    t.strictSame(idsIn(await viewAsSessions.notEnded(1)), [early.id])
    t.strictSame(idsIn(await viewAsSessions.notEndedOf(viewer.id)), [early.id, late.id])
    t.strictSame(await viewAsSessions.notEndedOf(ids.userId), [])

    const ends = await Promise.all([1, 2, 3].map(() => viewAsSessions.end(early.id, minutesLater(2))))

    t.strictSame(ends.filter(Boolean), [true])
    t.equal(await viewAsSessions.find(early.id), null)
    t.strictSame(idsIn(await viewAsSessions.notEnded(9)), [late.id])
    t.equal(await viewAsSessions.end(anId<ViewAsSessionId>(), noon), false)
  })

  t.test('S-44 a view-as session that is not committed is not stored', async t => {
    const stores = await open(t)
    const viewAs = aViewAs({ ...(await aStaffSignIn(stores)).ids, staffSessionId: anId<SessionId>() })
    await rollBack(t, stores, () => stores.viewAsSessions.begin(viewAs))
    t.equal(await stores.viewAsSessions.find(viewAs.id), null)
  })
}
