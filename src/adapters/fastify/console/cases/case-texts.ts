import type { CaseStage } from '../../../../admin/cases/case-key.ts'
import type { EventGroup } from '../../../../admin/cases/event-groups.ts'
import type { AgentAction } from '../../../../admin/diagnosis/actions.ts'
import type { Confidence, Owner } from '../../../../admin/diagnosis/causes.ts'
import type { Role } from '../../../../domain/access/user.ts'
import type { HealthName } from '../../../../domain/health/health.ts'
import type { Severity } from '../../../../domain/timeline/entry.ts'
import type { Notice } from '../../kit/shell-model.ts'
import type { Pill } from '../page-models/console.ts'

export const healthPills: Readonly<Record<HealthName, Pill>> = {
  connected: { name: 'Connected', tone: 'success' },
  loading: { name: 'Loading', tone: 'info' },
  throttled: { name: 'Throttled', tone: 'warning' },
  stale: { name: 'Stale', tone: 'warning' },
  partly_failing: { name: 'Partly failing', tone: 'warning' },
  failing: { name: 'Failing', tone: 'error' },
  needs_authorisation: { name: 'Needs authorisation', tone: 'error' },
  paused: { name: 'Paused', tone: 'warning' },
  disconnected: { name: 'Disconnected', tone: 'info' },
}

export const notConnected: Pill = { name: 'Not connected', tone: 'info' }

export const stageNames: Readonly<Record<CaseStage, string>> = {
  not_started: 'Not started',
  at_amazon: 'At Amazon',
  choosing: 'Choosing',
  oauth: 'OAuth',
  generating_reports: 'Generating Reports',
  processing: 'Processing',
  ready: 'Ready',
  failed: 'Failed',
  ended: 'Ended',
}

export const ownerText: Readonly<Record<Owner, { readonly text: string; readonly tone: Notice['tone'] }>> = {
  seller: { text: 'Seller must fix', tone: 'warning' },
  amazon: { text: 'Amazon must fix', tone: 'warning' },
  us: { text: 'We must fix', tone: 'error' },
  nobody: { text: 'No action needed', tone: 'info' },
}

export const confidenceText: Readonly<Record<Confidence, string>> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
}

export const actionNames: Readonly<Record<AgentAction, string>> = {
  test_live: 'Test connection',
  sync_now: 'Sync now',
  retry_failed: 'Retry failed reports',
  load_again: 'Reload days',
  cancel_run: 'Cancel sync',
  mark_unauthorised: 'Mark as needing authorisation',
  disconnect: 'Disconnect',
  discard_pending: 'Cancel pending authorisation',
  send_connect_link: 'Send connect link',
  change_plan: 'Change plan',
  change_role: 'Change role',
}

export const groupNames: Readonly<Record<EventGroup, string>> = {
  attempt: 'Attempts',
  connection: 'Connection',
  loading: 'Syncs',
  figures: 'Figures',
  user: 'Plan, role and other',
  email: 'Email and requests',
}

export const severityNames: Readonly<Record<Severity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  info: 'Info',
}

export const roleNames: Readonly<Record<Role, string>> = {
  seller: 'Seller',
  manager: 'Manager',
  admin: 'Admin',
  support: 'Support agent',
}
