import type { Report } from './report.ts'

export type Stage = 'oauth' | 'generating_reports' | 'processing' | 'ready' | 'failed'
export type StageState = 'done' | 'current' | 'waiting' | 'failed'
export type StageName = 'OAuth' | 'Generating Reports' | 'Processing' | 'Ready'

export interface Progress {
  readonly stage: Stage
  readonly stages: readonly { readonly name: StageName; readonly state: StageState }[]
  /** Settled reports, and all of them. */
  readonly reports: { readonly done: number; readonly total: number }
  /** Seconds still to wait, from the quick to the slow; null when nothing honest can be said. */
  readonly estimate: { readonly fromSeconds: number; readonly toSeconds: number } | null
  /** The first campaign report is here: the dashboard may be opened early. */
  readonly canPeek: boolean
}

/** How long loadings took lately, in seconds from the choice to ready. */
export interface UsualDuration {
  readonly quickSeconds: number
  readonly slowSeconds: number
}

/** "About four minutes as a rule" (S-04); Amazon's own word for the slow end is fifteen. */
export const expectedDuration: UsualDuration = { quickSeconds: 120, slowSeconds: 300 }

/**
 * S-21: `generating_reports` until every report is complete at Amazon or failed, `processing` until all
 * are settled, then `ready` when at least one loaded and `failed` when none did.
 */
export function stageOf(reports: readonly Pick<Report, 'status'>[]): Stage {
  const any = (status: Report['status']) => reports.some(report => report.status === status)
  if (any('requested') || any('generating')) return 'generating_reports'
  if (any('completed')) return 'processing'
  return any('loaded') ? 'ready' : 'failed'
}

const names: readonly StageName[] = ['OAuth', 'Generating Reports', 'Processing', 'Ready']
const position: Readonly<Record<Stage, number>> = {
  oauth: 0,
  generating_reports: 1,
  processing: 2,
  ready: 3,
  failed: 3,
}

/** OAuth is ticked at once: whoever waits has been at Amazon. */
function statesAt(stage: Stage): Progress['stages'] {
  const here = position[stage]
  return names.map((name, index) => {
    if (index < here || stage === 'ready') return { name, state: 'done' }
    if (index > here) return { name, state: 'waiting' }
    return { name, state: stage === 'failed' ? 'failed' : 'current' }
  })
}

/**
 * @param startedAt when the profile was chosen.
 * @param usual how long it takes as a rule.
 */
export function progressOf(
  reports: readonly Pick<Report, 'status' | 'type'>[],
  startedAt: Date,
  usual: UsualDuration,
  now: Date,
): Progress {
  const stage = stageOf(reports)
  const settled = reports.filter(({ status }) => status === 'loaded' || status === 'failed')
  const waits = stage === 'generating_reports' || stage === 'processing'
  return {
    stage,
    stages: statesAt(stage),
    reports: { done: settled.length, total: reports.length },
    estimate: waits ? estimate(startedAt, usual, now) : null,
    canPeek: waits && reports.some(({ type, status }) => type === 'sp_campaigns' && status === 'loaded'),
  }
}

/** Once the slow end is over there is nothing honest left to say but that it takes longer. */
function estimate(startedAt: Date, usual: UsualDuration, now: Date): Progress['estimate'] {
  const waited = Math.max(0, (now.getTime() - startedAt.getTime()) / 1000)
  const toSeconds = Math.ceil(usual.slowSeconds - waited)
  if (toSeconds <= 0) return null
  return { fromSeconds: Math.max(0, Math.ceil(usual.quickSeconds - waited)), toSeconds }
}
