import { type InteractiveSync, ProgressQueries } from '../../../../src/application/ingestion/ports.ts'
import type { SessionId, UserId } from '../../../../src/domain/identifiers.ts'
import type { FakeSessions } from '../access/sessions.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeSyncRuns } from './sync-runs.ts'

interface QueriedFakes {
  readonly sessions: FakeSessions
  readonly connections: FakeConnections
  readonly syncRuns: FakeSyncRuns
}

export class FakeProgressQueries extends ProgressQueries {
  readonly #fakes: QueriedFakes

  constructor(fakes: QueriedFakes) {
    super()
    this.#fakes = fakes
  }

  async find(id: SessionId, named: string | null, now: Date) {
    const known = await this.#fakes.sessions.find(id, now)
    if (!known) return null
    const { userId, currentConnectionId } = known.session
    return { ...known, interactive: await this.#interactive(userId, { named, chosen: currentConnectionId }) }
  }

  async #interactive(
    userId: UserId,
    { named, chosen }: { named: string | null; chosen: string | null },
  ): Promise<InteractiveSync | null> {
    const { connections, syncRuns } = this.#fakes
    const live = (await connections.liveByUser(userId)).filter(({ id }) => named === null || id === named)
    const connection = live.find(({ id }) => id === chosen) ?? live[0]
    if (!connection) return null
    const { id: connectionId, profile } = connection
    const latest = await syncRuns.latestOf(connectionId, ['initial', 'reauthorisation'])
    const reports = (latest?.reports ?? []).map(({ type, status }) => ({ type, status }))
    const run = latest && { requestedAt: latest.run.requestedAt, reports }
    return { connectionId, region: profile.region, run }
  }
}
