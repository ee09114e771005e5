import type { SyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import type { PlanRestriction } from '../../../domain/access/subscription.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  isErased,
  isLive,
  isRetained,
  type LiveConnection,
  retentionDays,
} from '../../../domain/connection/connection.ts'
import { consentExpiresAt } from '../../../domain/connection/consent.ts'
import { type HealthInput, healthOf } from '../../../domain/health/health.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { formatDate, formatDateTime } from '../kit/formats.ts'
import { accountLabel } from '../kit/shell.ts'
import type { Shell } from '../kit/shell-model.ts'
import { amazonAppAccessUrl, amazonSignOutUrls, amazonUserText } from './amazon-account.ts'
import { healthCard, syncDueText } from './health-texts.ts'
import type { AccountPage, DisconnectPage } from './page-models/connecting.ts'
import { unloadedReports } from './report-failure-texts.ts'

interface AccountDetails {
  readonly connection: Connection
  readonly planRestriction: PlanRestriction | null
  readonly progress: SyncProgress | null
  readonly consentDays: number
  readonly now: Date
}

export function accountPage(shell: Shell, details: AccountDetails): AccountPage {
  const { connection, planRestriction, progress, now } = details
  const health = healthOf({ connection, planRestriction, sync: progress && syncState(progress) }, now)
  const { id } = connection
  const isGone = isErased(connection)
  return {
    ...shell,
    connectionId: id,
    account: isGone ? null : accountLabel(connection.profile),
    reference: referenceOf(id),
    health: healthCard(health, { id, now }),
    facts: factsOf(details),
    failedReports: progress ? unloadedReports(progress) : [],
    canReauthorise: isLive(connection) && planRestriction === null,
    canDisconnect: isLive(connection),
    canErase: connection.status === 'closed' && isRetained(connection, now),
    signOutUrl: amazonSignOutUrls[isGone ? 'na' : consentOf(connection).loginRegion],
    removeAppUrl: amazonAppAccessUrl,
  }
}

export const syncState = (progress: SyncProgress): NonNullable<HealthInput['sync']> => ({
  ...progress,
  interactiveSync: { requestedAt: progress.run.requestedAt, reports: progress.reports },
})

function factsOf({
  connection,
  planRestriction,
  progress,
  consentDays,
  now,
}: AccountDetails): AccountPage['facts'] {
  const facts: [term: string, value: string | null][] = [
    ['Connected on', formatDateTime(connection.connectedAt)],
  ]
  if (!isErased(connection)) {
    const { currency, timezone } = connection.profile
    const { amazonUser, consentedAt } = consentOf(connection)
    const isSyncing = connection.status === 'active' && !planRestriction
    const consentEnd = connection.status === 'active' ? consentExpiresAt(consentedAt, consentDays) : null
    facts.unshift(['Currency', currency], ['Time zone', timezone])
    facts.push(
      ['Authorised by', amazonUserText(amazonUser) ?? 'Not known yet'],
      ['Authorised on', formatDateTime(consentedAt)],
      ['Permission ends on', consentEnd && formatDate(consentEnd)],
      ['Last loaded', progress?.lastLoadedAt ? formatDateTime(progress.lastLoadedAt) : null],
      ['Next sync', progress?.nextSyncAt && isSyncing ? syncDueText(progress.nextSyncAt, now) : null],
    )
  }
  if (!isLive(connection)) facts.push(['Disconnected on', formatDateTime(connection.closedAt)])
  return facts.flatMap(([term, value]) => (value ? [{ term, value }] : []))
}

export function disconnectPage(shell: Shell, connection: LiveConnection | ClosedConnection): DisconnectPage {
  return {
    ...shell,
    connectionId: connection.id,
    account: accountLabel(connection.profile),
    retentionDays,
    retainedUntil: connection.status === 'closed' ? formatDateTime(connection.eraseAt) : null,
    removeAppUrl: amazonAppAccessUrl,
  }
}
