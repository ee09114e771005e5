import type { CaseKey } from '../../../src/admin/index.ts'
import type { EntryId, StoryEntry, WorkFacts } from '../../../src/admin/diagnosis/facts.ts'
import { Stories, type StoryFilter, Works } from '../../../src/admin/ports.ts'
import type { ConnectionId, ReportId } from '../../../src/domain/identifiers.ts'
import { entryLevels } from '../../../src/domain/timeline/entry.ts'
import type { FakeIngestions } from './ingestions.ts'
import { isOpen } from './ingestions.ts'
import type { RecordingTimeline } from './kernel.ts'

/** Reads what the timeline in memory was told. */
export class FakeStories extends Stories {
  readonly #timeline: RecordingTimeline

  constructor(timeline: RecordingTimeline) {
    super()
    this.#timeline = timeline
  }

  async latestOf(key: CaseKey, reports: readonly ReportId[]): Promise<StoryEntry[]> {
    const all = this.#of(key)
    const own = all.filter(({ happening }) => !happening.kind.startsWith('report_')).slice(0, 200)
    const ofReports = this.#all().filter(({ reportId }) => reportId !== null && reports.includes(reportId))
    const latest = [...Map.groupBy(ofReports, ({ reportId }) => reportId).values()].flatMap(each =>
      each.slice(0, 4),
    )
    return [...own, ...latest].sort(newestFirst)
  }

  async page(key: CaseKey, { kinds, levels, about, before, limit }: StoryFilter): Promise<StoryEntry[]> {
    return this.#of(key)
      .filter(({ happening }) => kinds.length === 0 || kinds.includes(happening.kind))
      .filter(({ happening }) => levels.length === 0 || levels.includes(entryLevels[happening.kind]))
      .filter(each => about === null || [each.attemptId, each.runId, each.reportId].some(id => id === about))
      .filter(({ id }) => before === null || Number(id) < Number(before))
      .slice(0, limit)
  }

  #of({ personId, connectionId }: CaseKey): StoryEntry[] {
    return this.#all().filter(
      each =>
        each.personId === personId && (each.connectionId === null || each.connectionId === connectionId),
    )
  }

  #all(): StoryEntry[] {
    return this.#timeline.entries
      .map((entry, index) => ({ ...entry, id: String(index + 1) as EntryId }))
      .sort(newestFirst)
  }
}

const newestFirst = (one: StoryEntry, other: StoryEntry): number => Number(other.id) - Number(one.id)

/** What is late, and who was seen last. */
export class FakeWorks extends Works {
  readonly #ingestions: FakeIngestions
  readonly #seen = new Map<string, Date>()

  constructor(ingestions: FakeIngestions) {
    super()
    this.#ingestions = ingestions
  }

  async factsOf(connectionId: ConnectionId | null, now: Date): Promise<WorkFacts> {
    const seen = [...this.#seen.values()].map(at => at.getTime())
    const late = this.#ingestions.reports
      .all()
      .filter(({ leased }) => !leased)
      .map(({ report }) => report)
      .filter(report => report.connectionId === connectionId)
      .filter(isOpen)
      .filter(({ nextTryAt }) => nextTryAt < now)
      .map(({ nextTryAt }) => nextTryAt.getTime())
    return {
      workerSeenAt: seen.length > 0 ? new Date(Math.max(...seen)) : null,
      lateSince: late.length > 0 ? new Date(Math.min(...late)) : null,
    }
  }

  async noteAlive(workerId: string, at: Date): Promise<void> {
    this.#seen.set(workerId, at)
  }
}
