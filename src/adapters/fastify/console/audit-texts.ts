import type { AuditAction, AuditEntryWithNames, AuditState } from '../../../domain/access/audit.ts'
import type { ViewAsEndReason } from '../../../domain/access/view-as-session.ts'
import { formatDateTimeToTheSecond } from '../kit/formats.ts'
import type { AuditRow } from './page-models/staff.ts'

const actionTexts: Readonly<Record<AuditAction, string>> = {
  view_as_started: 'started viewing as a seller',
  view_as_ended: 'stopped viewing as a seller',
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
  user_created: 'invited a user',
  user_disabled: 'disabled the account',
  user_enabled: 'enabled the account',
  enrolment_link_sent: 'sent a link to set up a second factor',
  connect_link_sent: 'sent a connect link',
  all_asked_to_authorise: 'asked all accounts in doubt to authorise again',
}

export function auditRow(entry: AuditEntryWithNames): AuditRow {
  const { staffId, staffName, userId, userName, connectionId, from } = entry
  return {
    id: entry.id,
    when: formatDateTimeToTheSecond(entry.at),
    staff: { id: staffId, name: staffName },
    action: actionTexts[entry.action],
    user: userId && { id: userId, name: userName ?? userId },
    connectionId,
    reason: entry.reason,
    before: entry.before && factsOf(entry.before),
    after: entry.after && factsOf(entry.after),
    from: from && `${from.device}, ${from.ip}`,
    requestId: from?.requestId ?? null,
  }
}

const endReasonTexts: Readonly<Record<ViewAsEndReason, string>> = {
  stopped: 'stopped',
  replaced: 'another session started',
  signed_out: 'signed out',
  role_changed: 'role changed',
  expired: 'expired after ten minutes',
}

const valueText = (name: string, value: AuditState[string]): string => {
  if (value === null || value === undefined) return 'none'
  return name === 'how' && Object.hasOwn(endReasonTexts, String(value))
    ? endReasonTexts[value as ViewAsEndReason]
    : String(value)
}

const factNames: Readonly<Record<string, string>> = {
  endsAt: 'ends at',
  validUntil: 'valid until',
  viewAs: 'view-as session',
  how: 'how it ended',
  secondFactor: 'second factor',
  signIns: 'sign-ins',
  inDoubt: 'accounts in doubt',
}

const factsOf = (state: AuditState): AuditRow['before'] =>
  Object.entries(state).map(([name, value]) => ({
    name: factNames[name] ?? name,
    value: valueText(name, value),
  }))
