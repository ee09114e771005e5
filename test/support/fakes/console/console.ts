import { type CaseKey, caseId } from '../../../../src/admin/cases/case-key.ts'
import type { SearchTerm } from '../../../../src/admin/cases/search-terms.ts'
import type {
  EntryId,
  StoredTimelineEntry,
  WorkerStatus,
} from '../../../../src/admin/diagnosis/diagnosis-input.ts'
import {
  type CaseCursor,
  type CaseFilter,
  type CaseSearchHit,
  CaseSummaries,
  type CaseSummary,
  type TimelineFilter,
  TimelineReader,
  WorkerHeartbeats,
} from '../../../../src/admin/ports.ts'
import { consentOf, isErased } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId, ReportId, UserId } from '../../../../src/domain/identifiers.ts'
import { severityOf, type TimelineEventKind } from '../../../../src/domain/timeline/entry.ts'
import type { FakeUsers } from '../access/users.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeRegionRateLimiter } from '../ingestion/report-loader.ts'
import { type FakeSyncRuns, isOpen } from '../ingestion/sync-runs.ts'
import type { FakeSyncSchedule } from '../ingestion/sync-schedule.ts'
import { type FakeUnitOfWork, type RecordingTimeline, Table } from '../kernel.ts'

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

/** Case summaries in memory. Changed cases are those with new timeline entries and new users. */
export class FakeCaseSummaries extends CaseSummaries {
  readonly #fakes: CaseSummaryFakes
  readonly #summaries: Table<string, CaseSummary>
  /** The number of entries read, the users known, and the changed cases not claimed yet. */
  readonly #read: Table<'entries', number>
  readonly #known: Table<UserId, true>
  readonly #waiting: Table<'changes', readonly CaseKey[]>

