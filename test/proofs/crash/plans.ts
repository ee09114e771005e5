import { randomNumbers } from '../../support/seed.ts'

export const sceneNames = [
  'load',
  'slow',
  'twins',
  'errors',
  'no-token',
  'rejected',
  'revoked',
  'sync',
  'choice',
] as const
export type SceneName = (typeof sceneNames)[number]

interface Point {
  readonly scene: SceneName
  /** As `src/adapters/postgres/engine/failpoints.ts` names it: a transaction is named after its first timeline event. */
  readonly commit: string
  readonly sides: readonly ('before' | 'after')[]
  /** How often one of the two workers is certain to reach the point. */
  readonly hits: number
}

const both = ['before', 'after'] as const
const after = ['after'] as const

/** Every failpoint between the seller's choice and the last row. A full run must reach each. */
export const points: readonly Point[] = [
  { scene: 'choice', commit: 'connected', sides: both, hits: 1 },
  { scene: 'load', commit: 'lease taken', sides: both, hits: 12 },
  { scene: 'load', commit: 'lease released', sides: both, hits: 7 },
  { scene: 'load', commit: 'refresh claimed', sides: both, hits: 1 },
  { scene: 'load', commit: 'refresh stored', sides: both, hits: 1 },
  { scene: 'load', commit: 'report_accepted', sides: both, hits: 7 },
  // A status poll of a report that is not ready.
  { scene: 'slow', commit: 'no event', sides: both, hits: 7 },
  { scene: 'load', commit: 'report_completed', sides: both, hits: 7 },
  { scene: 'load', commit: 'rows staged', sides: after, hits: 7 },
  { scene: 'load', commit: 'days replaced', sides: after, hits: 7 },
  { scene: 'load', commit: 'report_loaded', sides: both, hits: 7 },
  { scene: 'load', commit: 'sync_finished', sides: both, hits: 1 },
  { scene: 'load', commit: 'figures_reconciled', sides: both, hits: 1 },
  { scene: 'load', commit: 'rate limit updated', sides: both, hits: 7 },
  { scene: 'load', commit: 'case summaries claimed', sides: both, hits: 2 },
  { scene: 'twins', commit: 'report_duplicate_adopted', sides: both, hits: 3 },
  { scene: 'errors', commit: 'report_error', sides: both, hits: 1 },
  { scene: 'no-token', commit: 'refresh released', sides: both, hits: 1 },
  { scene: 'rejected', commit: 'report_failed', sides: both, hits: 3 },
  { scene: 'revoked', commit: 'authorisation_lost', sides: both, hits: 1 },
  { scene: 'sync', commit: 'sync_requested', sides: both, hits: 1 },
]

interface NamedPoint {
  readonly scene: SceneName
  readonly name: string
  readonly maxHit: number
}

export const namedPoints: readonly NamedPoint[] = points.flatMap(({ scene, commit, sides, hits: maxHit }) =>
  sides.map(side => ({ scene, name: `${side} ${commit}`, maxHit })),
)

export type KillTiming =
  | { readonly at: 'point'; readonly point: string; readonly hit: number }
  /** `share` of the scene's usual duration; `worker` is its index. */
  | { readonly at: 'instant'; readonly share: number; readonly worker: 0 | 1 }

/** One kill: its scene and timing. The seed and the index alone determine it. */
export interface Plan {
  readonly seed: number
  readonly index: number
  readonly scene: SceneName
  readonly timing: KillTiming
  /** In [0, 1). */
  readonly account: number
  readonly generationSeconds: number
}

/** Of five kills, three are at named points in rotation and two at random instants. */
const rotation = { length: 5, named: 3 }

export function planOf(seed: number, index: number): Plan {
  const roll = randomNumbers(Math.imul(seed, 1_000_003) + index)
  roll()
  const account = roll()
  const generationSeconds = 0.05 + roll() * 0.2
  const position = index % rotation.length
  if (position < rotation.named) {
    const pointIndex = Math.floor(index / rotation.length) * rotation.named + position
    const { scene, name: point, maxHit } = pointInRotation(seed, pointIndex)
    const timing = { at: 'point', point, hit: 1 + Math.floor(roll() * maxHit) } as const
    return { seed, index, scene, timing, account, generationSeconds }
  }
  const scene = sceneNames[Math.floor(roll() * 2 * sceneNames.length)] ?? 'load'
  const timing = { at: 'instant', share: roll(), worker: roll() < 0.5 ? 0 : 1 } as const
  return { seed, index, scene, timing, account, generationSeconds }
}

/** Returns every point once before any is repeated, in an order that depends on the seed. */
function pointInRotation(seed: number, index: number): NamedPoint {
  const roll = randomNumbers(seed)
  const shuffled = namedPoints
    .map(point => ({ point, key: roll() }))
    .sort((one, other) => one.key - other.key)
    .map(({ point }) => point)
  const [first] = shuffled
  const point = shuffled[index % shuffled.length] ?? first
  if (!point) throw new Error('there are no points')
  return point
}

export function describePlan({ scene, timing }: Plan): string {
  return timing.at === 'point'
    ? `${timing.point} (hit ${timing.hit}) in ${scene}`
    : `at ${Math.round(timing.share * 100)}% of the duration of ${scene}`
}

export const replayOf = ({ seed, index }: Plan): string =>
  `npm run crash -- --points 1 --seed ${seed} --only ${index}`
