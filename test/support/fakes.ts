/** Every port in memory. Each store signs the contract that its PostgreSQL adapter signs. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { Passwords, People, type Session, Sessions } from '../../src/application/access/ports.ts'
import {
  AccessTokens,
  AmazonLogin,
  Attempts,
  Connections,
  PendingConnections,
  ProfileDirectory,
  type Tokens,
  type TokenState,
} from '../../src/application/connection/ports.ts'
import { RequestIngestion } from '../../src/application/ingestion/index.ts'
import {
  AccessGone,
  AdvertisingReports,
  Bell,
  type HeldReport,
  Ingestions,
  LeaseLost,
  Leases,
  ReportAccess,
  ReportLoader,
  type ReportLocation,
  type ReportLook,
} from '../../src/application/ingestion/ports.ts'
import { type CampaignTotals, type DayTotals, Figures } from '../../src/application/performance/ports.ts'
import { AmazonRefused, Chance, Clock, Timeline, UnitOfWork } from '../../src/application/ports.ts'
import type { Person } from '../../src/domain/access/person.ts'
import type { Subscription } from '../../src/domain/access/subscription.ts'
import { after, type DayRange, seconds } from '../../src/domain/calendar.ts'
import type { Attempt } from '../../src/domain/connection/attempt.ts'
import type { Connection, HeldConnection } from '../../src/domain/connection/connection.ts'
import type {
  AmazonUser,
  PendingConnection,
  RegionReading,
} from '../../src/domain/connection/pending-connection.ts'
import { ConnectionNotFound } from '../../src/domain/connection/refusals.ts'
import type {
  AmazonReportId,
  ConnectionId,
  PendingConnectionId,
  PersonId,
  ReportId,
  RunId,
  SessionId,
} from '../../src/domain/identifiers.ts'
import { definitionOf, type ReportDefinition, type ReportType } from '../../src/domain/ingestion/catalogue.ts'
import type { FactRow, FileRow } from '../../src/domain/ingestion/fact-row.ts'
import type { UsualDuration } from '../../src/domain/ingestion/progress.ts'
import {
  type CompletedReport,
  giveUp,
  isSettled,
  markLoaded,
  type OpenReport,
  type Report,
} from '../../src/domain/ingestion/report.ts'
import type { Run } from '../../src/domain/ingestion/run.ts'
import type { FailureReason } from '../../src/domain/ingestion/trouble.ts'
import type { Totals } from '../../src/domain/performance/figures.ts'
import type { AdvertisingProfile } from '../../src/domain/profile/profile.ts'
import type { Region } from '../../src/domain/profile/region.ts'
import { Secret } from '../../src/domain/secret.ts'
import { entry, type HappeningKind, type TimelineEntry } from '../../src/domain/timeline/entry.ts'
import { aFileRow, anAmazonUser, anEcho, noon, poll } from './examples.ts'

export class StoppedClock extends Clock {
  #now = noon

  now(): Date {
    return this.#now
  }

  /** Lets the others go on; the hands stay where they are. */
  async sleep(): Promise<void> {
    await setImmediate()
  }

  advance(milliseconds: number): void {
    this.#now = after(this.#now, milliseconds)
  }

  set(moment: Date): void {
    this.#now = moment
  }
}

/** Always the same throw. */
export class FixedDice extends Chance {
  throws = 0

  next(): number {
    return this.throws
  }
}

/** What a unit of work can take back. */
interface Memory {
  /** @returns the way back to how it is now. */
  remember(): () => void
}

/**
 * One unit of work after the other; one that throws leaves every store as it was. Whatever is written outside
 * meanwhile is lost with it: no use case does that.
 */
export class FakeUnitOfWork extends UnitOfWork {
  readonly #inside = new AsyncLocalStorage<true>()
  readonly memories: Memory[] = []
  #last: Promise<unknown> = Promise.resolve()
  /** What the next commit fails with, as when the connection to the database breaks. */
  failsToCommit: Error | null = null

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isOpen) return work()
    const result = this.#last.then(() => this.#inside.run(true, () => this.#attempt(work)))
    this.#last = result.catch(() => undefined)
    return result
  }

  get isOpen(): boolean {
    return this.#inside.getStore() === true
  }

  /** @throws {Error} outside. */
  readonly demandInside = (): void => {
    if (!this.isOpen) throw new Error('there is no unit of work to hold this for')
  }

  /** @throws {Error} inside: nobody holds a transaction open during a call to Amazon, and no bell rings in it. */
  readonly demandOutside = (): void => {
    if (this.isOpen) throw new Error('this leaves the house while a unit of work is open')
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const waysBack = this.memories.map(memory => memory.remember())
    try {
      const result = await work()
      const failure = this.failsToCommit
      this.failsToCommit = null
      if (failure) throw failure
      return result
    } catch (error) {
      for (const goBack of waysBack) goBack()
      throw error
    }
  }
}

