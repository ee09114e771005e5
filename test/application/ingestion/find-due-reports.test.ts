import t from 'tap'
import { FindDueReports } from '../../../src/application/ingestion/find-due-reports.ts'
import { anActiveConnection, aRequestedReport, aRun, minutesLater } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-25 the sweep finds due reports that no job announced', async t => {
  const fakes = openFakes()
  const { syncRuns, connections } = fakes
  const connection = anActiveConnection()
  await connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const overdue = aRequestedReport({
    syncRunId: run.id,
    connectionId: connection.id,
    dueAt: minutesLater(-5),
  })
  const notYetDue = aRequestedReport({
    syncRunId: run.id,
    connectionId: connection.id,
    dueAt: minutesLater(5),
  })
  const dueNow = aRequestedReport({ syncRunId: run.id, connectionId: connection.id })
  await syncRuns.save(run, [notYetDue, dueNow, overdue])
  const sweep = new FindDueReports(fakes)
  const findIds = async (limit: number) => (await sweep.execute(limit)).due.map(({ id }) => id)

  t.strictSame(await findIds(10), [overdue.id, dueNow.id], 'the report that has been due longest comes first')
  t.strictSame(await findIds(1), [overdue.id])
  t.equal((await sweep.execute(1)).isComplete, false)
  t.equal((await sweep.execute(3)).isComplete, true)
  fakes.loader.freeSlots = 0
  t.equal((await sweep.execute(3)).isComplete, false, 'one report may wait for a free load slot')
})

t.test('S-25 each worker takes a random share of the due reports, interactive ones first', async t => {
  const fakes = openFakes()
  const { syncRuns, connections, random } = fakes
  const connection = anActiveConnection()
  await connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const many = Array.from({ length: 20 }, (_, index) =>
    aRequestedReport({
      syncRunId: run.id,
      connectionId: connection.id,
      dueAt: minutesLater(index - 30),
      isInteractive: index >= 18,
    }),
  )
  await syncRuns.save(run, many)
  const sweep = new FindDueReports(fakes)
  const drawWith = async (randomValue: number) => {
    random.value = randomValue
    const ids = (await sweep.execute(6)).due.map(({ id }) => id)
    return ids.map(id => many.findIndex(report => report.id === id))
  }

  t.strictSame(await drawWith(0), [18, 19, 0, 1, 2, 3])
  t.strictSame(await drawWith(0.999), [18, 19, 14, 15, 16, 17], 'the last possible share, in due order')
})
