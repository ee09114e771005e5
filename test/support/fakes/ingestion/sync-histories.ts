import { SyncHistories, type SyncHistory } from '../../../../src/application/ingestion/ports.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import type { ReportType } from '../../../../src/domain/ingestion/catalogue.ts'
import {
  type FailedReport,
  isFinished,
  type LoadedReport,
  type Report,
} from '../../../../src/domain/ingestion/report.ts'
import { type FakeSyncRuns, isOpen } from './sync-runs.ts'
import type { FakeSyncSchedule } from './sync-schedule.ts'

export class FakeSyncHistories extends SyncHistories {
  readonly #syncRuns: FakeSyncRuns
  readonly #syncSchedule: FakeSyncSchedule

  constructor(syncRuns: FakeSyncRuns, syncSchedule: FakeSyncSchedule) {
    super()
    this.#syncRuns = syncRuns
    this.#syncSchedule = syncSchedule
  }

  async of(connectionId: ConnectionId): Promise<SyncHistory> {
    const all = this.#syncRuns.allOf(connectionId)
    return {
      interactiveSync: await this.#syncRuns.latestOf(connectionId, ['initial', 'reauthorisation']),
      finished: latestOfEach(all),
      open: all.filter(isOpen).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()),
      failingSince: failingSince(all),
      lastLoadedAt: latest(all.filter(isLoaded).map(({ loadedAt }) => loadedAt)),
      nextSyncAt: this.#syncSchedule.planned.get(connectionId) ?? null,
      reconciled: this.#syncRuns.reconciliations.get(connectionId)?.latest ?? null,
    }
  }
}

const isLoaded = (report: Report): report is LoadedReport => report.status === 'loaded'

const latest = (times: readonly Date[]): Date | null =>
  times.toSorted((one, other) => other.getTime() - one.getTime())[0] ?? null

function latestOfEach(all: readonly Report[]): (LoadedReport | FailedReport)[] {
  const finishedAt = (report: LoadedReport | FailedReport) =>
    report.status === 'loaded' ? report.loadedAt.getTime() : report.failedAt.getTime()
  const finished = all
    .filter(isFinished)
    .sort((a, b) => b.days.to.localeCompare(a.days.to) || finishedAt(b) - finishedAt(a))
  const types = [...new Set(finished.map(({ type }) => type))].sort()
  return types.flatMap(type => finished.find(report => report.type === type) ?? [])
}

function failingSince(all: readonly Report[]): Map<ReportType, Date> {
  const failing = new Map<ReportType, Date>()
  for (const report of all) {
    if (report.status !== 'failed') continue
    const { type, failedAt } = report
    const isOver = all.some(other => isLoaded(other) && other.type === type && other.loadedAt >= failedAt)
    const first = failing.get(type)
    if (!isOver && (!first || failedAt < first)) failing.set(type, failedAt)
  }
  return failing
}
