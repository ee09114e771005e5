import type { Test } from 'tap'
import { type LeasedReport, LeaseLost } from '../../../src/application/ingestion/ports.ts'
import type { UnitOfWork } from '../../../src/application/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { AmazonReportId, ReportId } from '../../../src/domain/identifiers.ts'
import { markAccepted, markFailed, type RequestedReport } from '../../../src/domain/ingestion/report.ts'
import {
  aCompletedReport,
  aFailedReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  minutesLater,
  noon,
  poll,
} from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'
import { aRunOnRecord } from './sync-runs.ts'

async function scene(t: Test, open: OpenStores) {
  const stores = await open(t)
  const connection = await aConnectionOnRecord(stores)
  const { run, reports } = await aRunOnRecord(stores, { connectionId: connection.id }, aRequestedReport())
  const [report] = reports as RequestedReport[]
  if (!report) throw new Error('a run has a report')
  const now = async () => (await stores.syncRuns.latestOf(connection.id))?.reports[0]
  return { ...stores, connection, run, report, now, next: markAccepted(report, amazonId, poll, noon) }
}

const amazonId = 'amazon-1' as AmazonReportId
const nothing = async () => undefined

async function takeOver({ leases, letLeaseRunOut }: Stores, id: ReportId): Promise<LeasedReport[]> {
  const taken: LeasedReport[] = []
  await letLeaseRunOut(id)
  await leases.withLease(id, minutesLater(60), async leased => void taken.push(leased))
  return taken
}

async function rolledBack(t: Test, unitOfWork: UnitOfWork, write: () => Promise<unknown>): Promise<void> {
  const failing = unitOfWork.transaction(async () => {
    await write()
    throw new Error('the entry could not be written')
  })
  await t.rejects(failing, /the entry could not be written/)
}

