import { type CaseKey, caseId } from '../../../../src/admin/cases/case-key.ts'
import type { SearchTerm } from '../../../../src/admin/cases/search-terms.ts'
import type {
  EntryId,
  StoredTimelineEntry,
  WorkerStatus,
} from '../../../../src/admin/diagnosis/diagnosis-input.ts'
import {
  type CaseSearchHit,
  CaseSummaries,
  type CaseSummary,
  type TimelineFilter,
  TimelineReader,
  WorkerHeartbeats,
} from '../../../../src/admin/ports.ts'
import { isErased } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId, ReportId, UserId } from '../../../../src/domain/identifiers.ts'
import { severityOf } from '../../../../src/domain/timeline/entry.ts'
import type { FakeUsers } from '../access/users.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeRegionRateLimiter } from '../ingestion/report-loader.ts'
import { type FakeSyncRuns, isOpen } from '../ingestion/sync-runs.ts'
import type { FakeSyncSchedule } from '../ingestion/sync-schedule.ts'
import type { RecordingTimeline } from '../kernel.ts'

export class FakeTimelineReader extends TimelineReader {
  readonly #timeline: RecordingTimeline

  constructor(timeline: RecordingTimeline) {
    super()
    this.#timeline = timeline
  }

  async latestOf(key: CaseKey, reports: readonly ReportId[]): Promise<StoredTimelineEntry[]> {
    const all = this.#of(key)
    const own = all.filter(({ event }) => !event.kind.startsWith('report_')).slice(0, 200)
    const ofReports = this.#all().filter(({ reportId }) => reportId !== null && reports.includes(reportId))
    const latest = [...Map.groupBy(ofReports, ({ reportId }) => reportId).values()].flatMap(each =>
      each.slice(0, 4),
    )
    return [...own, ...latest].sort(newestFirst)
  }

  async page(
    key: CaseKey,
    { kinds, levels, about, before, limit }: TimelineFilter,
  ): Promise<StoredTimelineEntry[]> {
    return this.#of(key)
      .filter(({ event }) => kinds.length === 0 || kinds.includes(event.kind))
      .filter(({ event }) => levels.length === 0 || levels.includes(severityOf[event.kind]))
      .filter(
        each => about === null || [each.attemptId, each.syncRunId, each.reportId].some(id => id === about),
      )
      .filter(({ id }) => before === null || Number(id) < Number(before))
      .slice(0, limit)
  }

  #of({ userId, connectionId }: CaseKey): StoredTimelineEntry[] {
    return this.#all().filter(
      each => each.userId === userId && (each.connectionId === null || each.connectionId === connectionId),
    )
  }

  #all(): StoredTimelineEntry[] {
    return this.#timeline.entries
      .map((entry, index) => ({ ...entry, id: String(index + 1) as EntryId }))
      .sort(newestFirst)
  }
}

const newestFirst = (one: StoredTimelineEntry, other: StoredTimelineEntry): number =>
  Number(other.id) - Number(one.id)

type HeartbeatFakes = Readonly<{
  syncRuns: FakeSyncRuns
  connections: FakeConnections
  rateLimiter: FakeRegionRateLimiter
  syncSchedule: FakeSyncSchedule
}>

export class FakeWorkerHeartbeats extends WorkerHeartbeats {
  readonly #fakes: HeartbeatFakes
  readonly #seen = new Map<string, Date>()

  constructor(fakes: HeartbeatFakes) {
    super()
    this.#fakes = fakes
  }

  async statusFor(connectionId: ConnectionId | null, now: Date): Promise<WorkerStatus> {
    const seen = [...this.#seen.values()].map(at => at.getTime())
    const { syncRuns, connections, rateLimiter, syncSchedule } = this.#fakes
    const connection = connectionId && (await connections.find(connectionId))
    const isSyncWaiting =
      connection &&
      syncSchedule.planned.get(connection.id) &&
      !syncSchedule.interactive.get(connection.id) &&
      (syncSchedule.deferUntil.get(connection.id) ?? now) <= now
    const region = isSyncWaiting && !isErased(connection) ? connection.profile.region : null
    const late = syncRuns.reports
      .all()
      .filter(({ leased }) => !leased)
      .map(({ report }) => report)
      .filter(report => report.connectionId === connectionId)
      .filter(isOpen)
      .filter(({ dueAt }) => dueAt < now)
      .map(({ dueAt }) => dueAt.getTime())
    return {
      workerSeenAt: seen.length > 0 ? new Date(Math.max(...seen)) : null,
      lateSince: late.length > 0 ? new Date(Math.min(...late)) : null,
      syncDeferralReason: region ? rateLimiter.lateSyncReason(region, now) : null,
    }
  }

  async record(workerId: string, at: Date): Promise<void> {
    this.#seen.set(workerId, at)
  }
}

type CaseSummaryFakes = Readonly<{
  timeline: RecordingTimeline
  users: FakeUsers
  connections: FakeConnections
}>

/** Claims every case after new timeline entries, and searches words only. PostgreSQL does the rest. */
export class FakeCaseSummaries extends CaseSummaries {
  readonly #fakes: CaseSummaryFakes
  readonly #summaries = new Map<string, CaseSummary>()
  #readEntries = -1

  constructor(fakes: CaseSummaryFakes) {
    super()
    this.#fakes = fakes
  }

  async claimChanged(): Promise<CaseKey[]> {
    const { timeline, users } = this.#fakes
    if (this.#readEntries === timeline.entries.length) return []
    this.#readEntries = timeline.entries.length
    const keys = users.all().map(async ({ id: userId }) => {
      const own = (await this.connectionsOf(userId)).map(connectionId => ({ userId, connectionId }))
      return [{ userId, connectionId: null }, ...own]
    })
    return (await Promise.all(keys)).flat()
  }

  async save(summary: CaseSummary): Promise<void> {
    this.#summaries.set(caseId(summary.key), summary)
  }

  async delete(key: CaseKey): Promise<void> {
    this.#summaries.delete(caseId(key))
  }

  async connectionsOf(userId: UserId): Promise<ConnectionId[]> {
    return this.#fakes.connections.all.flatMap(one =>
      one.userId === userId && !isErased(one) ? [one.id] : [],
    )
  }

  async find(terms: readonly SearchTerm[]): Promise<CaseSearchHit[]> {
    return [...this.#summaries.values()]
      .filter(({ text }) => terms.every(term => term.term !== 'words' || text.join('\n').includes(term.text)))
      .map(summary => {
        const user = this.#fakes.users.find(summary.key.userId)
        if (!user) throw new Error(`no user ${summary.key.userId}`)
        return { ...summary, user, amazonEmail: null, account: null }
      })
  }

  async counts() {
    return { health: new Map(), stage: new Map(), cause: new Map() }
  }
}
