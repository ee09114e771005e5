import type { EntryId, StoryEntry, WorkFacts } from '../../../src/admin/diagnosis/facts.ts'
import { type CaseKey, caseId } from '../../../src/admin/index.ts'
import {
  type CaseDigest,
  CaseDigests,
  type CaseFilter,
  type CasePlace,
  type FoundCase,
  Stories,
  type StoryFilter,
  Works,
} from '../../../src/admin/ports.ts'
import type { Term } from '../../../src/admin/search/terms.ts'
import { consentOf, isErased } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, PersonId, ReportId } from '../../../src/domain/identifiers.ts'
import { entryLevels, type HappeningKind } from '../../../src/domain/timeline/entry.ts'
import type { FakeConnections } from './connections.ts'
import { type FakeIngestions, isOpen } from './ingestions.ts'
import { type FakeUnitOfWork, type RecordingTimeline, Table } from './kernel.ts'
import type { FakeRegions } from './loading.ts'
import type { FakePeople } from './people.ts'
import type { FakeSyncs } from './syncs.ts'

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

type WorkMemories = Readonly<{
  ingestions: FakeIngestions
  connections: FakeConnections
  regions: FakeRegions
  syncs: FakeSyncs
}>

export class FakeWorks extends Works {
  readonly #memories: WorkMemories
  readonly #seen = new Map<string, Date>()

  constructor(memories: WorkMemories) {
    super()
    this.#memories = memories
  }

  async factsOf(connectionId: ConnectionId | null, now: Date): Promise<WorkFacts> {
    const seen = [...this.#seen.values()].map(at => at.getTime())
    const { ingestions, connections, regions, syncs } = this.#memories
    const connection = connectionId && (await connections.find(connectionId))
    const waits =
      connection &&
      syncs.planned.get(connection.id) &&
      !syncs.awaited.get(connection.id) &&
      (syncs.putOff.get(connection.id) ?? now) <= now
    const region = waits && !isErased(connection) ? connection.profile.region : null
    const late = ingestions.reports
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
      syncsHeldFor: region ? regions.whySyncsWait(region, now) : null,
    }
  }

  async noteAlive(workerId: string, at: Date): Promise<void> {
    this.#seen.set(workerId, at)
  }
}

type DigestedFakes = Readonly<{
  timeline: RecordingTimeline
  people: FakePeople
  connections: FakeConnections
}>

/** Case summaries in memory. Changed cases are those with new timeline entries and new users. */
export class FakeCaseDigests extends CaseDigests {
  readonly #fakes: DigestedFakes
  readonly #digests: Table<string, CaseDigest>
  /** Entries read, users known, and the changed cases not claimed yet. */
  readonly #read: Table<'entries', number>
  readonly #known: Table<PersonId, true>
  readonly #waiting: Table<'changes', readonly CaseKey[]>

