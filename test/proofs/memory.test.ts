import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { factDifferences } from '../support/loaded-facts.ts'
import { authorise, choose, signIn } from '../support/sellers-journey.ts'
import { startTestProduct } from '../support/test-product.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** The most memory that a process ever held, in megabytes (Linux, proc_pid_status(5), VmHWM). */
function peakMegabytes(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

t.test(
  'a report of 1,000,000 rows is loaded whole within 300 MB of memory',
  { timeout: 240_000 },
  async t => {
    const product = await startTestProduct(t, { process: 'web' })
    const { email, id } = await product.newPerson()
    const browser = product.browser()
    await signIn(browser, email)
    await authorise(browser, 'huge')
    await choose(browser, '—')
    const worker = startWorkerProcess(product)
    t.teardown(() => worker.kill('SIGKILL'))

    let settled = false
    for (let waited = 0; !settled && waited < 220_000; waited += 500) {
      await sleep(500)
      const [open] = await product.query<{ count: string }>(
        `select count(*) as count from report where status not in ('loaded', 'failed')`,
      )
      settled = open?.count === '0'
    }
    const peak = peakMegabytes(worker.pid ?? 0)
    worker.kill('SIGTERM')
    await once(worker, 'exit')

    const [connection] = await product.query<{ id: string }>(
      'select id from connection where person_id = $1',
      [id],
    )
    const [loaded] = await product.query<{ rows: string }>(`select count(*) as rows from search_term_fact`)
    t.ok(Number(loaded?.rows) >= 1_000_000, `${loaded?.rows} rows`)
    t.strictSame(await factDifferences(product, connection?.id ?? ''), [])
    t.comment(`the worker held ${Math.round(peak)} MB at most`)
    t.ok(peak < 300, `${Math.round(peak)} MB`)
  },
)
