import type { Test } from 'tap'
import type { ConnectionId, ReportId, SyncRunId } from '../../../../src/domain/identifiers.ts'
import { entry } from '../../../../src/domain/timeline/entry.ts'
import { anId, days, minutesLater, noon } from '../../examples.ts'
import { aPendingConnectionOfSavedUser, type OpenStores } from '../stores.ts'

export function timelineContract(t: Test, open: OpenStores): void {
  t.test('S-41 timeline entries are stored unchanged and in order', async t => {
    const stores = await open(t)
    const { timeline } = stores
    const { userId, attemptId } = await aPendingConnectionOfSavedUser(stores)
    const [connectionId, syncRunId, reportId] = [anId<ConnectionId>(), anId<SyncRunId>(), anId<ReportId>()]
    const about = { userId, connectionId, syncRunId }
    const [first, second, third] = [
      entry(minutesLater(5), { userId, attemptId }, { kind: 'sent_to_amazon', region: 'eu' }),
      entry(noon, about, { kind: 'sync_requested', syncRun: 'initial', days, reports: 6 }),
      entry(
        noon,
        { ...about, reportId },
        {
          kind: 'report_error',
          report: 'sp_targeting',
          error: { error: 'throttled', retryAfterSeconds: null },
          dueAt: noon.toISOString(),
        },
      ),
    ] as const

    await timeline.append(first)
    await timeline.append()
    await timeline.append(second, third)

    t.strictSame(await stores.entries(), [first, second, third])
  })

  t.test('S-41 a timeline entry and its event are written in one commit', async t => {
    const stores = await open(t)
    const { timeline, pendingConnections, unitOfWork } = stores
    const pending = await aPendingConnectionOfSavedUser(stores)

    const failing = unitOfWork.transaction(async () => {
      await pendingConnections.put(pending)
      await timeline.append(entry(noon, pending, { kind: 'pending_discarded' }))
      t.ok(await pendingConnections.findByUser(pending.userId), 'visible within the transaction')
      throw new Error('it breaks')
    })

    await t.rejects(failing, /it breaks/)
    t.strictSame(await stores.entries(), [])
    t.equal(await pendingConnections.findByUser(pending.userId), null)
  })

  t.test('a transaction returns the result of its work and commits it', async t => {
    const stores = await open(t)
    const { timeline, pendingConnections, unitOfWork } = stores
    const pending = await aPendingConnectionOfSavedUser(stores)

    const result = await unitOfWork.transaction(async () => {
      await pendingConnections.put(pending)
      await timeline.append(entry(noon, pending, { kind: 'pending_discarded' }))
      return 'done'
    })

    t.equal(result, 'done')
    t.equal((await stores.entries()).length, 1)
    t.ok(await pendingConnections.findByUser(pending.userId))
  })

  t.test('S-12 S-46 a timeline entry about a pending connection contains no token', async t => {
    const stores = await open(t)
    const pending = await aPendingConnectionOfSavedUser(stores)

    await stores.timeline.append(entry(noon, pending, { kind: 'pending_expired' }))

    t.notMatch(JSON.stringify(await stores.entries()), /Atz|secret|amazon\.example/)
  })
}
