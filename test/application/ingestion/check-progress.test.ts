import t from 'tap'
import { CheckProgress } from '../../../src/application/ingestion/index.ts'
import { seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { expectedDuration } from '../../../src/domain/ingestion/progress.ts'
import {
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anId,
  aRun,
  minutesLater,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes.ts'

function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  const run = aRun({ connectionId: connection.id })
  const own = { runId: run.id, connectionId: connection.id }
  const checkProgress = new CheckProgress(fakes)
  return { ...fakes, connection, run, own, check: (id = connection.id) => checkProgress.run(id) }
}

t.test('S-21 progress is that of the latest loading, counted from when it was asked for', async t => {
  const { check, ingestions, run, own, connection, clock } = scene()
  const reports = [
    aLoadedReport(own),
    aGeneratingReport({ ...own, type: 'sp_targeting' }),
    aFailedReport({ ...own, type: 'sd_campaigns' }),
  ]
  await ingestions.save(aRun({ connectionId: connection.id, requestedAt: minutesLater(-99) }), [])
  await ingestions.save(run, reports)
  clock.advance(seconds(30))

  const loading = await check()

  t.strictSame([loading?.run, loading?.reports], [run, reports])
  t.match(loading?.progress, {
    stage: 'generating_reports',
    reports: { done: 2, total: 3 },
    canPeek: true,
    estimate: {
      fromSeconds: expectedDuration.quickSeconds - 30,
      toSeconds: expectedDuration.slowSeconds - 30,
    },
  })
})

t.test('S-21 the estimate is what loadings took lately, once there were enough', async t => {
  const { check, ingestions, run, own, clock } = scene()
  await ingestions.save(run, [aGeneratingReport(own)])
  for (let count = 0; count < 5; count += 1) {
    t.match((await check())?.progress.estimate, { toSeconds: expectedDuration.slowSeconds })
    const earlier = aRun({ requestedAt: new Date(clock.now().getTime() - seconds(600)) })
    await ingestions.save(earlier, [aLoadedReport({ runId: earlier.id })])
    await ingestions.settle(earlier.id, clock.now())
  }

  t.match((await check())?.progress.estimate, { fromSeconds: 600, toSeconds: 600 })
})

t.test('a connection that never loaded anything has no progress', async t => {
  const { check } = scene()

  t.equal(await check(anId<ConnectionId>()), null)
})
