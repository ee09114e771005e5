import type { Users } from '../../application/access/ports.ts'
import type { Connections, SellerStates } from '../../application/connection/ports.ts'
import { typicalDurationsFor } from '../../application/ingestion/index.ts'
import type { SyncDurations, SyncHistories, SyncHistory } from '../../application/ingestion/ports.ts'
import type { Clock } from '../../application/ports.ts'
import { UserNotFound } from '../../domain/access/staff-action.ts'
import { planRestrictionOf, type Subscription } from '../../domain/access/subscription.ts'
import type { User } from '../../domain/access/user.ts'
import { type Connection, isErased } from '../../domain/connection/connection.ts'
import { type Health, healthOf, type SyncState } from '../../domain/health/health.ts'
import { isFinished } from '../../domain/ingestion/report.ts'
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts'
import type { DiagnosisInput } from '../diagnosis/diagnosis-input.ts'
import type { TimelineReader, WorkerHeartbeats } from '../ports.ts'
import { type CaseKey, type CaseStage, caseStage } from './case-key.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId'>
  readonly sellers: SellerStates
  readonly connections: Pick<Connections, 'find' | 'closedByUser'>
  readonly syncHistories: SyncHistories
  readonly syncDurations: SyncDurations
  readonly timelineReader: Pick<TimelineReader, 'latestOf'>
  readonly workerHeartbeats: Pick<WorkerHeartbeats, 'statusFor'>
  readonly clock: Clock
}

export interface CaseState {
  readonly key: CaseKey
  readonly user: User
  readonly subscription: Subscription | null
  /** The live one, else the last closed one still retained. */
  readonly connection: Connection | null
  readonly health: Health | null
  readonly stage: CaseStage
  readonly diagnosis: Diagnosis
  readonly diagnosisInput: DiagnosisInput
  readonly syncHistory: SyncHistory | null
}

/** Read-only, without an access check (S-42). */
export class CaseReader {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {UserNotFound} also when the connection isn't the user's. */
  async read(key: CaseKey): Promise<CaseState> {
    const {
      users,
      sellers,
      connections,
      syncHistories,
      syncDurations,
      timelineReader,
      workerHeartbeats,
      clock,
    } = this.#deps
    const now = clock.now()
    const [user, sellerState, namedConnection] = await Promise.all([
      users.byId(key.userId),
      sellers.of(key.userId),
      key.connectionId && connections.find(key.connectionId),
    ])
    if (!user || (key.connectionId && namedConnection?.userId !== user.id)) throw new UserNotFound()
    const connection = namedConnection ?? (await connections.closedByUser(user.id))[0] ?? null
    const history = connection && !isErased(connection) ? await syncHistories.of(connection.id) : null
    const reports = [...(history?.open ?? []), ...(history?.finished ?? [])].map(({ id }) => id)
    const region = connection && !isErased(connection) ? connection.profile.region : null
    const [timeline, workerStatus, typicalDurations] = await Promise.all([
      timelineReader.latestOf({ ...key, connectionId: connection?.id ?? null }, reports),
      workerHeartbeats.statusFor(key.connectionId, now),
      region ? typicalDurationsFor(syncDurations, region, history?.open ?? [], now) : new Map(),
    ])
    const planRestriction = planRestrictionOf(sellerState.subscription, now)
    const syncState = history?.interactiveSync
      ? syncStateFrom({ ...history, interactiveSync: history.interactiveSync })
      : null
    const diagnosisInput: DiagnosisInput = {
      planRestriction,
      connection,
      pending: sellerState.pending,
      sync: syncState,
      typicalDurations,
      timeline,
      workerStatus,
    }
    const diagnosis = diagnose(diagnosisInput, now)
    return {
      key,
      user,
      subscription: sellerState.subscription,
      connection,
      health: connection && healthOf({ connection, planRestriction, sync: syncState }, now),
      stage: caseStage(diagnosisInput, diagnosis, now),
      diagnosis,
      diagnosisInput,
      syncHistory: history,
    }
  }
}

function syncStateFrom(
  history: SyncHistory & { readonly interactiveSync: NonNullable<SyncHistory['interactiveSync']> },
): SyncState & { readonly mismatches: number } {
  const { interactiveSync, open, finished, failingSince, lastLoadedAt, nextSyncAt, reconciled } = history
  return {
    interactiveSync: { requestedAt: interactiveSync.run.requestedAt, reports: interactiveSync.reports },
    open,
    finished: finished.filter(isFinished),
    failingSince,
    lastLoadedAt,
    nextSyncAt,
    mismatches: reconciled?.mismatches ?? 0,
  }
}
