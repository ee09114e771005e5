import { availableParallelism, loadavg } from 'node:os'
import type { Owner } from '../../support/product/test-product.ts'
import { killOnce, type Outcome, type References, withFirstHit } from './kill-outcome.ts'
import { describePlan, namedPoints, type Plan, planOf, replayOf } from './plans.ts'
import { warmUp } from './processes.ts'
import { openProductInstance, type ProductInstance } from './product-instance.ts'

export interface CrashOptions {
  readonly points: number
  readonly seed: number
  readonly only?: number | undefined
}

export interface CrashReport {
  readonly lines: readonly string[]
  /** What was lost and doubled, with the command that repeats each kill. */
  readonly wrong: readonly string[]
  /** `N points, N lost, N doubled` */
  readonly lastLine: string
  readonly isRight: boolean
}

/** Product instances in parallel; they mostly wait for leases to expire. */
const parallelInstances = 4
/** From this many kills on, every named point is used and a 99th percentile is meaningful. */
const fullRunKills = 100
/** In 99% of cases another worker takes over the killed worker's reports within these milliseconds. */
const takeoverLimit = 5000

export async function runCrashTest(
  owner: Owner,
  { points, seed, only }: CrashOptions,
  print: (line: string) => void,
): Promise<CrashReport> {
  const plans = Array.from({ length: points }, (_, index) => planOf(seed, (only ?? 0) + index))
  const queue = [...plans]
  const outcomes: Outcome[] = []
  const references: References = new Map()
  await warmUp()
  const instances = await Promise.all(
    Array.from({ length: Math.min(parallelInstances, points) }, () => openProductInstance(owner)),
  )
  await Promise.all(
    instances.map(async instance => {
      for (let plan = queue.shift(); plan; plan = queue.shift()) {
        const outcome = await killUntilHit(instance, plan, references)
        outcomes.push(outcome)
        describeOutcome(outcome).forEach(print)
        if (outcomes.length % 100 === 0) print(`${outcomes.length} points tried`)
      }
    }),
  )
  return reportOn(outcomes)
}

async function killUntilHit(instance: ProductInstance, plan: Plan, references: References): Promise<Outcome> {
  let outcome = await killOnce(instance, plan, references)
  for (let retry = 0; !outcome.isKilled && isRight(outcome) && retry < 3; retry += 1) {
    outcome = await killOnce(instance, withFirstHit(plan), references)
  }
  return outcome
}

const isRight = ({ lost, doubled }: Outcome): boolean => lost.length === 0 && doubled.length === 0

function describeOutcome(outcome: Outcome): string[] {
  const { plan, lost, doubled, logged, isKilled } = outcome
  if (!isKilled) return [`point ${plan.index} was not reached: ${describePlan(plan)}`]
  if (isRight(outcome)) return []
  return [
    `point ${plan.index}, ${describePlan(plan)}: ${lost.length} lost, ${doubled.length} doubled`,
    ...lost.slice(0, 5).map(line => `  lost ${line.slice(0, 300)}`),
    ...doubled.slice(0, 5).map(line => `  doubled ${line.slice(0, 300)}`),
    ...logged.slice(0, 5).map(line => `  logged ${line.slice(0, 1500)}`),
    `  replay: ${replayOf(plan)}`,
  ]
}

function reportOn(outcomes: readonly Outcome[]): CrashReport {
  const killed = outcomes.filter(({ isKilled }) => isKilled)
  const hits = new Map(namedPoints.map(({ name }) => [name, 0]))
  let randomKills = 0
  for (const { plan } of killed) {
    if (plan.timing.at === 'instant') randomKills += 1
    else hits.set(plan.timing.point, (hits.get(plan.timing.point) ?? 0) + 1)
  }
  const unreached = [...hits].flatMap(([name, count]) => (count === 0 ? [name] : []))
  const missed = outcomes.length - killed.length
  const isFull = outcomes.length >= fullRunKills
  const times = outcomes.flatMap(({ takeovers }) => takeovers).sort((one, other) => one - other)
  const [load = 0] = loadavg()
  const p99 = quantile(times, 0.99)
  const lost = outcomes.filter(outcome => outcome.lost.length > 0).length
  const doubled = outcomes.filter(outcome => outcome.doubled.length > 0).length
  return {
    wrong: outcomes.filter(outcome => !isRight(outcome)).flatMap(describeOutcome),
    lines: [
      ...[...hits].map(([name, count]) => `${String(count).padStart(5)} × ${name}`),
      `${String(randomKills).padStart(5)} × at a random instant`,
      ...(isFull ? unreached.map(name => `never reached: ${name}`) : []),
      ...(missed > 0 ? [`${missed} points were not reached`] : []),
      `taken over by the other worker: ${times.length} leases, p50 ${quantile(times, 0.5)} ms, ` +
        `p99 ${p99} ms, longest ${quantile(times, 1)} ms (load ${load.toFixed(1)} on ${availableParallelism()} cores)`,
    ],
    lastLine: `${killed.length} points, ${lost} lost, ${doubled} doubled`,
    isRight:
      lost === 0 &&
      doubled === 0 &&
      missed === 0 &&
      !(isFull && (unreached.length > 0 || p99 > takeoverLimit)),
  }
}

/** Expects sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
