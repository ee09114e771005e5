/** Jobs are only wake-ups: S-20 to S-25 hold when jobs are lost, doubled or delayed. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { walkUsSellersJourney } from '../support/browser/sellers-journey.ts'
import { waitForExit } from '../support/product/child-process.ts'
import { connectDirectly, profilesOf } from '../support/product/connected.ts'
import { factDifferences } from '../support/product/loaded-facts.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'
import { startWorkerProcess } from '../support/product/worker-process.ts'
import { randomNumbers } from '../support/seed.ts'
import { type FaultCounts, type JobStore, jobsInMongo, jobsInPostgres } from './servers/jobs-places.ts'

const places = { PostgreSQL: jobsInPostgres, MongoDB: jobsInMongo }

async function assertLoaded(t: Test, product: TestProduct, connectionId: string): Promise<void> {
  t.strictSame(await factDifferences(product, connectionId), [], 'the facts match Amazon’s')
  const finished = await product.query<{ report_id: string; times: number }>(
    `select report_id, count(*)::int as times from timeline_entry
     where connection_id = $1 and kind = 'report_loaded' group by 1`,
    [connectionId],
  )
  t.ok(finished.length > 0, 'reports were loaded')
  t.strictSame(
    finished.filter(({ times }) => times !== 1),
    [],
    'each report was loaded once',
  )
}

const connect = async (product: TestProduct) => {
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('the sandbox has no profile')
  return (await connectDirectly(product, { user: 'us-seller', profile })).connectionId
}

async function waitUntilFinished(product: TestProduct, connectionId: string, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const [row] = await product.query<{ open: number }>(
      'select count(*)::int as open from report where connection_id = $1 and due_at is not null',
      [connectionId],
    )
    if (row?.open === 0) return
    if (Date.now() > deadline) throw new Error(`${row?.open} reports are open after ${seconds} s`)
    await sleep(100)
  }
}

for (const [name, openPlace] of Object.entries(places)) {
  t.test(`S-20 S-24 S-25 lost, doubled and delayed Agenda jobs in ${name} change no result`, async t => {
    const place = await openPlace(t)
    const product = await startTestProduct(t, { worker: true, env: { JOBS_URL: place.url } })
    const journeyEnd = new AbortController()
    const spoiling = keepSpoiling(place, journeyEnd.signal)

    const mismatches = await walkUsSellersJourney(t, product)

    journeyEnd.abort()
    const spoilt = await spoiling
    t.strictSame(mismatches, [])
    t.comment(`${place.name}: ${JSON.stringify(spoilt)}`)
    for (const [action, count] of Object.entries(spoilt)) t.ok(count > 0, `some jobs were ${action}`)
    const [connection] = await product.query<{ id: string }>('select id from connection')
    await assertLoaded(t, product, connection?.id ?? '')
  })
}

async function keepSpoiling(place: JobStore, signal: AbortSignal): Promise<FaultCounts> {
  const random = randomNumbers(7)
  const totals = { lost: 0, doubled: 0, delayed: 0 }
  while (!signal.aborted) {
    const { lost, doubled, delayed } = await place.injectFaults(random)
    totals.lost += lost
    totals.doubled += doubled
    totals.delayed += delayed
    await sleep(5)
  }
  return totals
}

t.test('S-20 S-25 moving jobs between PostgreSQL and MongoDB during a load loses no report', async t => {
  const [before, after] = [await jobsInPostgres(t), await jobsInMongo(t)]
  for (const [from, to] of [
    [before, after],
    [after, before],
  ] as const) {
    const product = await startTestProduct(t, {
      env: { JOBS_URL: from.url },
      sandbox: { generationSeconds: { min: 1, max: 4 } },
    })
    const worker = (place: JobStore) =>
      startWorkerProcess({ ...product, environment: { ...product.environment, JOBS_URL: place.url } })
    const first = worker(from)
    t.teardown(() => first.kill('SIGKILL'))
    const connectionId = await connect(product)
    await waitUntilRequested(product, connectionId)
    first.kill('SIGTERM')
    await waitForExit(first)
    const [row] = await product.query<{ count: number }>(
      'select count(*)::int from report where due_at is not null',
    )
    t.ok((row?.count ?? 0) > 0, `${row?.count} reports are open when the worker on ${from.name} stops`)

    const second = worker(to)
    t.teardown(() => second.kill('SIGKILL'))
    await waitUntilFinished(product, connectionId)

    await assertLoaded(t, product, connectionId)
  }
})

async function waitUntilRequested(product: TestProduct, connectionId: string): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    const [row] = await product.query<{ count: number }>(
      `select count(*)::int from report where connection_id = $1 and amazon_report_id is not null`,
      [connectionId],
    )
    if ((row?.count ?? 0) > 0) return
    await sleep(50)
  }
  throw new Error('no report was requested from Amazon')
}

t.test('S-20 S-25 reports load while MongoDB is down for an hour and after it comes back empty', async t => {
  const place = await jobsInMongo(t)
  const { power } = place
  if (!power) return t.comment('MONGO_URL names a server that this test must not stop')
  const product = await startTestProduct(t, { worker: true, env: { JOBS_URL: place.url } })
  const first = await connect(product)
  await power.cut()
  product.clock.advance(3_600_000)

  const second = await connect(product)
  for (const connectionId of [first, second]) await waitUntilFinished(product, connectionId)
  for (const connectionId of [first, second]) await assertLoaded(t, product, connectionId)
  t.match(product.logged(), /"type":"Mongo\w+Error"/, 'the log shows why no job was enqueued')

  await power.restore()
  const third = await connect(product)
  await waitUntilFinished(product, third)
  await assertLoaded(t, product, third)
  const mismatches = await walkUsSellersJourney(t, product)
  t.strictSame(mismatches, [], 'a new seller’s journey has no mismatches')
})
