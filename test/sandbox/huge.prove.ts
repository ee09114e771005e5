import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createGunzip } from 'node:zlib'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { aReport, json, noon, profileIdOf, type ReportAnswer, reporting } from './amazon-client.ts'

t.test('the huge search-term report has a million rows and is never held in memory as a whole', async t => {
  const sandbox = await startSandbox({ now: () => noon, generationSeconds: { min: 0, max: 0 } })
  t.teardown(() => sandbox.close())
  const profileId = await profileIdOf(sandbox, 'huge')
  const reports = reporting(sandbox, 'huge', profileId)
  const query = { profileId, reportType: 'spSearchTerm', from: '2026-10-25', to: '2026-11-23' }

  const created = await json<ReportAnswer>(
    reports.create(aReport('spSearchTerm', ['searchTerm'], ['date', 'searchTerm', 'clicks'])),
  )
  const statuses = new Set<string>()
  let report = created
  for (; report.status !== 'COMPLETED'; report = await reports.status(created.reportId))
    statuses.add(report.status)
  let rows = 0
  const file = (await fetch(report.url)).body
  for await (const chunk of Readable.fromWeb(file as ReadableStream).pipe(createGunzip())) {
    rows += String(chunk).split('}').length - 1
  }

  t.equal(rows, 1_000_000)
  t.ok(statuses.has('PROCESSING'), 'the report is processing until its file is complete')
  t.ok(process.memoryUsage().rss < 700_000_000, `${process.memoryUsage().rss} bytes`)
  t.equal(sandbox.controls.truth(query)?.total['rows'], 1_000_000)
})
