import { after, hours, minutes, seconds } from '../../domain/calendar.ts'
import { attemptLifetime } from '../../domain/connection/authorisation-attempt.ts'
import { staleAfter } from '../../domain/health/health.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { type Stage, stageOf } from '../../domain/ingestion/progress.ts'
import type { Diagnosis } from '../diagnosis/diagnose.ts'
import type { DiagnosisInput } from '../diagnosis/diagnosis-input.ts'

/** One connection, or a user with none. */
export interface CaseKey {
  readonly userId: UserId
  readonly connectionId: ConnectionId | null
}

export const caseId = ({ userId, connectionId }: CaseKey): string => connectionId ?? userId

export const caseStages = [
  'not_started',
  'at_amazon',
  'choosing',
  'oauth',
  'generating_reports',
  'processing',
  'ready',
  'failed',
  'ended',
] as const

export type CaseStage = (typeof caseStages)[number]

export function caseStage(
  { connection, sync, pending }: DiagnosisInput,
  diagnosis: Diagnosis,
  now: Date,
): CaseStage {
  if (!connection) {
    if (pending && now < pending.expiresAt) return 'choosing'
    return diagnosis.some(({ cause }) => cause === 'at_amazon') ? 'at_amazon' : 'not_started'
  }
  if (connection.status !== 'active' && connection.status !== 'needs_authorisation') return 'ended'
  return sync ? (stageOf(sync.interactiveSync.reports) satisfies Stage) : 'oauth'
}

const firstLoadInterval = seconds(30)
const loadInterval = minutes(5)
const maxInterval = hours(6)

/** When time alone may change the case summary. Every 30 seconds during the first load. */
export function refreshAt(
  { planRestriction, connection, pending, sync, timeline }: DiagnosisInput,
  endsAt: Date | null,
  now: Date,
): Date {
  const sent = timeline.find(({ event }) => event.kind === 'sent_to_amazon')
  const dates = [
    endsAt,
    pending?.expiresAt,
    sent && after(sent.at, attemptLifetime),
    connection?.status === 'active' && after(sync?.lastLoadedAt ?? connection.connectedAt, staleAfter),
    sync?.nextSyncAt && after(sync.nextSyncAt, minutes(11)),
    // A late sync's cause can end without a timeline entry.
    connection?.status === 'active' &&
      !planRestriction &&
      sync?.nextSyncAt &&
      now > sync.nextSyncAt &&
      after(now, hours(1)),
    sync && sync.open.length > 0 && after(now, sync.lastLoadedAt ? loadInterval : firstLoadInterval),
    after(now, maxInterval),
  ]
  const futureDates = dates.filter(date => date instanceof Date && date > now) as Date[]
  return new Date(Math.min(...futureDates.map(date => date.getTime())))
}
