import { after, hours, minutes } from '../calendar.ts'
import type { ClosedConnection, UnauthorisedConnection } from '../connection/connection.ts'
import type { SupportRequestComment } from '../help/comment.ts'
import type { SupportRequest } from '../help/support-request.ts'
import type { ConnectionId, SyncRunId, UserId } from '../identifiers.ts'
import type { SyncRunKind } from '../ingestion/sync-run.ts'
import { type AdvertisingProfile, profileLabel } from '../profile/profile.ts'
import type { OutgoingEmail, ReminderNumber } from './email-message.ts'

/** A user who views the page within this time needs no email. */
const dataReadyDelay = minutes(2)
/** Time for a mass loss to become visible. */
export const massRevocationDelay = minutes(10)
/** Days after the loss. */
export const reminderDays: Readonly<Record<ReminderNumber, number>> = { 0: 0, 1: 1, 2: 3, 3: 7, 4: 14 }

interface FinishedSync {
  readonly syncRunId: SyncRunId
  readonly connectionId: ConnectionId
  readonly userId: UserId
  readonly profile: AdvertisingProfile
}

/** Only for an interactive sync run that loaded something. */
export function syncFinishedEmails(
  { syncRunId, connectionId, userId, profile }: FinishedSync,
  finished: { readonly kind: SyncRunKind; readonly loaded: number },
  finishedAt: Date,
): readonly OutgoingEmail[] {
  const isInteractive = finished.kind === 'initial' || finished.kind === 'reauthorisation'
  if (!isInteractive || finished.loaded === 0) return []
  return [
    {
      idempotencyKey: `data_ready:${connectionId}:${syncRunId}`,
      userId,
      connectionId,
      message: { kind: 'data_ready', account: profileLabel(profile), finishedAt: finishedAt.toISOString() },
      createdAt: finishedAt,
      dueAt: after(finishedAt, dataReadyDelay),
    },
  ]
}

/** Each email is checked when due, so none has to be withdrawn. */
export function authorisationLossEmails(connection: UnauthorisedConnection): readonly OutgoingEmail[] {
  const { id: connectionId, userId, profile, why, since: lostAt } = connection
  const since = lostAt.toISOString()
  return ([0, 1, 2, 3, 4] as const).map(reminder => {
    const extraDelay = reminder === 0 && why !== 'marked_by_staff' ? massRevocationDelay : 0
    return {
      idempotencyKey: `needs_authorisation:${connectionId}:${since}:${reminder}`,
      userId,
      connectionId,
      message: { kind: 'authorisation_needed', account: profileLabel(profile), why, since, reminder },
      createdAt: lostAt,
      dueAt: after(lostAt, hours(24 * reminderDays[reminder]) + extraDelay),
    }
  })
}

export function replacedEmail(closed: ClosedConnection): OutgoingEmail {
  const account = profileLabel(closed.profile)
  return closureEmail(closed, { kind: 'connection_replaced', account, ...retentionDatesOf(closed) })
}

export function disconnectedEmail(closed: ClosedConnection): OutgoingEmail {
  const account = profileLabel(closed.profile)
  return closureEmail(closed, { kind: 'connection_disconnected', account, ...retentionDatesOf(closed) })
}

/**
 * Belongs to no connection, or the erasure would delete it unsent. The key must not contain the connection's
 * id.
 */
export function erasedEmail({ userId, closedAt }: ClosedConnection, newId: () => string): OutgoingEmail {
  return {
    idempotencyKey: `erased:${newId()}`,
    userId,
    connectionId: null,
    message: { kind: 'connection_erased', closedAt: closedAt.toISOString() },
    createdAt: closedAt,
    dueAt: closedAt,
  }
}

export function supportRequestSubmittedEmail({
  id,
  userId,
  connectionId,
  requestedAt,
}: SupportRequest): OutgoingEmail {
  return {
    idempotencyKey: `help_requested:${id}`,
    userId,
    connectionId,
    message: { kind: 'help_requested', requestId: id },
    createdAt: requestedAt,
    dueAt: requestedAt,
  }
}

export function supportRequestRepliedEmail(
  { userId, connectionId }: Pick<SupportRequest, 'userId' | 'connectionId'>,
  { id, requestId, text, commentedAt }: SupportRequestComment,
): OutgoingEmail {
  return {
    idempotencyKey: `support_request_replied:${id}`,
    userId,
    connectionId,
    message: { kind: 'support_request_replied', requestId, text },
    createdAt: commentedAt,
    dueAt: commentedAt,
  }
}

const retentionDatesOf = ({ closedAt, eraseAt }: ClosedConnection) => ({
  closedAt: closedAt.toISOString(),
  retainedUntil: eraseAt.toISOString(),
})

export const closureIdempotencyKey = ({ id, reason, closedAt }: ClosedConnection): string =>
  `${reason}:${id}:${closedAt.toISOString()}`

const closureEmail = (closed: ClosedConnection, message: OutgoingEmail['message']): OutgoingEmail => ({
  idempotencyKey: closureIdempotencyKey(closed),
  userId: closed.userId,
  connectionId: closed.id,
  message,
  createdAt: closed.closedAt,
  dueAt: closed.closedAt,
})
