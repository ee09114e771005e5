import { after, hours, minutes } from '../calendar.ts'
import type { ClosedConnection, UnauthorisedConnection } from '../connection/connection.ts'
import type { HelpRequest } from '../help/help-request.ts'
import type { HelpRemark } from '../help/remark.ts'
import type { ConnectionId, PersonId, RunId } from '../identifiers.ts'
import type { RunKind } from '../ingestion/run.ts'
import { type AdvertisingProfile, profileLabel } from '../profile/profile.ts'
import type { OutgoingMail, ReminderNumber } from './mail.ts'

/** A user who views the page this soon needs no email. */
const readyPatience = minutes(2)
/** Long enough for a fault on our side that looks like many revocations to show. */
export const burstPatience = minutes(10)
/** Days after the loss; at 3 the seller has had a week. */
export const reminderDays: Readonly<Record<ReminderNumber, number>> = { 0: 0, 1: 1, 2: 3, 3: 7, 4: 14 }

interface Loaded {
  readonly runId: RunId
  readonly connectionId: ConnectionId
  readonly personId: PersonId
  readonly profile: AdvertisingProfile
}

/** Returns an email only for an interactive sync run that loaded something. */
export function settlementMails(
  { runId, connectionId, personId, profile }: Loaded,
  settled: { readonly kind: RunKind; readonly loaded: number },
  settledAt: Date,
): readonly OutgoingMail[] {
  const isAwaited = settled.kind === 'first' || settled.kind === 'renewal'
  if (!isAwaited || settled.loaded === 0) return []
  return [
    {
      episode: `data_ready:${connectionId}:${runId}`,
      personId,
      connectionId,
      mail: { kind: 'data_ready', account: profileLabel(profile), settledAt: settledAt.toISOString() },
      createdAt: settledAt,
      dueAt: after(settledAt, readyPatience),
    },
  ]
}

/** Returns all emails about one loss; each is checked when due, so none has to be withdrawn. */
export function lossMails(connection: UnauthorisedConnection): readonly OutgoingMail[] {
  const { id: connectionId, personId, profile, why, since: lostAt } = connection
  const since = lostAt.toISOString()
  return ([0, 1, 2, 3, 4] as const).map(reminder => {
    const patience = reminder === 0 && why === 'grant_gone' ? burstPatience : 0
    return {
      episode: `needs_authorisation:${connectionId}:${since}:${reminder}`,
      personId,
      connectionId,
      mail: { kind: 'authorisation_needed', account: profileLabel(profile), why, since, reminder },
      createdAt: lostAt,
      dueAt: after(lostAt, hours(24 * reminderDays[reminder]) + patience),
    }
  })
}

export function replacedMail(closed: ClosedConnection): OutgoingMail {
  const account = profileLabel(closed.profile)
  return farewell(closed, { kind: 'connection_replaced', account, ...endOf(closed) })
}

export function disconnectedMail(closed: ClosedConnection): OutgoingMail {
  const account = profileLabel(closed.profile)
  return farewell(closed, { kind: 'connection_disconnected', account, ...endOf(closed) })
}

/**
 * Names nothing and belongs to no connection, or it would be erased unsent.
 * @param newId since the connection's id must not outlive it; its lock keeps the email unique.
 */
export function erasedMail({ personId, closedAt }: ClosedConnection, newId: () => string): OutgoingMail {
  return {
    episode: `erased:${newId()}`,
    personId,
    connectionId: null,
    mail: { kind: 'connection_erased', closedAt: closedAt.toISOString() },
    createdAt: closedAt,
    dueAt: closedAt,
  }
}

/** Erased with the connection, although support receives it. */
export function helpRequestedMail({ id, personId, connectionId, askedAt }: HelpRequest): OutgoingMail {
  return {
    episode: `help_requested:${id}`,
    personId,
    connectionId,
    mail: { kind: 'help_requested', requestId: id },
    createdAt: askedAt,
    dueAt: askedAt,
  }
}

export function helpAnsweredMail(
  { personId, connectionId }: Pick<HelpRequest, 'personId' | 'connectionId'>,
  { id, requestId, words, writtenAt }: HelpRemark,
): OutgoingMail {
  return {
    episode: `help_answered:${id}`,
    personId,
    connectionId,
    mail: { kind: 'help_answered', requestId, words },
    createdAt: writtenAt,
    dueAt: writtenAt,
  }
}

const endOf = ({ closedAt, eraseAt }: ClosedConnection) => ({
  closedAt: closedAt.toISOString(),
  keptUntil: eraseAt.toISOString(),
})

export const farewellEpisode = ({ id, reason, closedAt }: ClosedConnection): string =>
  `${reason}:${id}:${closedAt.toISOString()}`

const farewell = (closed: ClosedConnection, mail: OutgoingMail['mail']): OutgoingMail => ({
  episode: farewellEpisode(closed),
  personId: closed.personId,
  connectionId: closed.id,
  mail,
  createdAt: closed.closedAt,
  dueAt: closed.closedAt,
})
