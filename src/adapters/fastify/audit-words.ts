import type { AuditAction, AuditState, NamedAuditEntry } from '../../domain/access/audit.ts'
import type { ViewingEnd } from '../../domain/access/viewing.ts'
import { formatMomentToTheSecond } from './formats.ts'
import type { AuditLine } from './page-models/staff.ts'

/** Predicates that follow the staff member's name. */
const deeds: Readonly<Record<AuditAction, string>> = {
  view_begun: 'started viewing as a seller',
  view_ended: 'stopped viewing as a seller',
  plan_changed: 'changed the plan',
  cases_listed: 'opened a list of cases',
  staff_listed: 'opened the staff list',
  test_live: 'tested the connection',
  sync_now: 'started a sync',
  retry_failed: 'retried failed reports',
  load_again: 'reloaded days',
  cancel_run: 'cancelled a sync',
  mark_unauthorised: 'marked a connection as needing authorisation',
  disconnect: 'disconnected an account',
  discard_pending: 'cancelled a pending authorisation',
  role_changed: 'changed the role',
  sessions_ended: 'ended all sign-ins',
  second_factor_removed: 'removed the second factor',
  person_admitted: 'invited a user',
  connect_link_sent: 'sent a connect link',
}

export function auditLineOf(entry: NamedAuditEntry): AuditLine {
  const { staffId, staffName, personId, personName, connectionId, from } = entry
  return {
    id: entry.id,
    when: formatMomentToTheSecond(entry.at),
    staff: { id: staffId, name: staffName },
    deed: deeds[entry.action],
    person: personId && { id: personId, name: personName ?? personId },
    connectionId,
    reason: entry.reason,
    before: entry.before && factsOf(entry.before),
    after: entry.after && factsOf(entry.after),
    from: from && `${from.device}, ${from.ip}`,
    requestId: from?.requestId ?? null,
  }
}

const endings: Readonly<Record<ViewingEnd, string>> = {
  stopped: 'stopped',
  replaced: 'another session started',
  signed_out: 'signed out',
  role_changed: 'role changed',
  ran_out: 'expired after ten minutes',
}

const wordsOf = (name: string, value: AuditState[string]): string => {
  if (value === null || value === undefined) return 'none'
  return name === 'how' && Object.hasOwn(endings, String(value))
    ? endings[value as ViewingEnd]
    : String(value)
}

const factsOf = (state: AuditState): AuditLine['before'] =>
  Object.entries(state).map(([name, value]) => ({ name, value: wordsOf(name, value) }))
