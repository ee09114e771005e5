import type { CaseAction } from '../../domain/access/staff-action.ts'
import { isLive } from '../../domain/connection/connection.ts'
import type { CaseState } from './case-state.ts'

/** In the order in which agents try them. */
export function availableActions({ key, diagnosisInput }: CaseState, now: Date): CaseAction[] {
  const { connection, planRestriction, sync, pending } = diagnosisInput
  const caseConnection = key.connectionId ? connection : null
  const canSync = caseConnection?.status === 'active' && !planRestriction
  const openTypes = new Set(sync?.open.map(({ type }) => type))
  const hasFailed = sync?.finished.some(({ status, type }) => status === 'failed' && !openTypes.has(type))
  const isSyncing = (sync?.open.length ?? 0) > 0
  const isAvailable: Readonly<Record<CaseAction, boolean | undefined>> = {
    test_live: true,
    retry_failed: canSync && hasFailed,
    sync_now: canSync && !isSyncing,
    load_again: canSync && !isSyncing,
    cancel_run: caseConnection !== null && isLive(caseConnection) && isSyncing,
    discard_pending: pending !== null && now < pending.expiresAt,
    mark_unauthorised: caseConnection?.status === 'active',
    disconnect: caseConnection !== null && isLive(caseConnection),
  }
  return (Object.keys(isAvailable) as CaseAction[]).filter(action => isAvailable[action])
}
