import type { Test } from 'tap'
import { close, markAuthorisationLost } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId, ProfileId, UserId } from '../../../../src/domain/identifiers.ts'
import { type Region, regions } from '../../../../src/domain/profile/region.ts'
import { anId, aProfile, hoursLater, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

export function syncScheduleContract(t: Test, open: OpenStores): void {
  t.test('S-23 a sync is due at its exact time, the longest due first', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const [late, early, later] = [
      await aSavedConnection(stores),
      await aSavedConnection(stores),
      await aSavedConnection(stores),
    ]
    await syncSchedule.schedule(late.id, noon)
    await syncSchedule.schedule(early.id, minutesLater(-5))
    await syncSchedule.schedule(later.id, minutesLater(1))

    t.strictSame(await syncSchedule.due(minutesLater(-6), 9, regions), [])
    t.strictSame(await syncSchedule.due(noon, 9, regions), [early.id, late.id])
    t.strictSame(await syncSchedule.due(noon, 1, regions), [early.id])
    await syncSchedule.schedule(early.id, hoursLater(5))
    t.strictSame(await syncSchedule.due(noon, 9, regions), [late.id], 'the last schedule counts')
    await syncSchedule.cancel(late.id)
    await syncSchedule.cancel(anId<ConnectionId>())
    t.strictSame(await syncSchedule.due(noon, 9, regions), [])
  })

  t.test('S-23 in regions with a full queue only interactive syncs are due', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const inRegion = (region: Region) => aSavedConnection(stores, { profile: aProfile({ region }) })
    const [american, european, interactive] = [
      await inRegion('na'),
      await inRegion('eu'),
      await inRegion('na'),
    ]
    await syncSchedule.schedule(american.id, minutesLater(-9))
    await syncSchedule.schedule(european.id, minutesLater(-5))
    await syncSchedule.schedule(interactive.id, noon, true)

    t.strictSame(await syncSchedule.due(noon, 9, ['eu', 'fe']), [interactive.id, european.id])
    t.strictSame(await syncSchedule.due(noon, 9, []), [interactive.id])
    t.strictSame(await syncSchedule.due(noon, 9, ['na']), [interactive.id, american.id])
  })

  t.test('S-26 S-27 a connection is due only while it is authorised', async t => {
    const stores = await open(t)
    const { syncSchedule, connections } = stores
    const [lost, closed] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    for (const { id } of [lost, closed]) await syncSchedule.schedule(id, noon)
    await connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))
    await connections.save(close(closed, 'disconnected', noon))

    t.strictSame(await syncSchedule.due(noon, 9, regions), [])
    await connections.save(lost)
    t.strictSame(await syncSchedule.due(noon, 9, regions), [lost.id])
  })

  t.test('S-23 only one of several workers claims a due sync', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const { id } = await aSavedConnection(stores)
    await syncSchedule.schedule(id, noon)

    t.equal(await syncSchedule.claimDue(id, minutesLater(-1), hoursLater(24)), null, 'not due yet')
    const claims = Array.from({ length: 5 }, () =>
      stores.unitOfWork.transaction(() => syncSchedule.claimDue(id, noon, hoursLater(24))),
    )
    t.equal((await Promise.all(claims)).filter(claim => claim).length, 1)
    t.equal(await syncSchedule.claimDue(id, noon, hoursLater(48)), null, 'claimed already')
    t.strictSame(await syncSchedule.due(hoursLater(24), 9, regions), [id])
    t.equal(await syncSchedule.claimDue(anId<ConnectionId>(), noon, hoursLater(1)), null)
  })

  t.test('S-23 S-43 a requested sync comes first, and the next one is a background sync', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const [background, interactive] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    await syncSchedule.schedule(background.id, minutesLater(-60))
    await syncSchedule.schedule(interactive.id, noon, true)

    t.strictSame(await syncSchedule.due(noon, 9, regions), [interactive.id, background.id])
    t.strictSame(await syncSchedule.due(noon, 1, regions), [interactive.id])
    t.strictSame(await syncSchedule.claimDue(interactive.id, noon, hoursLater(24)), { isInteractive: true })
    t.strictSame(await syncSchedule.claimDue(background.id, noon, hoursLater(25)), { isInteractive: false })
    t.strictSame(await syncSchedule.claimDue(interactive.id, hoursLater(24), hoursLater(48)), {
      isInteractive: false,
    })
    await syncSchedule.schedule(interactive.id, noon, true)
    await syncSchedule.schedule(interactive.id, noon)
    t.strictSame(
      await syncSchedule.claimDue(interactive.id, noon, hoursLater(48)),
      { isInteractive: false },
      'the last schedule counts',
    )
  })

  t.test('S-23 a sync that cannot start is tried later, an interactive one sooner', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const [background, interactive, notDue] = [
      await aSavedConnection(stores),
      await aSavedConnection(stores),
      await aSavedConnection(stores),
    ]
    await syncSchedule.schedule(background.id, noon)
    await syncSchedule.schedule(interactive.id, noon, true)
    await syncSchedule.schedule(notDue.id, hoursLater(9))
    const until = { interactive: minutesLater(1), other: hoursLater(1) }
    for (const { id } of [background, interactive, notDue]) await syncSchedule.defer(id, noon, until)
    await syncSchedule.defer(anId<ConnectionId>(), noon, until)

    t.strictSame(await syncSchedule.due(minutesLater(0.9), 9, regions), [])
    t.strictSame(await syncSchedule.due(minutesLater(1), 9, regions), [interactive.id])
    t.strictSame(await syncSchedule.due(hoursLater(1), 9, regions), [interactive.id, background.id])
    t.strictSame(await syncSchedule.claimDue(interactive.id, minutesLater(1), hoursLater(24)), {
      isInteractive: true,
    })
    t.strictSame(await syncSchedule.claimDue(background.id, hoursLater(1), hoursLater(24)), {
      isInteractive: false,
    })
    t.strictSame(
      await syncSchedule.due(hoursLater(9), 9, regions),
      [notDue.id],
      'a sync that was not due keeps its time',
    )
  })

  t.test('S-23 a deferred sync keeps its position before later ones', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const [first, second] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    await syncSchedule.schedule(first.id, hoursLater(-8))
    await syncSchedule.schedule(second.id, hoursLater(-1))
    await syncSchedule.defer(first.id, noon, { interactive: minutesLater(1), other: minutesLater(5) })

    t.strictSame(await syncSchedule.due(noon, 9, regions), [second.id])
    t.strictSame(await syncSchedule.due(minutesLater(5), 9, regions), [first.id, second.id])
    await syncSchedule.schedule(first.id, minutesLater(1))
    t.strictSame(
      await syncSchedule.due(minutesLater(1), 9, regions),
      [second.id, first.id],
      'a new schedule loses the position',
    )
  })

  t.test('S-03 S-23 a renewed plan or a started sync ends a deferral', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const [renewed, started] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    for (const { id } of [renewed, started]) {
      await syncSchedule.schedule(id, noon)
      await syncSchedule.defer(id, noon, { interactive: minutesLater(1), other: minutesLater(50) })
    }

    await syncSchedule.scheduleAllOf(renewed.userId, noon)
    t.strictSame(await syncSchedule.due(noon, 9, regions), [renewed.id])
    await syncSchedule.claimDue(started.id, noon, minutesLater(9))
    t.strictSame(await syncSchedule.due(minutesLater(9), 9, regions), [renewed.id, started.id])
  })

  t.test('S-23 a sync deferred by a clock that ran a day ahead is due', async t => {
    const stores = await open(t)
    const { syncSchedule } = stores
    const { id } = await aSavedConnection(stores)
    await syncSchedule.schedule(id, noon)
    await syncSchedule.defer(id, hoursLater(24), { interactive: hoursLater(24), other: hoursLater(25) })

    t.strictSame(await syncSchedule.due(noon, 9, regions), [id])
  })

  t.test('S-03 only the user’s authorised connections become due at once', async t => {
    const stores = await open(t)
    const { syncSchedule, connections } = stores
    const { id: userId } = await stores.createUser({ role: 'manager' })
    const profiles = ['1', '2', '3', '4'].map(id => aProfile({ id: id as ProfileId }))
    const [scheduled, unscheduled, lost, closed] = await Promise.all(
      profiles.map(profile => aSavedConnection(stores, { userId, profile, isExclusive: false })),
    )
    const foreign = await aSavedConnection(stores)
    if (!scheduled || !unscheduled || !lost || !closed) throw new Error('four connections are expected')
    for (const { id } of [scheduled, lost, closed, foreign]) await syncSchedule.schedule(id, hoursLater(20))
    await connections.save(markAuthorisationLost(lost, 'grant_revoked', noon))
    await connections.save(close(closed, 'disconnected', noon))

    await syncSchedule.scheduleAllOf(userId, noon)
    await syncSchedule.scheduleAllOf(anId<UserId>(), noon)

    t.strictSame(
      [...(await syncSchedule.due(noon, 9, regions))].sort(),
      [scheduled.id, unscheduled.id].sort(),
    )
    t.strictSame(
      await syncSchedule.claimDue(scheduled.id, noon, hoursLater(20)),
      { isInteractive: true },
      'the user has just paid',
    )
    await syncSchedule.scheduleAllOf(userId, noon)
    await connections.save(lost)
    t.strictSame(
      (await syncSchedule.due(noon, 9, regions)).length,
      2,
      'unauthorised connections keep their schedule',
    )
  })

  t.test('S-23 only authorised connections without a schedule get one', async t => {
    const stores = await open(t)
    const { syncSchedule, connections } = stores
    const [scheduled, missing, closed] = [
      await aSavedConnection(stores),
      await aSavedConnection(stores),
      await aSavedConnection(stores),
    ]
    await syncSchedule.schedule(scheduled.id, hoursLater(3))
    await connections.save(close(closed, 'disconnected', noon))

    t.equal(await syncSchedule.scheduleMissing(noon), 1)
    t.equal(await syncSchedule.scheduleMissing(noon), 0)
    t.strictSame(await syncSchedule.due(noon, 9, regions), [missing.id])
  })
}
