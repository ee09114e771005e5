import type { Test } from 'tap'
import { type LeasedReport, LeaseLost } from '../../../../src/application/ingestion/report-ports.ts'
import { after } from '../../../../src/domain/calendar.ts'
import type { AmazonReportId, ReportId } from '../../../../src/domain/identifiers.ts'
import { markAccepted, markFailed, type RequestedReport } from '../../../../src/domain/ingestion/report.ts'
import {
  aCompletedReport,
  aFailedReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  minutesLater,
  noon,
  pollInterval,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores, rollBack, type Stores } from '../stores.ts'
import { aSavedRun } from './sync-runs.ts'

async function setUp(t: Test, open: OpenStores) {
  const stores = await open(t)
  const connection = await aSavedConnection(stores)
  const { run, reports } = await aSavedRun(stores, { connectionId: connection.id }, aRequestedReport())
  const [report] = reports as RequestedReport[]
  if (!report) throw new Error('the run has no report')
  const currentReport = async () => (await stores.syncRuns.latestOf(connection.id))?.reports[0]
  const next = markAccepted(report, amazonId, pollInterval, noon)
  return { ...stores, connection, run, report, currentReport, next }
}

const amazonId = 'amazon-1' as AmazonReportId
const doNothing = async () => undefined

async function takeOver({ leases, letLeaseRunOut }: Stores, id: ReportId): Promise<LeasedReport[]> {
  const taken: LeasedReport[] = []
  await letLeaseRunOut(id)
  await leases.withLease(id, minutesLater(60), async leased => void taken.push(leased))
  return taken
}

export function leasesContract(t: Test, open: OpenStores): void {
  t.test('the holder of a lease learns the report’s owner and can save the report', async t => {
    const { leases, report, connection, currentReport, next } = await setUp(t, open)

    const wasLeased = await leases.withLease(report.id, noon, async (leased, lost) => {
      t.strictSame(leased.report, report)
      t.equal(leased.userId, connection.userId)
      t.strictSame(leased.profile, connection.profile)
      t.equal(leased.pendingConnectionId, connection.pendingConnectionId)
      t.notOk(lost.aborted)
      t.strictSame(await leases.save(leased, next), next)
    })

    t.equal(wasLeased, true)
    t.strictSame(await currentReport(), next)
  })

  t.test('S-25 an older state does not overwrite a newer one, even by the lease holder', async t => {
    const { leases, report, currentReport, next } = await setUp(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await leases.save(leased, next)
      // As if the reply to the commit had been lost.
      await t.rejects(leases.save(leased, { ...report, consecutiveErrors: 1 }), LeaseLost)
      await leases.save({ ...leased, report: next }, { ...next, pollCount: 1 })
    })

    t.strictSame(await currentReport(), { ...next, pollCount: 1 })
  })

  t.test('S-25 one of many concurrent callers gets the lease', async t => {
    const { leases, report } = await setUp(t, open)
    let answered = 0
    const { promise: untilOthersAnswered, resolve: resolveOthersAnswered } = Promise.withResolvers<void>()
    const tryLease = async () => {
      // The winner keeps the lease until the seven others have been answered.
      const wasLeased = await leases.withLease(report.id, noon, () => untilOthersAnswered)
      answered += 1
      if (answered === 7) resolveOthersAnswered()
      return wasLeased
    }

    const results = await Promise.all(Array.from({ length: 8 }, tryLease))

    t.equal(results.filter(Boolean).length, 1)
  })

  t.test('a finished, not due or unknown report cannot be leased', async t => {
    const stores = await open(t)
    const { leases } = stores
    const { reports } = await aSavedRun(
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
    const { leases, report, currentReport } = await setUp(t, open)

    await t.rejects(
      leases.withLease(report.id, noon, async () => {
        throw new TypeError('internal error')
      }),
      TypeError,
    )

    t.strictSame(await currentReport(), report)
    t.equal(await leases.withLease(report.id, noon, doNothing), true)
  })

  t.test('S-25 another worker can take over an expired lease with a new fencing token', async t => {
    const { leases, report, ...stores } = await setUp(t, open)

    await leases.withLease(report.id, noon, async leased => {
      const [other] = await takeOver({ ...stores, leases }, report.id)
      t.not(other?.fencingToken, leased.fencingToken)
      t.strictSame(other?.report, report)
    })
  })

  t.test('S-25 a worker that lost its lease to another cannot write', async t => {
    const { leases, report, currentReport, next, ...stores } = await setUp(t, open)

    await leases.withLease(report.id, noon, async stale => {
      await stores.letLeaseRunOut(report.id)
      await leases.withLease(report.id, noon, async leased => {
        await t.rejects(
          leases.save(stale, markFailed(report, { error: 'timeout', detail: null }, noon)),
          LeaseLost,
        )
        t.strictSame(await currentReport(), report)
        await leases.save(leased, next)
      })
      await t.rejects(leases.save(stale, report), LeaseLost)
    })

    t.strictSame(await currentReport(), next)
  })

  t.test('S-25 a worker with an expired lease cannot write, even if no other took over', async t => {
    const { leases, report, currentReport, next, letLeaseRunOut } = await setUp(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await letLeaseRunOut(report.id)
      await t.rejects(leases.save(leased, next), LeaseLost)
    })

    t.strictSame(await currentReport(), report)
  })

  t.test('S-25 a worker that lost its lease does not release the other’s lease', async t => {
    const { leases, report, letLeaseRunOut } = await setUp(t, open)
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
      await leases.withLease(report.id, noon, doNothing),
      false,
      'the second worker still holds the lease',
    )
    ended.resolve()
    t.equal(await second, true)
  })

  t.test('S-27 a report of a closed connection cannot be saved by its lease holder', async t => {
    const { leases, syncRuns, report, connection, currentReport, next } = await setUp(t, open)
    const reason = { error: 'connection_closed', detail: null } as const

    await leases.withLease(report.id, noon, async leased => {
      await syncRuns.failOpenReports(connection.id, reason, noon)
      await t.rejects(leases.save(leased, next), LeaseLost)
    })

    t.strictSame(await currentReport(), markFailed(report, reason, noon))
  })

  t.test('S-25 concluding a step releases the report for the next caller', async t => {
    const { leases, report, currentReport, next } = await setUp(t, open)
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
    t.strictSame(await currentReport(), next)
  })

  t.test('S-25 a conclusion that is rolled back keeps the lease until it is released', async t => {
    const { leases, report, currentReport, next, unitOfWork } = await setUp(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await rollBack(t, { unitOfWork }, () => leases.saveAndRelease(leased, next))
      t.equal(await leases.withLease(report.id, noon, doNothing), false, 'the lease is still held')
    })

    t.strictSame(await currentReport(), report)
    t.equal(await leases.withLease(report.id, noon, doNothing), true)
  })

  t.test('S-25 a save joins the caller’s transaction', async t => {
    const { leases, report, currentReport, next, unitOfWork } = await setUp(t, open)

    await leases.withLease(report.id, noon, async leased => {
      await rollBack(t, { unitOfWork }, () => leases.save(leased, next))
    })

    t.strictSame(await currentReport(), report)
  })
}