  constructor(fakes: DigestedFakes, unitOfWork: FakeUnitOfWork) {
    super()
    this.#fakes = fakes
    this.#digests = new Table()
    this.#read = new Table()
    this.#known = new Table()
    this.#waiting = new Table()
    unitOfWork.memories.push(this.#digests, this.#read, this.#known, this.#waiting)
  }

  async take(now: Date, limit: number): Promise<CaseKey[]> {
    const { timeline, people } = this.#fakes
    const entries = timeline.entries
    const told = entries
      .slice(this.#read.get('entries') ?? 0)
      .filter(({ happening }) => !quiet.has(happening.kind))
    this.#read.set('entries', entries.length)
    const admitted = people.all().filter(({ id }) => !this.#known.get(id))
    for (const { id } of admitted) this.#known.set(id, true)
    const waiting = [
      ...(this.#waiting.get('changes') ?? []),
      ...admitted.map(({ id }) => ({ personId: id, connectionId: null })),
      ...told,
    ]
    const taken = new Set(waiting.slice(0, limit).map(({ personId }) => personId))
    const changed = waiting.filter(({ personId }) => taken.has(personId))
    this.#waiting.set(
      'changes',
      waiting.filter(({ personId }) => !taken.has(personId)),
    )
    const due = this.#digests
      .all()
      .filter(({ lookAgainAt }) => lookAgainAt <= now)
      .sort((one, other) => one.lookAgainAt.getTime() - other.lookAgainAt.getTime())
      .map(({ key }) => key)
      .slice(0, limit)
    const own = await Promise.all(
      changed.map(async ({ personId, connectionId }) =>
        connectionId === null ? await this.connectionsOf(personId) : [connectionId],
      ),
    )
    const keys = [
      ...due,
      ...changed.flatMap(({ personId }, index) => [
        { personId, connectionId: null },
        ...(own[index] ?? []).map(connectionId => ({ personId, connectionId })),
      ]),
    ]
    return [...new Map(keys.map(key => [caseId(key), key])).values()]
  }

  get all(): readonly CaseDigest[] {
    return this.#digests.all()
  }

  async keep(digest: CaseDigest): Promise<void> {
    const { connectionId } = digest.key
    const connection = connectionId && (await this.#fakes.connections.find(connectionId))
    if (connectionId && (!connection || isErased(connection))) return
    this.#digests.set(caseId(digest.key), digest)
  }

  async forget(key: CaseKey): Promise<void> {
    this.#digests.delete(caseId(key))
  }

  async connectionsOf(personId: PersonId): Promise<ConnectionId[]> {
    const { connections } = this.#fakes
    const all = [...(await connections.heldBy(personId)), ...(await connections.closedBy(personId))]
    return all
      .sort((one, other) => one.connectedAt.getTime() - other.connectedAt.getTime())
      .map(({ id }) => id)
  }

  async find(terms: readonly Term[], filter: CaseFilter, after: CasePlace | null, limit: number) {
    const isAfter = ({ activeAt, key }: CaseDigest) =>
      after === null ||
      activeAt < after.activeAt ||
      (activeAt.getTime() === after.activeAt.getTime() && caseId(key) < after.id)
    const wanted = Object.entries(filter).filter(([, value]) => value !== null)
    const fits = (digest: CaseDigest) =>
      wanted.every(([name, value]) => digest[name as keyof CaseFilter] === value) &&
      terms.every(term => this.#isMeant(digest, term))
    const found = this.#digests
      .all()
      .filter(digest => fits(digest) && isAfter(digest))
      .sort(
        (one, other) =>
          other.activeAt.getTime() - one.activeAt.getTime() || (caseId(one.key) < caseId(other.key) ? 1 : -1),
      )
      .slice(0, limit)
    return Promise.all(found.map(digest => this.#found(digest)))
  }

  async counts(): ReturnType<CaseDigests['counts']> {
    const counted = <Name>(of: (digest: CaseDigest) => Name | null) => {
      const counts = new Map<Name, number>()
      for (const digest of this.#digests.all()) {
        const name = of(digest)
        if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      return counts
    }
    return {
      health: counted(({ health }) => health),
      stage: counted(({ stage }) => stage),
      cause: counted(({ cause }) => cause),
    }
  }

  #isMeant({ key, words, country, profileId, amazonUserId }: CaseDigest, term: Term): boolean {
    switch (term.term) {
      case 'words':
        return words.join('\n').includes(term.text)
      case 'beginning':
        return words.some(word => word.split(/[\s.@_+(-]/).some(part => part.startsWith(term.text)))
      case 'country':
        return country === term.country
      case 'profile':
        return profileId?.startsWith(term.beginning) ?? false
      case 'amazon_user':
        return amazonUserId?.startsWith(term.beginning) ?? false
      case 'id':
      case 'reference': {
        const begins = term.term === 'id' ? term.id : term.digits
        const isIt = (id: string | null) =>
          id?.replaceAll('-', '').startsWith(begins.replaceAll('-', '')) ?? false
        const own = this.#fakes.timeline.entries.filter(
          ({ personId, connectionId }) =>
            connectionId === key.connectionId || (connectionId === null && personId === key.personId),
        )
        return (
          [key.personId, key.connectionId].some(isIt) ||
          own.some(
            ({ attemptId, runId, reportId, happening }) =>
              [attemptId, runId, reportId].some(isIt) ||
              ('amazonReportId' in happening && isIt(happening.amazonReportId)),
          )
        )
      }
    }
  }

  async #found({ key, health, stage, cause, plan, lastLoadedAt, activeAt }: CaseDigest): Promise<FoundCase> {
    const { people, connections } = this.#fakes
    const person = people.find(key.personId)
    if (!person) throw new Error(`no person ${key.personId}`)
    const connection = key.connectionId && (await connections.find(key.connectionId))
    const named = connection && !isErased(connection) ? connection : null
    const { id, accountName, country } = named?.profile ?? {}
    return {
      key,
      health,
      stage,
      cause,
      plan,
      lastLoadedAt,
      activeAt,
      person,
      amazonEmail: named ? (consentOf(named).amazonUser?.email ?? null) : null,
      account:
        id !== undefined && country !== undefined ? { id, accountName: accountName ?? null, country } : null,
    }
  }
}

/** Events that change no case summary: one of many reports makes progress. */
const quiet: ReadonlySet<HappeningKind> = new Set([
  'report_accepted',
  'report_adopted',
  'report_completed',
  'report_loaded',
])