  constructor(fakes: CaseSummaryFakes, unitOfWork: FakeUnitOfWork) {
    super()
    this.#fakes = fakes
    this.#summaries = new Table()
    this.#read = new Table()
    this.#known = new Table()
    this.#waiting = new Table()
    unitOfWork.memories.push(this.#summaries, this.#read, this.#known, this.#waiting)
  }

  async claimChanged(now: Date, limit: number): Promise<CaseKey[]> {
    const { timeline, users } = this.#fakes
    const entries = timeline.entries
    const newEntries = entries
      .slice(this.#read.get('entries') ?? 0)
      .filter(({ event }) => !kindsWithoutChange.has(event.kind))
    this.#read.set('entries', entries.length)
    const newUsers = users.all().filter(({ id }) => !this.#known.get(id))
    for (const { id } of newUsers) this.#known.set(id, true)
    const waiting = [
      ...(this.#waiting.get('changes') ?? []),
      ...newUsers.map(({ id }) => ({ userId: id, connectionId: null })),
      ...newEntries,
    ]
    const claimedUsers = new Set(waiting.slice(0, limit).map(({ userId }) => userId))
    const changed = waiting.filter(({ userId }) => claimedUsers.has(userId))
    this.#waiting.set(
      'changes',
      waiting.filter(({ userId }) => !claimedUsers.has(userId)),
    )
    const due = this.#summaries
      .all()
      .filter(({ refreshAt }) => refreshAt <= now)
      .sort((one, other) => one.refreshAt.getTime() - other.refreshAt.getTime())
      .map(({ key }) => key)
      .slice(0, limit)
    const own = await Promise.all(
      changed.map(async ({ userId, connectionId }) =>
        connectionId === null ? await this.connectionsOf(userId) : [connectionId],
      ),
    )
    const keys = [
      ...due,
      ...changed.flatMap(({ userId }, index) => [
        { userId, connectionId: null },
        ...(own[index] ?? []).map(connectionId => ({ userId, connectionId })),
      ]),
    ]
    return [...new Map(keys.map(key => [caseId(key), key])).values()]
  }

  get all(): readonly CaseSummary[] {
    return this.#summaries.all()
  }

  async save(summary: CaseSummary): Promise<void> {
    const { connectionId } = summary.key
    const connection = connectionId && (await this.#fakes.connections.find(connectionId))
    if (connectionId && (!connection || isErased(connection))) return
    this.#summaries.set(caseId(summary.key), summary)
  }

  async delete(key: CaseKey): Promise<void> {
    this.#summaries.delete(caseId(key))
  }

  async connectionsOf(userId: UserId): Promise<ConnectionId[]> {
    const { connections } = this.#fakes
    const all = [...(await connections.liveByUser(userId)), ...(await connections.closedByUser(userId))]
    return all
      .sort((one, other) => one.connectedAt.getTime() - other.connectedAt.getTime())
      .map(({ id }) => id)
  }

  async find(terms: readonly SearchTerm[], filter: CaseFilter, after: CaseCursor | null, limit: number) {
    const isAfter = ({ lastEventAt, key }: CaseSummary) =>
      after === null ||
      lastEventAt < after.lastEventAt ||
      (lastEventAt.getTime() === after.lastEventAt.getTime() && caseId(key) < after.id)
    const criteria = Object.entries(filter).filter(([, value]) => value !== null)
    const fits = (summary: CaseSummary) =>
      criteria.every(([name, value]) => summary[name as keyof CaseFilter] === value) &&
      terms.every(term => this.#matches(summary, term))
    const found = this.#summaries
      .all()
      .filter(summary => fits(summary) && isAfter(summary))
      .sort(
        (one, other) =>
          other.lastEventAt.getTime() - one.lastEventAt.getTime() ||
          (caseId(one.key) < caseId(other.key) ? 1 : -1),
      )
      .slice(0, limit)
    return Promise.all(found.map(summary => this.#hitFor(summary)))
  }

  async counts(): ReturnType<CaseSummaries['counts']> {
    const countBy = <Name>(nameOf: (summary: CaseSummary) => Name | null) => {
      const counts = new Map<Name, number>()
      for (const summary of this.#summaries.all()) {
        const name = nameOf(summary)
        if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      return counts
    }
    return {
      health: countBy(({ health }) => health),
      stage: countBy(({ stage }) => stage),
      cause: countBy(({ cause }) => cause),
    }
  }

  #matches({ key, text: texts, country, profileId, amazonUserId }: CaseSummary, term: SearchTerm): boolean {
    switch (term.term) {
      case 'words':
        return texts.join('\n').includes(term.text)
      case 'beginning':
        return texts.some(word => word.split(/[\s.@_+(-]/).some(part => part.startsWith(term.text)))
      case 'country':
        return country === term.country
      case 'profile':
        return profileId?.startsWith(term.beginning) ?? false
      case 'amazon_user':
        return amazonUserId?.startsWith(term.beginning) ?? false
      case 'id':
      case 'reference': {
        const beginning = term.term === 'id' ? term.id : term.digits
        const matches = (id: string | null) =>
          id?.replaceAll('-', '').startsWith(beginning.replaceAll('-', '')) ?? false
        const own = this.#fakes.timeline.entries.filter(
          ({ userId, connectionId }) =>
            connectionId === key.connectionId || (connectionId === null && userId === key.userId),
        )
        return (
          [key.userId, key.connectionId].some(matches) ||
          own.some(
            ({ attemptId, syncRunId, reportId, event }) =>
              [attemptId, syncRunId, reportId].some(matches) ||
              ('amazonReportId' in event && matches(event.amazonReportId)),
          )
        )
      }
    }
  }

  async #hitFor({
    key,
    health,
    stage,
    cause,
    plan,
    lastLoadedAt,
    lastEventAt,
  }: CaseSummary): Promise<CaseSearchHit> {
    const { users, connections } = this.#fakes
    const user = users.find(key.userId)
    if (!user) throw new Error(`no user ${key.userId}`)
    const connection = key.connectionId && (await connections.find(key.connectionId))
    const retained = connection && !isErased(connection) ? connection : null
    const { id, accountName, country } = retained?.profile ?? {}
    return {
      key,
      health,
      stage,
      cause,
      plan,
      lastLoadedAt,
      lastEventAt,
      user,
      amazonEmail: retained ? (consentOf(retained).amazonUser?.email ?? null) : null,
      account:
        id !== undefined && country !== undefined ? { id, accountName: accountName ?? null, country } : null,
    }
  }
}

/** Kinds of events that change no case summary: the progress of one report among many. */
const kindsWithoutChange: ReadonlySet<TimelineEventKind> = new Set([
  'report_accepted',
  'report_duplicate_adopted',
  'report_completed',
  'report_loaded',
])
