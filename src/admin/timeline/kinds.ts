import type { HappeningKind } from '../../domain/timeline/entry.ts'

/** What an agent filters a story by. */
export const entryGroups = ['attempt', 'connection', 'loading', 'figures', 'person', 'mail'] as const
export type EntryGroup = (typeof entryGroups)[number]

/** The compiler asks for each. */
const groups: Readonly<Record<HappeningKind, EntryGroup>> = {
  plan_changed: 'person',
  role_changed: 'person',
  staff_acted: 'person',
  tested_live: 'person',
  connect_link_sent: 'attempt',
  connect_link_used: 'attempt',
  connect_refused: 'attempt',
  sent_to_amazon: 'attempt',
  return_denied: 'attempt',
  return_failed: 'attempt',
  return_not_taken_up: 'attempt',
  exchange_failed: 'attempt',
  authorised: 'attempt',
  amazon_user_read: 'attempt',
  amazon_user_unknown: 'attempt',
  profiles_read: 'attempt',
  profiles_unread: 'attempt',
  no_profiles: 'attempt',
  pending_replaced: 'attempt',
  pending_discarded: 'attempt',
  pending_expired: 'attempt',
  pending_unreadable: 'attempt',
  choice_refused: 'attempt',
  choice_blocked: 'attempt',
  connected: 'connection',
  authorisation_renewed: 'connection',
  renewal_unconfirmed: 'connection',
  renewal_refused: 'connection',
  authorisation_lost: 'connection',
  closed: 'connection',
  reopened: 'connection',
  erasure_asked: 'connection',
  erasure_begun: 'connection',
  erased: 'connection',
  details_erased: 'connection',
  run_requested: 'loading',
  sync_paused: 'loading',
  report_accepted: 'loading',
  report_adopted: 'loading',
  report_troubled: 'loading',
  report_held_back: 'loading',
  report_completed: 'loading',
  report_loaded: 'loading',
  report_failed: 'loading',
  run_settled: 'loading',
  figures_reconciled: 'figures',
  figures_differ: 'figures',
  mail_sent: 'mail',
  mail_given_up: 'mail',
  help_asked: 'mail',
  help_answered: 'mail',
  help_solved: 'mail',
}

export const kindsOf = (group: EntryGroup): HappeningKind[] =>
  (Object.keys(groups) as HappeningKind[]).filter(kind => groups[kind] === group)
