import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Fault } from '../../../sandbox/faults/names.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { waitForExit } from '../../support/product/child-process.ts'
import { connectDirectly, profilesOf } from '../../support/product/connected.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { startWorkerProcess } from '../../support/product/worker-process.ts'
import { randomNumbers, shuffled } from '../../support/seed.ts'
import { repetitions } from '../repetitions.ts'
import { findProblems } from './account.ts'
import { IdleTimeSkipper } from './idle-time-skipper.ts'

const { count, seed } = repetitions(8, 500)
const amazonUser = 'thousand'
const accountsAtOnce = 20

const always = { region: null, times: null } as const

/** About one call in ten fails, as calls to Amazon do; the first fault is final for its report. */
const faults: Fault[] = [
  { ...always, call: 'create', fault: '400', share: 0.004 },
  { ...always, call: 'create', fault: '429', share: 0.04 },
  { ...always, call: 'create', fault: '429', share: 0.04, retryAfterSeconds: 20 },
  { ...always, call: 'create', fault: '500', share: 0.03 },
  { ...always, call: 'create', fault: 'reset', share: 0.03 },
  { ...always, call: 'create', fault: 'invalid_token', share: 0.03 },
  { ...always, call: 'status', fault: '503', share: 0.03 },
  { ...always, call: 'status', fault: 'reset', share: 0.03 },
  { ...always, call: 'status', fault: 'failed', share: 0.02 },
  { ...always, call: 'status', fault: '404', share: 0.01 },
  { ...always, call: 'token', fault: '500', share: 0.1 },
  { ...always, call: 'download', fault: 'half_body', share: 0.04 },
  { ...always, call: 'download', fault: 'corrupt_gzip', share: 0.04 },
  { ...always, call: 'download', fault: 'reset', share: 0.03 },
  { ...always, call: 'download', fault: 'expired', share: 0.03 },
]

t.test(
  `S-24 S-25 ${count} accounts load correctly to the cent while Amazon fails in every way (seed ${seed})`,
  { timeout: 3_500_000 },
  async t => {
    const { product, skipper } = await startProductWithWorkers(t)
    const { id: manager } = await product.newUser('manager')
    const profiles = shuffled(await profilesOf(product, amazonUser), randomNumbers(seed)).slice(0, count)
    product.sandbox.controls.set({ faults })

    let correctCount = 0
    for (let start = 0; start < count; start += accountsAtOnce) {
      const connections = await connectAll(product, manager, profiles.slice(start, start + accountsAtOnce))
      // Halfway through, every access token becomes invalid.
      product.sandbox.controls.expireAccessTokens()
      await untilFinished(product, skipper)
      for (const connectionId of connections) {
        const problems = await findProblems(product, connectionId)
        if (problems.length === 0) correctCount += 1
        else t.fail(`${connectionId} is not correct`, { cause: problems.slice(0, 5) })
      }
      if (correctCount % 100 === 0) t.comment(`${correctCount} accounts are correct`)
    }

    const [loaded = 0, failed = 0] = await Promise.all([
      countReports(product, 'loaded'),
      countReports(product, 'failed'),
    ])
    const errors = await countErrors(product)
    t.comment(
      `${correctCount} of ${count} accounts to the cent: ${loaded} reports loaded, ${failed} failed with a reason`,
    )
    t.comment(`errors along the way: ${errors.join(', ')}`)
    t.equal(correctCount, count)
    t.ok(errors.length > 2, 'Amazon failed in several ways')
    t.ok(failed < loaded / 20, 'most reports are loaded')
  },
)

async function startProductWithWorkers(t: Test): Promise<{ product: TestProduct; skipper: IdleTimeSkipper }> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-test-accounts-'))
  const shiftFile = join(folder, 'shift')
  const product = await startTestProduct(t, {
    sandbox: { seed: `accounts ${seed}`, generationSeconds: { min: 0, max: 0.3 } },
    env: { CLOCK_SHIFT_FILE: shiftFile },
  })
  const skipper = new IdleTimeSkipper(product, shiftFile)
  const workers = [startWorkerProcess(product), startWorkerProcess(product)]
  t.teardown(async () => {
    for (const worker of workers) {
      worker.kill('SIGKILL')
      await waitForExit(worker)
    }
    await rm(folder, { recursive: true })
  })
  return { product, skipper }
}

async function connectAll(
  product: TestProduct,
  existingUserId: UserId,
  profiles: readonly AdvertisingProfile[],
): Promise<ConnectionId[]> {
  const connections: ConnectionId[] = []
  for (const profile of profiles) {
    const { connectionId } = await connectDirectly(product, {
      user: amazonUser,
      profile,
      role: 'manager',
      existingUserId,
    })
    connections.push(connectionId)
  }
  // The clock jumps by hours here, and daily syncs are not part of this proof.
  await product.query(`update sync_schedule set due_at = now() + interval '1 year'`)
  return connections
}

async function untilFinished(product: TestProduct, skipper: IdleTimeSkipper): Promise<void> {
  for (let end = Date.now() + 600_000; Date.now() < end; await sleep(100)) {
    const [row] = await product.query<{ open: number }>(
      'select count(*)::int as open from sync_run where finished_at is null',
    )
    if (row?.open === 0) return
    await skipper.skipIdleTime()
  }
  throw new Error('loading did not finish within ten minutes')
}

async function countReports(product: TestProduct, status: string): Promise<number> {
  const [row] = await product.query<{ count: number }>(
    'select count(*)::int as count from report where status = $1',
    [status],
  )
  return row?.count ?? 0
}

async function countErrors(product: TestProduct): Promise<string[]> {
  const rows = await product.query<{ text: string }>(
    `select count(*) || ' ' || (event -> 'error' ->> 'error') as text from timeline_entry
     where kind = 'report_error' group by event -> 'error' ->> 'error' order by 1`,
  )
  return rows.map(({ text }) => text)
}