/** Rows by their key; values are never changed in place. */
class Table<Key, Row> implements Memory {
  #rows = new Map<Key, Row>()

  get(key: Key): Row | undefined {
    return this.#rows.get(key)
  }

  set(key: Key, row: Row): void {
    this.#rows.set(key, row)
  }

  delete(key: Key): boolean {
    return this.#rows.delete(key)
  }

  all(): Row[] {
    return [...this.#rows.values()]
  }

  remember(): () => void {
    const rows = new Map(this.#rows)
    return () => {
      this.#rows = rows
    }
  }
}

export class RecordingTimeline extends Timeline {
  readonly #entries = new Table<number, TimelineEntry>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#entries)
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    for (const one of entries) this.#entries.set(this.#entries.all().length, one)
  }

  get entries(): TimelineEntry[] {
    return this.#entries.all()
  }

  get kinds(): HappeningKind[] {
    return this.entries.map(({ happening }) => happening.kind)
  }

  of(kind: HappeningKind): TimelineEntry[] {
    return this.entries.filter(({ happening }) => happening.kind === kind)
  }
}

export class FakePeople extends People {
  readonly #people = new Table<PersonId, { person: Person; passwordHash: Secret }>()
  readonly #subscriptions = new Table<PersonId, Subscription>()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#people, this.#subscriptions)
  }

  add(person: Person, { subscription, password = 'a password' }: PersonOnRecord): void {
    const passwordHash = hashOf(new Secret(password))
    this.#people.set(person.id, { person, passwordHash })
    if (subscription) this.#subscriptions.set(person.id, subscription)
    else this.#subscriptions.delete(person.id)
  }

  async byEmail(email: string) {
    return this.#people.all().find(({ person }) => person.email === email) ?? null
  }

  async lock(id: PersonId): Promise<Person> {
    this.#unitOfWork.demandInside()
    const found = this.#people.get(id)
    if (!found) throw new Error(`no person ${id}`)
    return found.person
  }

  async subscriptionOf(id: PersonId): Promise<Subscription | null> {
    return this.#subscriptions.get(id) ?? null
  }

  find(id: PersonId): Person | null {
    return this.#people.get(id)?.person ?? null
  }
}

export interface PersonOnRecord {
  readonly subscription: Subscription | null
  readonly password?: string
}

const hashOf = (password: Secret): Secret => new Secret(`hash of ${password.reveal()}`)

export class FakePasswords extends Passwords {
  /** Whether a hash was there, for each comparison. */
  readonly compared: boolean[] = []

  async matches(password: Secret, hash: Secret | null): Promise<boolean> {
    this.compared.push(hash !== null)
    return hash?.reveal() === hashOf(password).reveal()
  }
}

export class FakeSessions extends Sessions {
  readonly #sessions = new Table<SessionId, Session & { readonly closed: boolean }>()
  readonly #people: FakePeople

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.#sessions)
  }

  async open(session: Session): Promise<void> {
    this.#sessions.set(session.id, { ...session, closed: false })
  }

  async find(id: SessionId, now: Date) {
    const row = this.#sessions.get(id)
    const person = row && this.#people.find(row.personId)
    if (!row || !person || row.closed || now >= row.expiresAt) return null
    const { closed: _, ...session } = row
    return { session, person }
  }

  async close(id: SessionId): Promise<void> {
    this.#change(id, { closed: true })
  }

  async makeCurrent(id: SessionId, currentConnectionId: ConnectionId): Promise<void> {
    this.#change(id, { currentConnectionId })
  }

  #change(id: SessionId, change: Partial<Session & { closed: boolean }>): void {
    const row = this.#sessions.get(id)
    if (row) this.#sessions.set(id, { ...row, ...change })
  }
}

export class FakeAttempts extends Attempts {
  readonly #attempts = new Table<string, Attempt>()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#attempts)
  }

  async save(attempt: Attempt, state: Secret): Promise<void> {
    this.#attempts.set(state.reveal(), attempt)
  }

  async lockByState(state: Secret): Promise<Attempt | null> {
    this.#unitOfWork.demandInside()
    return this.#attempts.get(state.reveal()) ?? null
  }

  async markReturned({ id }: Attempt, returnedAt: Date): Promise<void> {
    for (const state of this.#statesOf(id)) {
      const attempt = this.#attempts.get(state)
      if (attempt) this.#attempts.set(state, { ...attempt, returnedAt, verifier: null })
    }
  }

  #statesOf(id: Attempt['id']): string[] {
    return [...this.#states].filter(state => this.#attempts.get(state)?.id === id)
  }

  get #states(): string[] {
    return this.#attempts.keys()
  }

  get all(): Attempt[] {
    return this.#attempts.all()
  }
}
