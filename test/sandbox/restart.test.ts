import { appendFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { eventually } from '../support/eventually.ts'
import {
  aReport,
  codeFor,
  download,
  exchange,
  headersFor,
  json,
  noon,
  profileIdOf,
  type ReportAnswer,
  refresh,
  reporting,
  setting,
} from './amazon-client.ts'

const stateFile = join(t.testdir(), 'amazon.jsonl')
let now = noon
const start = () => startSandbox({ stateFile, now: () => now, generationSeconds: { min: 30, max: 30 } })

t.test('the sandbox keeps its state across a restart', async t => {
  const before = await start()
  const profileId = await profileIdOf(before, 'us-seller')
  const tokens = before.controls.grant('us-seller')
  const revoked = before.controls.grant('none')
  before.controls.revoke('none')
  const unusedCode = await codeFor(before, 'us-seller')
  const usedCode = await codeFor(before, 'us-seller')
  await exchange(before, usedCode)
  const body = aReport('spCampaigns', ['campaign'], ['date', 'cost'])
  const { reportId } = await json<ReportAnswer>(reporting(before, 'us-seller', profileId).create(body))
  await before.close()
  appendFileSync(stateFile, '{"event":"repo')
  now += 30_000

  const after = await start()
  t.teardown(() => after.close())

  const address = `${setting(after, 'AMAZON_ADS_URL_NA')}/reporting/reports/${reportId}`
  const getReport = () =>
    json<ReportAnswer>(fetch(address, { headers: headersFor(after, tokens.accessToken, profileId) }))
  await eventually('the report is completed', async () => (await getReport()).status === 'COMPLETED')
  t.match(gunzipSync(await download((await getReport()).url)).toString(), /^\[\{/)
  t.equal((await refresh(after, tokens.refreshToken)).status, 200, 'a refresh token')
  t.equal((await refresh(after, revoked.refreshToken)).status, 400, 'a revoked refresh token')
  t.equal((await exchange(after, usedCode)).status, 400, 'a used code')
  t.equal((await exchange(after, unusedCode)).status, 200, 'an unused code')
})

t.test('a missing file is generated again with the same content', async t => {
  const sandbox = await start()
  t.teardown(() => sandbox.close())
  const reports = reporting(sandbox, 'us-seller', await profileIdOf(sandbox, 'us-seller'))
  const created = await json<ReportAnswer>(
    reports.create(aReport('sbCampaigns', ['campaign'], ['date', 'cost'])),
  )
  now += 30_000
  const first = await download((await reports.waitUntilCompleted(created.reportId)).url)
  await sandbox.close()
  await rm(`${stateFile}.files`, { recursive: true })

  const again = await start()
  t.teardown(() => again.close())
  const second = await reporting(again, 'us-seller', await profileIdOf(again, 'us-seller')).status(
    created.reportId,
  )
  t.strictSame(await download(second.url), first)
})

t.test('a report older than a week is deleted', async t => {
  const sandbox = await start()
  const reports = reporting(sandbox, 'us-seller', await profileIdOf(sandbox, 'us-seller'))
  const { reportId } = await json<ReportAnswer>(
    reports.create(aReport('sdCampaigns', ['campaign'], ['date', 'cost'])),
  )
  await sandbox.close()
  now += 8 * 86_400_000

  const after = await start()
  t.teardown(() => after.close())
  t.equal(
    (await reporting(after, 'us-seller', await profileIdOf(after, 'us-seller')).get(reportId)).status,
    404,
  )
})

t.test('another sandbox with the same seed can import the reports and revocations', async t => {
  const past = await startSandbox({ now: () => now - 3_600_000, generationSeconds: { min: 30, max: 30 } })
  t.teardown(() => past.close())
  const profileId = await profileIdOf(past, 'us-seller')
  const tokens = past.controls.grant('us-seller')
  const revoked = past.controls.grant('none')
  past.controls.revoke('none')
  const body = aReport('spCampaigns', ['campaign'], ['date', 'cost'])
  const { reportId } = await json<ReportAnswer>(reporting(past, 'us-seller', profileId).create(body))
  const present = await startSandbox({ now: () => now })
  t.teardown(() => present.close())

  const answer = await fetch(`${present.url}/sandbox/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(past.controls.events()),
  })

  t.strictSame(await answer.json(), { taken: 2 })
  const imported = await reporting(present, 'us-seller', profileId).status(reportId)
  t.equal(imported.reportId, reportId)
  t.equal((await refresh(present, tokens.refreshToken)).status, 200)
  t.equal((await refresh(present, revoked.refreshToken)).status, 400)
})
