import { planRestrictionOf } from '../../domain/access/subscription.ts'
import {
  hasNoSelectableProfile,
  isExpired,
  listedProfiles,
} from '../../domain/connection/pending-connection.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Users } from '../access/index.ts'
import type { Clock } from '../ports.ts'
import type { PickerState } from './load-picker.ts'
import type { Connections, PendingConnections } from './ports.ts'

interface Dependencies {
  readonly users: Pick<Users, 'subscriptionOf'>
  readonly pendingConnections: Pick<PendingConnections, 'findByUser'>
  readonly connections: Pick<Connections, 'liveByUser'>
  readonly clock: Clock
}

/** Like {@link LoadPicker}, but only reads (S-44). */
export class PreviewPicker {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(userId: UserId): Promise<PickerState> {
    const { users, pendingConnections, connections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending) return { kind: 'no_pending_connection' }
    const { attemptId, regionResults } = pending
    if (isExpired(pending, clock.now())) return { kind: 'expired', attemptId }
    if (planRestrictionOf(await users.subscriptionOf(userId), clock.now()))
      return { kind: 'no_pending_connection' }
    const live = pending.reauthorisedConnectionId ? await connections.liveByUser(userId) : []
    if (live.some(({ id }) => id === pending.reauthorisedConnectionId))
      return { kind: 'no_pending_connection' }
    if (!hasNoSelectableProfile(regionResults)) return { kind: 'picker', pending }
    return { kind: 'no_profiles', agencies: listedProfiles(regionResults).length, reason: null, attemptId }
  }
}
