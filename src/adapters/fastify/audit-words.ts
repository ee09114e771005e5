import type { AuditAction, AuditState, NamedAuditEntry } from '../../domain/access/audit.ts'
import type { ViewingEnd } from '../../domain/access/viewing.ts'
import { formatMomentToTheSecond } from './formats.ts'
import type { AuditLine } from './page-models/staff.ts'

/** Predicates that follow the staff member's name. */
const deeds: Readonly<Record<AuditAction, string>> = {
  view_begun: 'began to look as a seller',
  view_ended: 'stopped looking as a seller',
  plan_changed: 'changed the plan',
  cases_listed: 'read a list of cases',
  staff_listed: 'read the list of the staff',
  test_live: 'tested the connection live',
  sync_now: 'asked for a sync',
  retry_failed: 'asked for failed reports again',
  load_again: 'asked for days again',
  cancel_run: 'cancelled the loading',
  mark_unauthorised: 'marked as needing authorisation',
  disconnect: 'disconnected',
  discard_pending: 'discarded the authorisation',
  role_changed: 'changed the role',
  sessions_ended: 'ended all sign-ins',
  second_factor_removed: 'took the second factor away',
  person_admitted: 'invited them',
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
  replaced: 'another was begun',
  signed_out: 'the sign-in ended',
  role_changed: 'a role changed',
  ran_out: 'ten minutes were over',
}

const wordsOf = (name: string, value: AuditState[string]): string => {
  if (value === null || value === undefined) return 'none'
  return name === 'how' && Object.hasOwn(endings, String(value))
    ? endings[value as ViewingEnd]
    : String(value)
}

const factsOf = (state: AuditState): AuditLine['before'] =>
  Object.entries(state).map(([name, value]) => ({ name, value: wordsOf(name, value) }))
