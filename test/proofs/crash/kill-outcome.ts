import { dayIn } from '../../../src/domain/calendar.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { factDifferences } from '../../support/loaded-facts.ts'
import { Blow } from './kill.ts'
import type { Plan, Strike } from './plans.ts'
import { comesTrue, type Lane, takeovers } from './product-instance.ts'
import { compared, differenceOf, type Records, recordsOf, reportErrors } from './records.ts'
import { areFinished, type Scene, scenes } from './scenes.ts'

export interface Outcome {
  readonly plan: Plan
  /** False when the point was not passed often enough for the kill. */
  readonly isStruck: boolean
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Errors logged by the processes, which may explain a loss. */
  readonly logged: readonly string[]
  /** Milliseconds until another process took over the killed one's leases. */
  readonly takeovers: readonly number[]
}

/** Records of undisturbed syncs by account, day and kind, made on first use. */
export type References = Map<string, Promise<Records>>

/** Seconds after which unfinished work counts as lost; allows for a busy machine. */
export const timeout = 300

const small = new Set(['CA', 'FR', 'AU'])

let blows = 0

export function tryOnce(instance: Lane, plan: Plan, references: References): Promise<Outcome> {
  const profile = profileFor(instance, plan)
  return onOneDay(profile, () => tryWith(profile, instance, plan, references))
}

async function tryWith(
  profile: AdvertisingProfile,
  instance: Lane,
  plan: Plan,
  references: References,
): Promise<Outcome> {
  const scene = scenes[plan.scene]
  const reference = await referenceOf(instance, scene, profile, references)
  const workers = await instance.workers()
  blows += 1
  const kill = new Blow(instance.processes, {
    plan,
    name: `${plan.index}-${blows}`,
    span: scene.span,
    onFallen({ member }) {
      if (!workers.includes(member)) return
      instance.expectEnd(member)
      instance.replace(member)
    },
  })
  instance.processes.takeErrors()
  await calm(instance, plan.generationSeconds)
  const { users, wrong = [] } = await scene.play({
    instance,
    profile,
    arm: whom => kill.arm(whom ? [whom] : workers),
  })
  const isFinished = await comesTrue(() => areFinished(instance, users, scene.runs), timeout)
  await kill.over()

  const { fallen } = kill
  const lost = [...wrong, ...(isFinished ? [] : ['not settled within five minutes'])]
  const doubled: string[] = []
  for (const connectionId of await connectionsOf(instance, users)) {
    const difference = differenceOf(await recordsOf(instance.product, connectionId, compared), reference)
    lost.push(...difference.lost)
    doubled.push(...difference.doubled)
    if (!scene.hasErrors)
      doubled.push(...(await recordsOf(instance.product, connectionId, [reportErrors])).keys())
  }
  const measured = fallen ? await takeovers(instance, fallen.member.name, fallen.at) : []
  await clear(instance, users)
  return {
    plan,
    isStruck: fallen !== null,
    lost,
    doubled,
    logged: instance.processes.takeErrors(),
    takeovers: measured,
  }
}

/** A plan for the first hit, when the point was not reached often enough. */
export const sooner = (plan: Plan): Plan => {
  const kill: Strike = plan.kill.at === 'point' ? { ...plan.kill, hit: 1 } : plan.kill
  return { ...plan, kill }
}

/** Repeats what ran across midnight in the account's time zone, because the loaded days change then. */
export async function onOneDay<Result>(
  { timezone }: Pick<AdvertisingProfile, 'timezone'>,
  play: () => Promise<Result>,
): Promise<Result> {
  const day = dayIn(timezone, new Date())
  const result = await play()
  return dayIn(timezone, new Date()) === day ? result : onOneDay({ timezone }, play)
}

export function profileFor(instance: Lane, { account }: Pick<Plan, 'account'>): AdvertisingProfile {
  const eligible = instance.profiles.filter(({ country }) => small.has(country))
  const profile = eligible[Math.floor(account * eligible.length)]
  if (!profile) throw new Error('the sandbox has no such account')
  return profile
}

export function referenceOf(
  instance: Lane,
  { like }: Pick<Scene, 'like'>,
  profile: AdvertisingProfile,
  references: References,
): Promise<Records> {
  const key = `${like} ${profile.id} ${dayIn(profile.timezone, new Date())}`
  const known = references.get(key)
  if (known) return known
  const made = loadUndisturbed(instance, like, profile)
  references.set(key, made)
  return made
}

/** The undisturbed sync itself is compared with Amazon's sums, to the cent. */
async function loadUndisturbed(
  instance: Lane,
  like: Scene['like'],
  profile: AdvertisingProfile,
): Promise<Records> {
  const plain = scenes[like === 'first' ? 'load' : like]
  await instance.workers()
  await calm(instance, 0.2)
  const { users } = await plain.play({ instance, profile, arm: () => undefined })
  if (!(await comesTrue(() => areFinished(instance, users, plain.runs), timeout))) {
    throw new Error(`an undisturbed loading of ${profile.accountName} was not over within five minutes`)
  }
  const [connectionId = ''] = await connectionsOf(instance, users)
  const isWhole = like === 'first' || like === 'sync'
  const mismatches = isWhole ? await factDifferences(instance.product, connectionId) : []
  if (mismatches.length > 0) throw new Error(`undisturbed, and yet wrong: ${mismatches.join('; ')}`)
  const records = await recordsOf(instance.product, connectionId, compared)
  await clear(instance, users)
  return records
}

export async function calm({ product }: Lane, generation: number): Promise<void> {
  await product.sandbox.controls.reset()
  product.sandbox.controls.set({ generationSeconds: { min: 0.05, max: generation } })
}

export async function connectionsOf({ product }: Lane, users: readonly UserId[]): Promise<string[]> {
  const rows = await product.query<{ id: string }>('select id from connection where user_id = any($1)', [
    users,
  ])
  return rows.map(({ id }) => id)
}

export async function clear({ product }: Lane, users: readonly UserId[]): Promise<void> {
  await product.query('delete from timeline_entry where user_id = any($1)', [users])
  await product.query('delete from app_user where id = any($1)', [users])
}
