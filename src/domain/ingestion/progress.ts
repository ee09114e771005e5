import type { ReportType } from './catalogue.ts'
import type { Report } from './report.ts'

export type Stage = 'oauth' | 'generating_reports' | 'processing' | 'ready' | 'failed'
export type StageState = 'done' | 'current' | 'waiting' | 'failed'
export type StageName = 'OAuth' | 'Generating Reports' | 'Processing' | 'Ready'

export interface Progress {
  readonly stage: Stage
  readonly stages: readonly { readonly name: StageName; readonly state: StageState }[]
  readonly reports: { readonly done: number; readonly total: number }
  /** Null when no estimate is reliable. */
  readonly estimate: { readonly fromSeconds: number; readonly toSeconds: number } | null
  readonly canOpenEarly: boolean
}

/** From choosing the profile until loaded. */
export interface TypicalDuration {
  readonly lowSeconds: number
  readonly highSeconds: number
}

/** Includes the four minutes of S-04. A report of fifteen minutes spends the last ten without an estimate. */
export const defaultDuration: TypicalDuration = { lowSeconds: 120, highSeconds: 300 }

export type TypicalDurations = ReadonlyMap<ReportType, TypicalDuration>

/** S-21: `ready` needs at least one loaded report. */
export function stageOf(reports: readonly Pick<Report, 'status'>[]): Stage {
  const hasAny = (status: Report['status']) => reports.some(report => report.status === status)
  if (hasAny('requested') || hasAny('generating')) return 'generating_reports'
  if (hasAny('completed')) return 'processing'
  return hasAny('loaded') ? 'ready' : 'failed'
}

const stageNames: readonly StageName[] = ['OAuth', 'Generating Reports', 'Processing', 'Ready']
const stagePositions: Readonly<Record<Stage, number>> = {
  oauth: 0,
  generating_reports: 1,
  processing: 2,
  ready: 3,
  failed: 3,
}

function statesAt(stage: Stage): Progress['stages'] {
  const currentPosition = stagePositions[stage]
  return stageNames.map((name, index) => {
    if (index < currentPosition || stage === 'ready') return { name, state: 'done' }
    if (index > currentPosition) return { name, state: 'waiting' }
    return { name, state: stage === 'failed' ? 'failed' : 'current' }
  })
}

/** @param typicalDurations must not change while a user waits, so that the estimate only shrinks. */
export function progressOf(
  reports: readonly Pick<Report, 'status' | 'type'>[],
  startedAt: Date,
  typicalDurations: TypicalDurations,
  now: Date,
): Progress {
  const stage = stageOf(reports)
  const finished = reports.filter(({ status }) => status === 'loaded' || status === 'failed')
  const isLoading = stage === 'generating_reports' || stage === 'processing'
  return {
    stage,
    stages: statesAt(stage),
    reports: { done: finished.length, total: reports.length },
    estimate: isLoading ? estimateRemaining(reports, startedAt, typicalDurations, now) : null,
    canOpenEarly:
      isLoading && reports.some(({ type, status }) => type === 'sp_campaigns' && status === 'loaded'),
  }
}

function estimateRemaining(
  reports: readonly Pick<Report, 'status' | 'type'>[],
  startedAt: Date,
  typicalDurations: TypicalDurations,
  now: Date,
): Progress['estimate'] {
  const elapsedSeconds = Math.max(0, (now.getTime() - startedAt.getTime()) / 1000)
  const remaining = reports
    .filter(({ status }) => status !== 'loaded' && status !== 'failed')
    .map(({ type }) => typicalDurations.get(type) ?? defaultDuration)
  const remainingSeconds = (bound: keyof TypicalDuration) =>
    Math.ceil(Math.max(...remaining.map(each => each[bound])) - elapsedSeconds)
  const toSeconds = remainingSeconds('highSeconds')
  if (toSeconds <= 0) return null
  return { fromSeconds: Math.max(0, remainingSeconds('lowSeconds')), toSeconds }
}
