import type { CaseAction } from '../../domain/access/staff-action.ts'
import { isHeld } from '../../domain/connection/connection.ts'
import type { ReadCase } from '../cases/read-case.ts'

/** In the order in which agents try them. */
export function availableActions({ key, facts }: ReadCase, now: Date): CaseAction[] {
  const { connection, lack, loading, pending } = facts
  const own = key.connectionId ? connection : null
  const isServed = own?.status === 'active' && !lack
  const underway = new Set(loading?.open.map(({ type }) => type))
  const hasFailed = loading?.settled.some(({ status, type }) => status === 'failed' && !underway.has(type))
  const isLoading = (loading?.open.length ?? 0) > 0
  const can: Readonly<Record<CaseAction, boolean | undefined>> = {
    test_live: true,
    retry_failed: isServed && hasFailed,
    sync_now: isServed && !isLoading,
    load_again: isServed && !isLoading,
    cancel_run: own !== null && isHeld(own) && isLoading,
    discard_pending: pending !== null && now < pending.expiresAt,
    mark_unauthorised: own?.status === 'active',
    disconnect: own !== null && isHeld(own),
  }
  return (Object.keys(can) as CaseAction[]).filter(action => can[action])
}
