import t from 'tap'
import { ListReports } from '../../../src/application/ingestion/list-reports.ts'
import { aFailedReport, anActiveConnection, aRequestedReport, aRun } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-25 a page shows the report states of its connection only', async t => {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  const run = aRun({ connectionId: connection.id })
  const own = { syncRunId: run.id, connectionId: connection.id }
  await fakes.syncRuns.save(run, [aFailedReport(own), aRequestedReport({ ...own, type: 'sb_campaigns' })])
  const listReports = new ListReports(fakes)

  t.match(await listReports.execute(connection.id), {
    finished: [{ type: 'sp_campaigns', status: 'failed' }],
    open: [{ type: 'sb_campaigns' }],
  })
  t.match(await listReports.execute(anActiveConnection().id), { finished: [], open: [] })
})
