import type { SyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import type { LiveConnection } from '../../../domain/connection/connection.ts'
import { definitionOf } from '../../../domain/ingestion/catalogue.ts'
import type { Report, RequestedReport } from '../../../domain/ingestion/report.ts'
import { isInternal } from '../../../domain/ingestion/report-error.ts'
import { formatCount, formatEstimate, formatTime } from '../kit/formats.ts'
import { accountLabel } from '../kit/shell.ts'
import type { Shell } from '../kit/shell-model.ts'
import type { WaitingPage } from './page-models/connecting.ts'
import { failureMessages, unconfirmedFileText } from './report-failure-texts.ts'

export function waitingPage(
  shell: Shell,
  {
    connection,
    loading,
    pollSeconds,
    refreshes,
  }: {
    readonly connection: LiveConnection
    readonly loading: SyncProgress
    readonly pollSeconds: number
    readonly refreshes: boolean
  },
): WaitingPage {
  const { reports, estimate, canOpenEarly } = loading.progress
  const { stage, stages, problem } = outcomeOf(loading)
  return {
    ...shell,
    title: stage === 'failed' ? 'We couldn’t load your data' : shell.title,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    stage,
    stages,
    reports,
    reportList: loading.reports.map(report => ({
      name: definitionOf(report.type).name,
      ...reportText(report),
    })),
    estimate: estimate ? formatEstimate(estimate) : null,
    problem,
    pollSeconds,
    canOpenEarly,
    statusUrl: `/dashboard/ads/status?account=${connection.id}`,
    hasAutoRefresh: refreshes && stage !== 'failed',
  }
}

/** If this page is still shown at stage `ready`, all campaign reports failed: no totals will come. */
function outcomeOf(loading: SyncProgress): Pick<WaitingPage, 'stage' | 'stages' | 'problem'> {
  const { stage, stages } = loading.progress
  if (stage !== 'ready') return { stage, stages, problem: problemOf(loading) }
  return {
    stage: 'failed',
    stages: stages.map(({ name, state }) => ({ name, state: name === 'Ready' ? 'failed' : state })),
    problem: {
      sentence: 'Amazon couldn’t create your campaign reports, so there are no totals to show.',
      action: 'Your account is still connected, and other reports are loaded.',
    },
  }
}

type ReportText = Pick<WaitingPage['reportList'][number], 'state' | 'text'>

function reportText(report: Report): ReportText {
  switch (report.status) {
    case 'requested':
      return {
        state: 'waiting',
        text: requestedText(report),
      }
    case 'generating':
      return {
        state: 'generating',
        text: report.unconfirmedFile ? unconfirmedFileText : 'Amazon is preparing it',
      }
    case 'completed':
      return { state: 'loading', text: 'Being loaded' }
    case 'loaded':
      return {
        state: 'loaded',
        text: report.rows === 0 ? 'Loaded; no activity' : `Loaded; ${formatCount(report.rows)} rows`,
      }
    case 'failed':
      return { state: 'failed', text: failureMessages[report.reason.error] }
  }
}

function requestedText({ lastError, deferredSince, unconfirmedFile, dueAt }: RequestedReport): string {
  if (unconfirmedFile) return unconfirmedFileText
  if (lastError?.error === 'throttled') return `Amazon is busy. Next try at ${formatTime(dueAt)}.`
  if (!lastError && !deferredSince) return 'Being requested'
  return lastError && isInternal(lastError)
    ? 'Problem on our side. Retrying soon.'
    : 'Amazon is busy. Retrying soon.'
}

/** Null unless nothing could be loaded. `code` is the first failed report's. */
export function problemOf({ progress, reports }: Pick<SyncProgress, 'progress' | 'reports'>): {
  readonly code: string
  readonly sentence: string
  readonly action: string
} | null {
  if (progress.stage !== 'failed') return null
  const [first] = reports.flatMap(report => (report.status === 'failed' ? [report.reason.error] : []))
  const code = first ?? 'unreachable'
  return {
    code,
    sentence: failureMessages[code],
    action:
      code === 'grant_revoked' || code === 'profile_access_lost'
        ? 'Choose Authorise again on Dashboard → Ads.'
        : 'Your account is still connected, and nothing is lost.',
  }
}
