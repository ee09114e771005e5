/** S-43. */
export const agentActions = [
  'test_live',
  'sync_now',
  'retry_failed',
  'load_again',
  'cancel_run',
  'mark_unauthorised',
  'disconnect',
  'discard_pending',
  'send_connect_link',
  'change_plan',
  'change_role',
] as const

export type AgentAction = (typeof agentActions)[number]

export const isAdminOnly = (action: AgentAction): boolean =>
  action === 'change_plan' || action === 'change_role'
