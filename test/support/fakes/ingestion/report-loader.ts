import { type Reconciliation, Reconciliations } from '../../../../src/application/ingestion/ports.ts'
import {
  type DueReport,
  type FactFile,
  FileUnconfirmed,
  type LeasedReport,
  type LoadCapacity,
  RegionRateLimiter,
  ReportLoader,
} from '../../../../src/application/ingestion/report-ports.ts'
import type { Timeline } from '../../../../src/application/ports.ts'
import type { DayRange } from '../../../../src/domain/calendar.ts'
import { syncFinishedEmails } from '../../../../src/domain/email/triggers.ts'
import type { ConnectionId, ReportId, UserId } from '../../../../src/domain/identifiers.ts'
import {
  allReports,
  definitionOf,
  legacyCampaigns,
  type ReportDefinition,
  type ReportType,
} from '../../../../src/domain/ingestion/catalogue.ts'
import type { FactRow } from '../../../../src/domain/ingestion/fact-row.ts'
import { decideReplacement, FileTotals } from '../../../../src/domain/ingestion/file-totals.ts'
import type { RateLimitDecision } from '../../../../src/domain/ingestion/rate-limit/call-budget.ts'
import {
  type Caller,
  type CallOutcome,
  initialRateLimit,
  pausedUntil,
  type RateLimitedCall,
  type RegionRateLimit,
  recordCallOutcome,
  tryAcquire,
} from '../../../../src/domain/ingestion/rate-limit/region-rate-limit.ts'
import {
  lateSyncReason,
  syncDeferralReason,
} from '../../../../src/domain/ingestion/rate-limit/sync-deferral.ts'
import type { DaySums } from '../../../../src/domain/ingestion/reconciliation.ts'
import { type CompletedReport, markLoaded, type Report } from '../../../../src/domain/ingestion/report.ts'
import { type Region, regions } from '../../../../src/domain/profile/region.ts'
import { entry } from '../../../../src/domain/timeline/entry.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeOutbox } from '../emails.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeLeases } from './leases.ts'
import type { FakeSyncRuns } from './sync-runs.ts'

type FactKey = `${ConnectionId} ${ReportType}`

export const factKey = (connectionId: ConnectionId, { type }: ReportDefinition): FactKey =>
  `${connectionId} ${type}`

interface FileDay extends DaySums {
  readonly connectionId: ConnectionId
  readonly report: { readonly id: ReportId; readonly setAside: number }
}

