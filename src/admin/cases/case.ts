import { after, hours, minutes, seconds } from '../../domain/calendar.ts'
import { attemptLifetime } from '../../domain/connection/attempt.ts'
import { staleAfter } from '../../domain/health/health.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { type Stage, stageOf } from '../../domain/ingestion/progress.ts'
import type { Diagnosis } from '../diagnosis/diagnose.ts'
import type { CaseFacts } from '../diagnosis/facts.ts'

/** What an agent looks into: a connection, or a person who holds none. */
export interface CaseKey {
  readonly personId: PersonId
  readonly connectionId: ConnectionId | null
}

/** In addresses: `/admin/cases/<id>`. */
export const caseId = ({ personId, connectionId }: CaseKey): string => connectionId ?? personId

/** How far somebody has come: before a connection, the waiting screen's stages, and after its end. */
export const caseStages = [
  'not_begun',
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
  { connection, loading, pending }: CaseFacts,
  diagnosis: Diagnosis,
  now: Date,
): CaseStage {
  if (!connection) {
    if (pending && now < pending.expiresAt) return 'choosing'
    return diagnosis.some(({ cause }) => cause === 'at_amazon') ? 'at_amazon' : 'not_begun'
  }
  if (connection.status !== 'active' && connection.status !== 'needs_authorisation') return 'ended'
  return loading ? (stageOf(loading.asked.reports) satisfies Stage) : 'oauth'
}

/** Nothing of a story is told more often than that by time alone. */
const often = seconds(30)
const seldom = minutes(5)
const longest = hours(6)

/**
 * When time alone may have changed what there is to say of a case: something runs out, is late, or is old. A loading that
 * its owner waits for is looked at often, the night's syncs seldom.
 */
export function lookAgainAt(
  { lack, connection, pending, loading, story }: CaseFacts,
  endsAt: Date | null,
  now: Date,
): Date {
  const sent = story.find(({ happening }) => happening.kind === 'sent_to_amazon')
  const moments = [
    endsAt,
    pending?.expiresAt,
    sent && after(sent.at, attemptLifetime),
    connection?.status === 'active' && after(loading?.lastLoadedAt ?? connection.connectedAt, staleAfter),
    loading?.nextSyncAt && after(loading.nextSyncAt, minutes(11)),
    // What a late one waits for may be over at any time, and nothing is written down of it.
    connection?.status === 'active' &&
      !lack &&
      loading?.nextSyncAt &&
      now > loading.nextSyncAt &&
      after(now, hours(1)),
    loading && loading.open.length > 0 && after(now, loading.lastLoadedAt ? seldom : often),
    after(now, longest),
  ]
  const ahead = moments.filter(moment => moment instanceof Date && moment > now) as Date[]
  return new Date(Math.min(...ahead.map(moment => moment.getTime())))
}
