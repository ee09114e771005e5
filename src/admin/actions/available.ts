import type { CaseAction } from '../../domain/access/staff-action.ts'
import { isLive } from '../../domain/connection/connection.ts'
import type { CaseState } from '../cases/case-state.ts'

/** In the order in which agents try them. */
export function availableActions({ key, facts }: CaseState, now: Date): CaseAction[] {
  const { connection, planRestriction, loading, pending } = facts
  const own = key.connectionId ? connection : null
  const isServed = own?.status === 'active' && !planRestriction
  const underway = new Set(loading?.open.map(({ type }) => type))
  const hasFailed = loading?.finished.some(({ status, type }) => status === 'failed' && !underway.has(type))
  const isSync = (loading?.open.length ?? 0) > 0
  const can: Readonly<Record<CaseAction, boolean | undefined>> = {
    test_live: true,
    retry_failed: isServed && hasFailed,
    sync_now: isServed && !isSync,
    load_again: isServed && !isSync,
    cancel_run: own !== null && isLive(own) && isSync,
    discard_pending: pending !== null && now < pending.expiresAt,
    mark_unauthorised: own?.status === 'active',
    disconnect: own !== null && isLive(own),
  }
  return (Object.keys(can) as CaseAction[]).filter(action => can[action])
}