export class FakeReportLoader extends ReportLoader {
  readonly facts = new Table<FactKey, readonly FactRow[]>()
  readonly fileTotals = new Table<string, FileDay>()
  readonly #stores: {
    leases: FakeLeases
    syncRuns: FakeSyncRuns
    outbox: FakeOutbox
    timeline: Timeline
    unitOfWork: FakeUnitOfWork
  }
  freeSlots = 4
  /** Runs between the last row and the transaction. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(stores: {
    leases: FakeLeases
    syncRuns: FakeSyncRuns
    outbox: FakeOutbox
    timeline: Timeline
    unitOfWork: FakeUnitOfWork
  }) {
    super()
    this.#stores = stores
    stores.unitOfWork.memories.push(this.facts, this.fileTotals)
  }

  capacity(): LoadCapacity {
    return { interactive: this.freeSlots, other: Math.max(0, this.freeSlots - 1) }
  }

  reserve({ isInteractive }: Pick<Report, 'isInteractive'>): Disposable | null {
    if (this.freeSlots <= (isInteractive ? 0 : 1)) return null
    this.freeSlots -= 1
    const slot = new DisposableStack()
    slot.defer(() => {
      this.freeSlots += 1
    })
    return slot
  }

  forget(connectionId: ConnectionId): void {
    for (const [key] of this.facts.entries()) if (key.startsWith(connectionId)) this.facts.delete(key)
    for (const [key, file] of this.fileTotals.entries())
      if (file.connectionId === connectionId) this.fileTotals.delete(key)
  }

  async load(
    leased: LeasedReport<CompletedReport>,
    file: FactFile,
    now: () => Date,
  ): Promise<{ readonly rows: number }> {
    const startedAt = now()
    const staged: FactRow[] = []
    for await (const batch of file.batches) staged.push(...batch)
    await this.meanwhile()
    return this.#stores.unitOfWork.transaction(() =>
      this.#replace(leased, staged, file.setAside(), startedAt, now()),
    )
  }

  async #replace(
    leased: LeasedReport<CompletedReport>,
    staged: readonly FactRow[],
    setAside: number,
    startedAt: Date,
    now: Date,
  ): Promise<{ rows: number }> {
    const { leases, syncRuns, outbox, timeline } = this.#stores
    const { report, userId } = leased
    const { connectionId, syncRunId, id: reportId, type, days } = report
    const definition = definitionOf(type)
    const key = factKey(connectionId, definition)
    const retained = (this.facts.get(key) ?? []).filter(([day]) => day < days.from || day > days.to)
    const legacyKey = factKey(connectionId, legacyCampaigns)
    const inV3 = keysOf(this.facts.get(factKey(connectionId, definitionOf('sb_campaigns'))) ?? [])
    const counted = countedRows(definition, staged).filter(
      row => type !== legacyCampaigns.type || !inV3.has(campaignDayOf(row)),
    )
    const fresh = [...Map.groupBy(counted, row => keyOf(definition, row)).values()].map(rows =>
      rows.reduce((sum, row) => addRows(definition, sum, row)),
    )
    const file = totalsOf(definition, days, fresh)
    const outcome = decideReplacement({
      loaded: file.flatMap(({ day }) => this.fileTotals.get(`${connectionId} ${type} ${day}`) ?? []),
      file,
      amazonReportId: report.amazonReportId,
      unconfirmed: report.unconfirmedFile ?? null,
    })
    if (outcome.decision === 'wait') throw new FileUnconfirmed(outcome.unconfirmed, outcome.loaded)
    this.facts.set(key, [...retained, ...fresh])
    for (const { day, rows, sums } of file)
      this.fileTotals.set(`${connectionId} ${type} ${day}`, {
        ...{ connectionId, type, day, rows, sums },
        report: { id: reportId, setAside },
      })
    if (type === 'sb_campaigns') {
      const superseding = keysOf(fresh)
      const left = (this.facts.get(legacyKey) ?? []).filter(row => !superseding.has(campaignDayOf(row)))
      this.facts.set(legacyKey, left)
      for (const [storedKey, day] of this.fileTotals.entries()) {
        if (day.connectionId !== connectionId || day.type !== legacyCampaigns.type) continue
        const own = left.filter(([of]) => of === day.day)
        const [totals] = totalsOf(legacyCampaigns, { from: day.day, to: day.day }, own)
        this.fileTotals.set(storedKey, { ...day, ...totals })
      }
    }

    const rows = fresh.length
    await leases.save(leased, markLoaded(report, rows, now))
    const [duplicates, merged] = [staged.length - counted.length, counted.length - rows]
    const milliseconds = now.getTime() - startedAt.getTime()
    const about = { userId, connectionId, syncRunId }
    await timeline.append(
      entry(
        now,
        { ...about, reportId },
        { kind: 'report_loaded', report: type, rows, duplicates, merged, setAside, milliseconds },
      ),
    )
    const finished = await syncRuns.finishIfDone(syncRunId, now)
    if (finished) {
      const { loaded, failed } = finished
      await timeline.append(entry(now, about, { kind: 'sync_finished', loaded, failed }))
      await outbox.put(...syncFinishedEmails({ ...about, profile: leased.profile }, finished, now))
    }
    return { rows }
  }
}

/** Of campaigns, the first two values. */
const campaignDayOf = ([day, campaignId]: FactRow): string => `${day} ${campaignId}`
const keysOf = (rows: readonly FactRow[]): ReadonlySet<string> => new Set(rows.map(campaignDayOf))

/** Each row as often as it counts (decision 34). */
function countedRows({ columns }: ReportDefinition, staged: readonly FactRow[]): FactRow[] {
  const target = columns.findIndex(({ name }) => name === 'target_id') + 1
  const namesTarget = (row: FactRow) => target === 0 || row[target] !== ''
  const groups = [...Map.groupBy(staged, row => JSON.stringify(row)).values()]
  const named = groups.filter(([row]) => row && namesTarget(row))
  const repeats = named.length > 0 ? Math.min(...named.map(({ length }) => length)) : 1
  return groups.flatMap(rows =>
    rows.slice(0, rows.every(namesTarget) ? 1 : Math.max(1, Math.floor(rows.length / repeats))),
  )
}

function keyOf({ columns }: ReportDefinition, [day, ...values]: FactRow): string {
  return JSON.stringify([day, ...values.filter((_, index) => columns[index]?.kind === 'key')])
}

function totalsOf(definition: ReportDefinition, days: DayRange, rows: readonly FactRow[]) {
  const totals = new FileTotals(definition, days)
  totals.add(rows)
  return totals.byDay()
}

