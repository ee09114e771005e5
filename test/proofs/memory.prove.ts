import { readFileSync } from 'node:fs'
import t from 'tap'
import { until } from '../journeys/user-records.ts'
import { authorise, choose, signIn } from '../support/browser/sellers-journey.ts'
import { waitForExit } from '../support/product/child-process.ts'
import { connectDirectly, profilesOf } from '../support/product/connected.ts'
import { factDifferences } from '../support/product/loaded-facts.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { startWorkerProcess } from '../support/product/worker-process.ts'

/** VmHWM of proc_pid_status(5). */
function peakMegabytes(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

const skip =
  process.platform === 'linux' ? false : 'needs Linux: the peak memory of a process is read from /proc'

t.test(
  'loading 1,000,000 rows takes at most 150 MB more memory than loading a small account',
  { timeout: 240_000, skip },
  async t => {
    const product = await startTestProduct(t)
    const worker = startWorkerProcess(product)
    t.teardown(() => worker.kill('SIGKILL'))
    const untilFinished = () =>
      until(
        'every report is finished',
        async () => {
          const open = await product.query(`select 1 from report where status not in ('loaded', 'failed')`)
          return open.length === 0
        },
        220,
      )

    const [small] = await profilesOf(product, 'us-seller')
    if (!small) throw new Error('the sandbox’s seller has no profile')
    await connectDirectly(product, { user: 'us-seller', profile: small })
    await untilFinished()
    const before = peakMegabytes(worker.pid ?? 0)

    const { email, id } = await product.newUser()
    const browser = product.browser()
    await signIn(browser, email)
    await authorise(browser, 'huge')
    await choose(browser, '—')
    await untilFinished()
    const peak = peakMegabytes(worker.pid ?? 0)
    worker.kill('SIGTERM')
    await waitForExit(worker)

    const [connection] = await product.query<{ id: string }>('select id from connection where user_id = $1', [
      id,
    ])
    const [loaded] = await product.query<{ rows: string }>(`select count(*) as rows from search_term_fact`)
    t.ok(Number(loaded?.rows) >= 1_000_000, `${loaded?.rows} rows`)
    t.strictSame(await factDifferences(product, connection?.id ?? ''), [])
    t.comment(
      `the worker’s memory peaked at ${Math.round(peak)} MB, and at ${Math.round(before)} MB before the large report`,
    )
    t.ok(peak - before < 150, `${Math.round(peak - before)} MB more`)
  },
)
