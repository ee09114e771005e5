import { dayIn } from '../../../src/domain/calendar.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { Kill } from './kill.ts'
import type { KillTiming, Plan } from './plans.ts'
import { measureTakeovers, type ProductInstance, waitUntilTrue } from './product-instance.ts'
import { comparedQueries, differenceOf, type Records, recordsOf, reportErrors } from './records.ts'
import { areFinished, type Scene, scenes } from './scenes.ts'

export interface Outcome {
  readonly plan: Plan
  /** False when the point was not passed often enough for the kill. */
  readonly isKilled: boolean
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Errors logged by the processes, which may explain a loss. */
  readonly logged: readonly string[]
  /** Milliseconds until another process took over the killed one's leases. */
  readonly takeovers: readonly number[]
}

/** Records of undisturbed syncs by account, day and kind, created on first use. */
export type References = Map<string, Promise<Records>>

/** Seconds after which unfinished work counts as lost; allows for a busy machine. */
export const timeoutSeconds = 300

const smallCountries = new Set(['CA', 'FR', 'AU'])

let killCount = 0

export function killOnce(instance: ProductInstance, plan: Plan, references: References): Promise<Outcome> {
  const profile = profileFor(instance, plan)
  return withinOneDay(profile, () => killDuringScene(profile, instance, plan, references))
}

async function killDuringScene(
  profile: AdvertisingProfile,
  instance: ProductInstance,
  plan: Plan,
  references: References,
): Promise<Outcome> {
  const scene = scenes[plan.scene]
  const reference = await referenceFor(instance, scene, profile, references)
  const workers = await instance.workers()
  killCount += 1
  const kill = new Kill(instance.processes, {
    plan,
    name: `${plan.index}-${killCount}`,
    duration: scene.duration,
    onKilled({ process }) {
      if (!workers.includes(process)) return
      instance.expectExit(process)
      instance.replace(process)
    },
  })
  instance.processes.takeErrors()
  await resetAmazon(instance, plan.generationSeconds)
  const { users, wrong = [] } = await scene.run({
    instance,
    profile,
    arm: target => kill.arm(target ? [target] : workers),
  })
  const isFinished = await waitUntilTrue(() => areFinished(instance, users, scene.runs), timeoutSeconds)
  await kill.finish()

  const { killed } = kill
  const lost = [...wrong, ...(isFinished ? [] : ['not finished within five minutes'])]
  const doubled: string[] = []
  for (const connectionId of await connectionsOf(instance, users)) {
    const difference = differenceOf(
      await recordsOf(instance.product, connectionId, comparedQueries),
      reference,
    )
    lost.push(...difference.lost)
    doubled.push(...difference.doubled)
    if (!scene.hasErrors)
      doubled.push(...(await recordsOf(instance.product, connectionId, [reportErrors])).keys())
  }
  const takeoverTimes = killed ? await measureTakeovers(instance, killed.process.name, killed.at) : []
  await deleteUsers(instance, users)
  return {
    plan,
    isKilled: killed !== null,
    lost,
    doubled,
    logged: instance.processes.takeErrors(),
    takeovers: takeoverTimes,
  }
}

/** Returns the plan with its kill at the first hit, for when the point was not reached often enough. */
export const withFirstHit = (plan: Plan): Plan => {
  const timing: KillTiming = plan.timing.at === 'point' ? { ...plan.timing, hit: 1 } : plan.timing
  return { ...plan, timing }
}

/** Repeats a run that crossed midnight in the account's time zone, because the loaded days change then. */
export async function withinOneDay<Result>(
  { timezone }: Pick<AdvertisingProfile, 'timezone'>,
  run: () => Promise<Result>,
): Promise<Result> {
  const day = dayIn(timezone, new Date())
  const result = await run()
  return dayIn(timezone, new Date()) === day ? result : withinOneDay({ timezone }, run)
}

export function profileFor(
  instance: ProductInstance,
  { account }: Pick<Plan, 'account'>,
): AdvertisingProfile {
  const eligible = instance.profiles.filter(({ country }) => smallCountries.has(country))
  const profile = eligible[Math.floor(account * eligible.length)]
  if (!profile) throw new Error('the sandbox has no such account')
  return profile
}

export function referenceFor(
  instance: ProductInstance,
  { reference }: Pick<Scene, 'reference'>,
  profile: AdvertisingProfile,
  references: References,
): Promise<Records> {
  const key = `${reference} ${profile.id} ${dayIn(profile.timezone, new Date())}`
  const existing = references.get(key)
  if (existing) return existing
  const created = recordUndisturbed(instance, reference, profile)
  references.set(key, created)
  return created
}

/** Records an undisturbed sync, after comparing its figures with Amazon's to the cent. */
async function recordUndisturbed(
  instance: ProductInstance,
  reference: Scene['reference'],
  profile: AdvertisingProfile,
): Promise<Records> {
  const undisturbed = scenes[reference === 'first' ? 'load' : reference]
  await instance.workers()
  await resetAmazon(instance, 0.2)
  const { users } = await undisturbed.run({ instance, profile, arm: () => undefined })
  if (!(await waitUntilTrue(() => areFinished(instance, users, undisturbed.runs), timeoutSeconds))) {
    throw new Error(`the undisturbed sync of ${profile.accountName} did not finish within five minutes`)
  }
  const [connectionId = ''] = await connectionsOf(instance, users)
  const isComplete = reference === 'first' || reference === 'sync'
  const mismatches = isComplete ? await factDifferences(instance.product, connectionId) : []
  if (mismatches.length > 0) throw new Error(`the undisturbed sync is wrong: ${mismatches.join('; ')}`)
  const records = await recordsOf(instance.product, connectionId, comparedQueries)
  await deleteUsers(instance, users)
  return records
}

export async function resetAmazon({ product }: ProductInstance, maxGenerationSeconds: number): Promise<void> {
  await product.sandbox.controls.reset()
  product.sandbox.controls.set({ generationSeconds: { min: 0.05, max: maxGenerationSeconds } })
}

export async function connectionsOf(
  { product }: ProductInstance,
  users: readonly UserId[],
): Promise<string[]> {
  const rows = await product.query<{ id: string }>('select id from connection where user_id = any($1)', [
    users,
  ])
  return rows.map(({ id }) => id)
}

export async function deleteUsers({ product }: ProductInstance, users: readonly UserId[]): Promise<void> {
  await product.query('delete from timeline_entry where user_id = any($1)', [users])
  await product.query('delete from app_user where id = any($1)', [users])
}
