import { availableParallelism, loadavg } from 'node:os'
import type { Owner } from '../../support/test-product.ts'
import { type Outcome, type References, sooner, tryOnce } from './kill-outcome.ts'
import { describePlan, namedPoints, type Plan, planOf, replayOf } from './plans.ts'
import { warmUp } from './processes.ts'
import { type Lane, openLane } from './product-instance.ts'

export interface Asked {
  readonly points: number
  readonly seed: number
  readonly only?: number | undefined
}

export interface Account {
  readonly lines: readonly string[]
  /** `N points, N lost, N doubled` */
  readonly lastLine: string
  readonly isRight: boolean
}

/** Product instances in parallel; they mostly wait for leases to expire. */
const lanesAtOnce = 4
/** From this many kills on, every named point is used and a 99th percentile is meaningful. */
const fullRun = 100
/** Milliseconds after which another worker has the killed worker's reports, in 99% of cases. */
const takeoverLimit = 5000

export async function crash(
  owner: Owner,
  { points, seed, only }: Asked,
  say: (line: string) => void,
): Promise<Account> {
  const plans = Array.from({ length: points }, (_, place) => planOf(seed, (only ?? 0) + place))
  const queue = [...plans]
  const outcomes: Outcome[] = []
  const references: References = new Map()
  await warmUp()
  const lanes = await Promise.all(
    Array.from({ length: Math.min(lanesAtOnce, points) }, () => openLane(owner)),
  )
  await Promise.all(
    lanes.map(async instance => {
      for (let plan = queue.shift(); plan; plan = queue.shift()) {
        const outcome = await tryUntilStruck(instance, plan, references)
        outcomes.push(outcome)
        describeOutcome(outcome).forEach(say)
        if (outcomes.length % 100 === 0) say(`${outcomes.length} points tried`)
      }
    }),
  )
  return accountOf(outcomes)
}

async function tryUntilStruck(instance: Lane, plan: Plan, references: References): Promise<Outcome> {
  let outcome = await tryOnce(instance, plan, references)
  for (let again = 0; !outcome.isStruck && isRight(outcome) && again < 3; again += 1) {
    outcome = await tryOnce(instance, sooner(plan), references)
  }
  return outcome
}

const isRight = ({ lost, doubled }: Outcome): boolean => lost.length === 0 && doubled.length === 0

function describeOutcome(outcome: Outcome): string[] {
  const { plan, lost, doubled, logged, isStruck } = outcome
  if (!isStruck) return [`point ${plan.index} was not reached: ${describePlan(plan)}`]
  if (isRight(outcome)) return []
  return [
    `point ${plan.index}, ${describePlan(plan)}: ${lost.length} lost, ${doubled.length} doubled`,
    ...lost.slice(0, 5).map(line => `  lost ${line.slice(0, 300)}`),
    ...doubled.slice(0, 5).map(line => `  doubled ${line.slice(0, 300)}`),
    ...logged.slice(0, 5).map(line => `  logged ${line.slice(0, 1500)}`),
    `  again: ${replayOf(plan)}`,
  ]
}

function accountOf(outcomes: readonly Outcome[]): Account {
  const struck = outcomes.filter(({ isStruck }) => isStruck)
  const hits = new Map(namedPoints.map(({ name }) => [name, 0]))
  let instants = 0
  for (const { plan } of struck) {
    if (plan.kill.at === 'instant') instants += 1
    else hits.set(plan.kill.point, (hits.get(plan.kill.point) ?? 0) + 1)
  }
  const unreached = [...hits].flatMap(([name, times]) => (times === 0 ? [name] : []))
  const missed = outcomes.length - struck.length
  const isFull = outcomes.length >= fullRun
  const times = outcomes.flatMap(({ takeovers }) => takeovers).sort((one, other) => one - other)
  const [load = 0] = loadavg()
  const p99 = quantile(times, 0.99)
  const lost = outcomes.filter(outcome => outcome.lost.length > 0).length
  const doubled = outcomes.filter(outcome => outcome.doubled.length > 0).length
  return {
    lines: [
      ...[...hits].map(([name, times]) => `${String(times).padStart(5)} × ${name}`),
      `${String(instants).padStart(5)} × at a random instant`,
      ...(isFull ? unreached.map(name => `never reached: ${name}`) : []),
      ...(missed > 0 ? [`${missed} points were not reached`] : []),
      `taken over by the living worker: ${times.length} pieces of work, p50 ${quantile(times, 0.5)} ms, ` +
        `p99 ${p99} ms, longest ${quantile(times, 1)} ms (load ${load.toFixed(1)} on ${availableParallelism()} cores)`,
    ],
    lastLine: `${struck.length} points, ${lost} lost, ${doubled} doubled`,
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
