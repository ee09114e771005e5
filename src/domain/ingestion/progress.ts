import type { ReportType } from './catalogue.ts'
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

/** How long reports of a type took lately in a region, in seconds from the choice to loaded. */
export interface UsualDuration {
  readonly quickSeconds: number
  readonly slowSeconds: number
}

/** "About four minutes as a rule" (S-04), where nothing is known; Amazon's own word for the slow end is fifteen. */
export const expectedDuration: UsualDuration = { quickSeconds: 120, slowSeconds: 300 }

export type UsualDurations = ReadonlyMap<ReportType, UsualDuration>

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
 * @param usual how long each type takes as a rule; the same for as long as somebody waits, so that what is told only
 * ever shrinks: with the time that passes, and with the reports that are over.
 */
export function progressOf(
  reports: readonly Pick<Report, 'status' | 'type'>[],
  startedAt: Date,
  usual: UsualDurations,
  now: Date,
): Progress {
  const stage = stageOf(reports)
  const settled = reports.filter(({ status }) => status === 'loaded' || status === 'failed')
  const waits = stage === 'generating_reports' || stage === 'processing'
  return {
    stage,
    stages: statesAt(stage),
    reports: { done: settled.length, total: reports.length },
    estimate: waits ? estimate(reports, startedAt, usual, now) : null,
    canPeek: waits && reports.some(({ type, status }) => type === 'sp_campaigns' && status === 'loaded'),
  }
}

/** Once the slow end is over there is nothing honest left to say but that it takes longer. */
function estimate(
  reports: readonly Pick<Report, 'status' | 'type'>[],
  startedAt: Date,
  usual: UsualDurations,
  now: Date,
): Progress['estimate'] {
  const waited = Math.max(0, (now.getTime() - startedAt.getTime()) / 1000)
  // As long as the slowest of what is still to come.
  const ahead = reports
    .filter(({ status }) => status !== 'loaded' && status !== 'failed')
    .map(({ type }) => usual.get(type) ?? expectedDuration)
  const slowest = (end: keyof UsualDuration) => Math.ceil(Math.max(...ahead.map(each => each[end])) - waited)
  const toSeconds = slowest('slowSeconds')
  if (toSeconds <= 0) return null
  return { fromSeconds: Math.max(0, slowest('quickSeconds')), toSeconds }
}
