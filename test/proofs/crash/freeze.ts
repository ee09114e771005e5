import { setTimeout as sleep } from 'node:timers/promises'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { randomNumbers } from '../../support/seed.ts'
import type { Interruption } from './failpoint-preload.ts'
import {
  connectionsOf,
  deleteUsers,
  profileFor,
  type References,
  referenceFor,
  resetAmazon,
  timeoutSeconds,
  withinOneDay,
} from './kill-outcome.ts'
import { points, type SceneName } from './plans.ts'
import { type ProductInstance, waitUntilTrue } from './product-instance.ts'
import { comparedQueries, differenceOf, loadedTables, recordsOf, reportErrors } from './records.ts'
import { areFinished, scenes } from './scenes.ts'

/** Failpoints with unwritten work: a worker frozen at one until its lease expires has lost the lease. */
const freezePoints = [
  'after lease taken',
  'after refresh claimed',
  'before refresh stored',
  'before report_accepted',
  'before no event',
  'before report_completed',
  'after rows staged',
  'after days replaced',
  'before report_loaded',
  'before sync_finished',
] as const

const sceneOf = (point: string): SceneName =>
  points.find(({ commit }) => point.endsWith(commit))?.scene ?? 'load'

export interface FreezeOutcome {
  readonly point: string
  /** False when no worker reached the point. */
  readonly isFrozen: boolean
  /** Every difference, including writes of the worker after it woke; empty when all is correct. */
  readonly wrong: readonly string[]
}

interface Round {
  readonly seed: number
  readonly index: number
}

/**
 * Freezes a worker during its work, lets another one take over and finish, wakes the first and checks what it wrote.
 */
export function freezeOnce(
  instance: ProductInstance,
  round: Round,
  references: References,
): Promise<FreezeOutcome> {
  const roll = randomNumbers(Math.imul(round.seed, 1_000_003) + round.index)
  roll()
  const profile = profileFor(instance, { account: roll() })
  return withinOneDay(profile, () => freezeDuringScene(profile, instance, round, references))
}

async function freezeDuringScene(
  profile: AdvertisingProfile,
  instance: ProductInstance,
  { index }: Round,
  references: References,
): Promise<FreezeOutcome> {
  const point = freezePoints[index % freezePoints.length] ?? 'after lease taken'
  const scene = scenes[sceneOf(point)]
  const reference = await referenceFor(instance, scene, profile, references)
  const workers = await instance.workers()
  const interruption: Interruption = {
    name: `frozen-${index}-${Date.now()}`,
    point,
    hit: 1,
    signal: 'SIGSTOP',
  }

  await resetAmazon(instance, 0.2)
  const { users } = await scene.run({ instance, profile, arm: () => instance.processes.arm(interruption) })
  const isFrozen = await waitUntilTrue(() => instance.processes.interruptedBy(interruption) !== null, 60)
  const frozenWorker = workers.find(
    ({ child }) => child.pid === instance.processes.interruptedBy(interruption)?.pid,
  )
  const wrong: string[] = []
  if (!(await waitUntilTrue(() => areFinished(instance, users, scene.runs), timeoutSeconds)))
    wrong.push('no other worker took over')
  instance.processes.disarm()
  const [connectionId = ''] = await connectionsOf(instance, users)
  const before = await snapshotOf(instance, connectionId)

  frozenWorker?.child.kill('SIGCONT')
  // The worker's work has ended when it releases the lease it has lost. On a busy machine the release itself may fail.
  const passed = () => instance.processes.failpointsAfterWakeOf(interruption)
  if (isFrozen && !(await waitUntilTrue(() => passed().includes('before lease released'), timeoutSeconds)))
    wrong.push(
      `the worker did not wake (exit code ${frozenWorker?.child.exitCode}); it passed ${passed().join(', ')}`,
      ...instance.processes.takeErrors(),
    )
  await sleep(300)

  // Only rows prove something: a failpoint may be passed now for a commit from before the freeze.
  const after = await snapshotOf(instance, connectionId)
  const changed = [...after].filter(row => !before.has(row)).map(row => row.slice(0, 300))
  if (changed.length > 0 || before.size !== after.size)
    wrong.push('something changed when the worker woke', ...changed.slice(0, 3))
  const { lost, doubled } = differenceOf(
    await recordsOf(instance.product, connectionId, comparedQueries),
    reference,
  )
  const errors = [...(await recordsOf(instance.product, connectionId, [reportErrors])).keys()]
  await deleteUsers(instance, users)
  return { point, isFrozen, wrong: [...wrong, ...lost, ...doubled, ...errors] }
}

/**
 * Returns every row of a connection with its writing transaction. Leases are left out, because the woken worker may
 * release its own, and sent emails, because the other worker sends them later.
 */
async function snapshotOf({ product }: ProductInstance, connectionId: string): Promise<ReadonlySet<string>> {
  const parts = [
    ...['sync_run', 'timeline_entry', ...loadedTables].map(
      table => `select '${table}' as what, xmin::text || to_jsonb(t)::text as text from ${table} t
                where connection_id = $1 and to_jsonb(t)->>'kind' is distinct from 'email_sent'`,
    ),
    `select 'report', (to_jsonb(t) - 'leased_until')::text from report t where connection_id = $1`,
    `select 'grant', (to_jsonb(t) - 'refreshing_until')::text from connection_grant t where connection_id = $1`,
  ]
  const rows = await product.query<{ row: string }>(
    `select what || ' ' || text as row from (${parts.join(' union all ')}) parts`,
    [connectionId],
  )
  return new Set(rows.map(({ row }) => row))
}
