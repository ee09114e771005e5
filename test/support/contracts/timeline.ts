import type { Test } from 'tap'
import type { ConnectionId, ReportId, RunId } from '../../../src/domain/identifiers.ts'
import { entry } from '../../../src/domain/timeline/entry.ts'
import { anId, days, minutesLater, noon } from '../examples.ts'
import { aPendingOnRecord, type OpenStores } from './stores.ts'

export function timelineContract(t: Test, open: OpenStores): void {
  t.test('S-41 timeline entries are stored unchanged and in order', async t => {
    const stores = await open(t)
    const { timeline } = stores
    const { personId, attemptId } = await aPendingOnRecord(stores)
    const [connectionId, runId, reportId] = [anId<ConnectionId>(), anId<RunId>(), anId<ReportId>()]
    const about = { personId, connectionId, runId }
    const [first, second, third] = [
      entry(minutesLater(5), { personId, attemptId }, { kind: 'sent_to_amazon', region: 'eu' }),
      entry(noon, about, { kind: 'run_requested', run: 'first', days, reports: 6 }),
      entry(
        noon,
        { ...about, reportId },
        {
          kind: 'report_troubled',
          report: 'sp_targeting',
          trouble: { trouble: 'throttled', retryAfterSeconds: null },
          nextTryAt: noon.toISOString(),
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
    const { timeline, pendings, unitOfWork } = stores
    const pending = await aPendingOnRecord(stores)

    const failing = unitOfWork.run(async () => {
      await pendings.put(pending)
      await timeline.append(entry(noon, pending, { kind: 'pending_discarded' }))
      t.ok(await pendings.of(pending.personId), 'visible within the transaction')
      throw new Error('it breaks')
    })

    await t.rejects(failing, /it breaks/)
    t.strictSame(await stores.entries(), [])
    t.equal(await pendings.of(pending.personId), null)
  })

  t.test('a transaction returns the result of its work and commits it', async t => {
    const stores = await open(t)
    const { timeline, pendings, unitOfWork } = stores
    const pending = await aPendingOnRecord(stores)

    const result = await unitOfWork.run(async () => {
      await pendings.put(pending)
      await timeline.append(entry(noon, pending, { kind: 'pending_discarded' }))
      return 'done'
    })

    t.equal(result, 'done')
    t.equal((await stores.entries()).length, 1)
    t.ok(await pendings.of(pending.personId))
  })

  t.test('S-12 S-46 a timeline entry about a pending connection contains no token', async t => {
    const stores = await open(t)
    const pending = await aPendingOnRecord(stores)

    await stores.timeline.append(entry(noon, pending, { kind: 'pending_expired' }))

    t.notMatch(JSON.stringify(await stores.entries()), /Atz|secret|amazon\.example/)
  })
}