function addRows({ columns }: ReportDefinition, [day, ...a]: FactRow, [, ...b]: FactRow): FactRow {
  const values = columns.map(({ kind }, index) => {
    const [one, other] = [a[index] ?? null, b[index] ?? null]
    if (kind === 'key') return one
    if (kind === 'text')
      return (
        [one, other]
          .filter(text => text !== null)
          .sort()
          .at(-1) ?? null
      )
    return kind === 'count' ? Number(one) + Number(other) : String(Number(one) + Number(other))
  })
  return [day, ...values]
}

export class FakeReconciliations extends Reconciliations {
  readonly #loader: FakeReportLoader
  readonly #syncRuns: FakeSyncRuns
  readonly #connections: FakeConnections

  constructor(loader: FakeReportLoader, syncRuns: FakeSyncRuns, connections: FakeConnections) {
    super()
    this.#loader = loader
    this.#syncRuns = syncRuns
    this.#connections = connections
  }

  async due(now: Date, limit: number) {
    const due: { connectionId: ConnectionId; userId: UserId; dueAt: Date }[] = []
    for (const [connectionId, { dueAt }] of this.#syncRuns.reconciliations.entries()) {
      const connection = await this.#connections.find(connectionId)
      if (dueAt && dueAt <= now && connection) due.push({ connectionId, userId: connection.userId, dueAt })
    }
    return due
      .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
      .slice(0, limit)
      .map(({ connectionId, userId }) => ({ connectionId, userId }))
  }

  async totals(connectionId: ConnectionId) {
    const files = this.#loader.fileTotals.all().filter(file => file.connectionId === connectionId)
    const facts = allReports.flatMap(definition => {
      const rows = this.#loader.facts.get(factKey(connectionId, definition)) ?? []
      return [...Map.groupBy(rows, ([day]) => day)].flatMap(([day, own]) =>
        totalsOf(definition, { from: day, to: day }, own).map(sums => ({ type: definition.type, ...sums })),
      )
    })
    const legacy = new Map(
      facts.filter(({ type }) => type === legacyCampaigns.type).map(one => [one.day, one]),
    )
    const rollUps = facts.map(one => {
      const other = one.type === 'sb_campaigns' ? legacy.get(one.day) : undefined
      const sums = Object.entries(one.sums).map(([name, value]) => [
        name,
        String(Number(value) + Number(other?.sums[name] ?? 0)),
      ])
      return { ...one, sums: Object.fromEntries(sums) }
    })
    return {
      dueAt: this.#syncRuns.reconciliations.get(connectionId)?.dueAt ?? null,
      setAside: [...new Map(files.map(({ report }) => [report.id, report.setAside])).values()].reduce(
        (sum, count) => sum + count,
        0,
      ),
      files: files.map(({ type, day, rows, sums }) => ({ type, day, rows, sums })),
      facts,
      rollUps,
      totals: rollUps,
    }
  }

  async complete(connectionId: ConnectionId, dueAt: Date, latest: Reconciliation): Promise<boolean> {
    const row = this.#syncRuns.reconciliations.get(connectionId)
    if (row?.dueAt?.getTime() !== dueAt.getTime()) return false
    this.#syncRuns.reconciliations.set(connectionId, { dueAt: null, latest })
    return true
  }

  async defer(connectionId: ConnectionId, to: Date): Promise<void> {
    const row = this.#syncRuns.reconciliations.get(connectionId)
    if (row?.dueAt) this.#syncRuns.reconciliations.set(connectionId, { ...row, dueAt: to })
  }
}

export class FakeRegionRateLimiter extends RegionRateLimiter {
  readonly #traffic = new Map<Region, RegionRateLimit>()

  async tryAcquire(
    region: Region,
    call: RateLimitedCall,
    report: DueReport,
    now: Date,
  ): Promise<RateLimitDecision> {
    const [decision, next] = tryAcquire(this.#of(region, now), call, report, now)
    this.#traffic.set(region, next)
    return decision
  }

  async pausedUntil(region: Region, now: Date): Promise<Date | null> {
    return pausedUntil(this.#of(region, now), now)
  }

  async acceptingSyncs(now: Date): Promise<Region[]> {
    return regions.filter(region => syncDeferralReason(this.#of(region, now), now) === null)
  }

  async recordOutcome(region: Region, outcome: CallOutcome, by: Caller, now: Date) {
    const [before, next] = [this.#of(region, now), recordCallOutcome(this.#of(region, now), outcome, by, now)]
    this.#traffic.set(region, next)
    return before.pausedUntil !== null && next.pausedUntil === null
  }

  lateSyncReason(region: Region, now: Date) {
    return lateSyncReason(this.#of(region, now), now)
  }

  #of(region: Region, now: Date): RegionRateLimit {
    return this.#traffic.get(region) ?? initialRateLimit(now)
  }
}