export function leasesContract(t: Test, open: OpenStores): void {
  t.test('the holder of a lease learns the report’s owner and can save it', async t => {
    const { leases, report, connection, now, next } = await scene(t, open)

    const took = await leases.withLease(report.id, noon, async (leased, lost) => {
      t.strictSame(leased.report, report)
      t.equal(leased.userId, connection.userId)
      t.strictSame(leased.profile, connection.profile)
      t.strictSame(leased.consentedAt, connection.grant.consentedAt)
      t.notOk(lost.aborted)
      t.strictSame(await leases.save(leased, next), next)
    })

    t.equal(took, true)
    t.strictSame(await now(), next)
  })

  t.test('S-25 an older state does not overwrite a newer one, even by the lease holder', async t => {
    const { leases, report, now, next } = await scene(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await leases.save(leased, next)
      // As if the reply to the commit had been lost.
      await t.rejects(leases.save(leased, { ...report, consecutiveErrors: 1 }), LeaseLost)
      await leases.save({ ...leased, report: next }, { ...next, pollCount: 1 })
    })

    t.strictSame(await now(), { ...next, pollCount: 1 })
  })

  t.test('S-25 a report is leased by one worker at a time', async t => {
    const { leases, report } = await scene(t, open)

    await leases.withLease(report.id, noon, async () => {
      t.equal(await leases.withLease(report.id, noon, nothing), false)
    })

    t.equal(await leases.withLease(report.id, noon, nothing), true)
  })

  t.test('S-25 one of many concurrent callers gets the lease', async t => {
    const { leases, report } = await scene(t, open)
    let answers = 0
    const { promise: untilThen, resolve: othersAnswered } = Promise.withResolvers<void>()
    const ask = async () => {
      // The winner keeps the lease until the seven others have been answered.
      const got = await leases.withLease(report.id, noon, () => untilThen)
      answers += 1
      if (answers === 7) othersAnswered()
      return got
    }

    const took = await Promise.all(Array.from({ length: 8 }, ask))

    t.equal(took.filter(Boolean).length, 1)
  })

  t.test('a finished, not due or unknown report cannot be leased', async t => {
    const stores = await open(t)
    const { leases } = stores
    const { reports } = await aRunOnRecord(
      stores,
      {},
      aLoadedReport(),
      aFailedReport(),
      aCompletedReport({ dueAt: after(noon, 1) }),
    )

    for (const { id } of [...reports, { id: anId<ReportId>() }]) {
      t.equal(await leases.withLease(id, noon, async () => void t.fail('it was leased')), false)
    }
  })

  t.test('S-25 a step that throws releases the report and passes the error on', async t => {
    const { leases, report, now } = await scene(t, open)

    await t.rejects(
      leases.withLease(report.id, noon, async () => {
        throw new TypeError('internal error')
      }),
      TypeError,
    )

    t.strictSame(await now(), report)
    t.equal(await leases.withLease(report.id, noon, nothing), true)
  })

  t.test('S-25 another worker can take over an expired lease with a new fencing token', async t => {
    const { leases, report, ...stores } = await scene(t, open)

    await leases.withLease(report.id, noon, async leased => {
      const [other] = await takeOver({ ...stores, leases }, report.id)
      t.not(other?.fencingToken, leased.fencingToken)
      t.strictSame(other?.report, report)
    })
  })

  t.test('S-25 a worker that lost its lease to another cannot write', async t => {
    const { leases, report, now, next, ...stores } = await scene(t, open)

    await leases.withLease(report.id, noon, async stale => {
      await stores.letLeaseRunOut(report.id)
      await leases.withLease(report.id, noon, async leased => {
        await t.rejects(
          leases.save(stale, markFailed(report, { error: 'timeout', detail: null }, noon)),
          LeaseLost,
        )
        t.strictSame(await now(), report)
        await leases.save(leased, next)
      })
      await t.rejects(leases.save(stale, report), LeaseLost)
    })

    t.strictSame(await now(), next)
  })

  t.test('S-25 a worker with an expired lease cannot write, even if no other took over', async t => {
    const { leases, report, now, next, letLeaseRunOut } = await scene(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await letLeaseRunOut(report.id)
      await t.rejects(leases.save(leased, next), LeaseLost)
    })

    t.strictSame(await now(), report)
  })

  t.test('S-25 a worker that lost its lease does not release the other’s lease', async t => {
    const { leases, report, letLeaseRunOut } = await scene(t, open)
    const ended = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    let second: Promise<boolean> = Promise.resolve(false)

    await leases.withLease(report.id, noon, async () => {
      await letLeaseRunOut(report.id)
      second = leases.withLease(report.id, noon, () => {
        begun.resolve()
        return ended.promise
      })
      await begun.promise
    })

    t.equal(
      await leases.withLease(report.id, noon, nothing),
      false,
      'the second worker still holds the lease',
    )
    ended.resolve()
    t.equal(await second, true)
  })

  t.test('S-27 a report of a closed connection cannot be saved by its lease holder', async t => {
    const { leases, syncRuns, report, connection, now, next } = await scene(t, open)
    const reason = { error: 'connection_closed', detail: null } as const

    await leases.withLease(report.id, noon, async leased => {
      await syncRuns.failOpenReports(connection.id, reason, noon)
      await t.rejects(leases.save(leased, next), LeaseLost)
    })

    t.strictSame(await now(), markFailed(report, reason, noon))
  })

  t.test('S-25 concluding a step releases the report for the next caller', async t => {
    const { leases, report, now, next } = await scene(t, open)
    const taken: LeasedReport[] = []

    await leases.withLease(report.id, noon, async leased => {
      t.strictSame(await leases.saveAndRelease(leased, next), next)
      await leases.withLease(report.id, minutesLater(60), async other => {
        taken.push(other)
        await t.rejects(leases.saveAndRelease(leased, next), LeaseLost, 'the lease is no longer held')
      })
    })

    t.strictSame(
      taken.map(each => each.report),
      [next],
    )
    t.strictSame(await now(), next)
  })

  t.test('S-25 a conclusion that is rolled back keeps the lease until it is released', async t => {
    const { leases, report, now, next, unitOfWork } = await scene(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await rolledBack(t, unitOfWork, () => leases.saveAndRelease(leased, next))
      t.equal(await leases.withLease(report.id, noon, nothing), false, 'the lease is still held')
    })

    t.strictSame(await now(), report)
    t.equal(await leases.withLease(report.id, noon, nothing), true)
  })

  t.test('S-25 a save joins the caller’s transaction', async t => {
    const { leases, report, now, next, unitOfWork } = await scene(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await rolledBack(t, unitOfWork, () => leases.save(leased, next))
    })

    t.strictSame(await now(), report)
  })
}
