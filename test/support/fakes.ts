/** Every port in memory. Each store signs the contract that its PostgreSQL adapter signs. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { Passwords, People } from '../../src/application/access/ports.ts'
import { EndPending, ReadProfiles } from '../../src/application/connection/index.ts'
import {
  AccessTokens,
  AmazonLogin,
  Attempts,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
  type RefreshClaim,
  type TokenState,
  type Tokens,
} from '../../src/application/connection/ports.ts'
import { RequestIngestion } from '../../src/application/ingestion/index.ts'
import {
  AccessDoubted,
  AccessGone,
  AdvertisingReports,
  Bell,
  type HeldReport,
  Ingestions,
  LeaseLost,
  Leases,
  type Reconciliation,
  Reconciliations,
  Regions,
  ReportAccess,
  ReportLoader,
  type ReportLocation,
  type ReportLook,
  Syncs,
} from '../../src/application/ingestion/ports.ts'
import { type CampaignTotals, type DayTotals, Figures } from '../../src/application/performance/ports.ts'
import {
  AmazonRefused,
  Chance,
  Clock,
  opened,
  Storage,
  Timeline,
  UnitOfWork,
} from '../../src/application/ports.ts'
import type { Person, Role } from '../../src/domain/access/person.ts'
import type { Subscription } from '../../src/domain/access/subscription.ts'
import type { Addressee } from '../../src/domain/access/subscription-event.ts'
import { addDays, after, type DayRange, daysOf, hours, minutes } from '../../src/domain/calendar.ts'
import type { Attempt } from '../../src/domain/connection/attempt.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  type HeldConnection,
  isErased,
  isHeld,
  isUnnamed,
} from '../../src/domain/connection/connection.ts'
import type { AmazonUser } from '../../src/domain/connection/consent.ts'
import type { PendingConnection, RegionReading } from '../../src/domain/connection/pending-connection.ts'
import { ConnectionNotFound } from '../../src/domain/connection/refusals.ts'
import type {
  AmazonReportId,
  ConnectionId,
  PendingConnectionId,
  PersonId,
  ReportId,
  RunId,
} from '../../src/domain/identifiers.ts'
import {
  definitionOf,
  type ReportDefinition,
  type ReportType,
  reportCatalogue,
} from '../../src/domain/ingestion/catalogue.ts'
import type { FactRow, FileRow } from '../../src/domain/ingestion/fact-row.ts'
import { FileTotals } from '../../src/domain/ingestion/file-totals.ts'
import type { UsualDuration, UsualDurations } from '../../src/domain/ingestion/progress.ts'
import type { DaySums } from '../../src/domain/ingestion/reconciliation.ts'
import {
  type Admission,
  admit,
  type CallOutcome,
  observe,
  quietTraffic,
  type RegionCall,
  type RegionTraffic,
} from '../../src/domain/ingestion/region-traffic.ts'
import {
  type CompletedReport,
  type FailedReport,
  giveUp,
  isSettled,
  type LoadedReport,
  markLoaded,
  type OpenReport,
  type Report,
} from '../../src/domain/ingestion/report.ts'
import type { Run, RunKind } from '../../src/domain/ingestion/run.ts'
import type { LoadedStretch } from '../../src/domain/ingestion/sync.ts'
import type { FailureReason } from '../../src/domain/ingestion/trouble.ts'
import { settlementMails } from '../../src/domain/mail/occasions.ts'
import type { Totals } from '../../src/domain/performance/figures.ts'
import type { AdvertisingProfile } from '../../src/domain/profile/profile.ts'
import type { Region } from '../../src/domain/profile/region.ts'
import { Secret } from '../../src/domain/secret.ts'
import { entry, type HappeningKind, type TimelineEntry } from '../../src/domain/timeline/entry.ts'
import { aFileRow, anAmazonUser, anEcho, noon, poll } from './examples.ts'
import { FakeLooks, FakeMailChoices, FakeOutbox, RecordingMailer, ShortTexts } from './mail-fakes.ts'
import { FakeSessions } from './session-fakes.ts'

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
export class Table<Key, Row> implements Memory {
  readonly #rows = new Map<Key, Row>()
  /** How each row that was touched since looked when it was remembered. */
  #before = new Map<Key, Row | undefined>()

  get(key: Key): Row | undefined {
    return this.#rows.get(key)
  }

  set(key: Key, row: Row): void {
    this.#note(key)
    this.#rows.set(key, row)
  }

  delete(key: Key): boolean {
    this.#note(key)
    return this.#rows.delete(key)
  }

  get size(): number {
    return this.#rows.size
  }

  all(): Row[] {
    return [...this.#rows.values()]
  }

  entries(): [Key, Row][] {
    return [...this.#rows]
  }

  remember(): () => void {
    const before = new Map<Key, Row | undefined>()
    this.#before = before
    return () => {
      for (const [key, row] of before) {
        if (row === undefined) this.#rows.delete(key)
        else this.#rows.set(key, row)
      }
    }
  }

  #note(key: Key): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#rows.get(key))
  }
}

/** Thrown by whatever, as if the database had not answered. */
export class StorageOutage extends Error {
  override readonly name = 'StorageOutage'
}

class FakeStorage extends Storage {
  isOutage(error: unknown): boolean {
    return error instanceof StorageOutage
  }
}

export class RecordingTimeline extends Timeline {
  readonly #entries = new Table<number, TimelineEntry>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#entries)
  }

  async append(...entries: readonly TimelineEntry[]): Promise<void> {
    for (const one of entries) this.#entries.set(this.#entries.size, one)
  }

  /** Of an erased connection, of the attempts that led to it, and what names one of its own words. */
  eraseDetails({ id, personId, words }: { id: ConnectionId; personId: PersonId; words: string[] }): void {
    const plain: readonly HappeningKind[] = [
      'closed',
      'erasure_asked',
      'erasure_begun',
      'erased',
      'details_erased',
    ]
    const began: readonly HappeningKind[] = ['connected', 'reopened', 'authorisation_renewed']
    const attempts = this.entries
      .filter(({ connectionId, happening }) => connectionId === id && began.includes(happening.kind))
      .map(({ attemptId }) => attemptId)
    for (const [key, one] of this.#entries.entries()) {
      const { connectionId, attemptId, happening } = one
      if (one.personId !== personId || plain.includes(happening.kind)) continue
      const isOfAttempt = connectionId === null && attemptId !== null && attempts.includes(attemptId)
      const isNamed = words.some(word => JSON.stringify(happening).includes(JSON.stringify(word)))
      if (connectionId !== id && !isOfAttempt && !isNamed) continue
      this.#entries.set(key, { ...one, happening: { kind: 'details_erased', was: happening.kind } })
    }
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
  readonly #people = new Table<PersonId, { person: Person; passwordHash: Secret | null }>()
  readonly #subscriptions = new Table<PersonId, Subscription>()
  readonly #unitOfWork: FakeUnitOfWork
  /** What others do while somebody waits for their turn with a person. */
  meanwhile: () => Promise<unknown> = async () => undefined

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
    await this.meanwhile()
    const found = this.#people.get(id)
    if (!found) throw new Error(`no person ${id}`)
    return found.person
  }

  async byId(id: PersonId): Promise<Person | null> {
    return this.find(id)
  }

  async subscriptionOf(id: PersonId): Promise<Subscription | null> {
    return this.#subscriptions.get(id) ?? null
  }

  async idOf(about: Addressee): Promise<PersonId | null> {
    if ('email' in about) return (await this.byEmail(about.email))?.person.id ?? null
    return this.find(about.personId)?.id ?? null
  }

  async saveSubscription(id: PersonId, subscription: Subscription | null): Promise<void> {
    if (subscription) this.#subscriptions.set(id, subscription)
    else this.#subscriptions.delete(id)
  }

  async saveRole(id: PersonId, role: Role): Promise<void> {
    const found = this.#people.get(id)
    if (found) this.#people.set(id, { ...found, person: { ...found.person, role } })
  }

  async admit(person: Person): Promise<boolean> {
    if (await this.byEmail(person.email)) return false
    this.#people.set(person.id, { person, passwordHash: null })
    return true
  }

  async savePassword(id: PersonId, passwordHash: Secret): Promise<void> {
    const found = this.#people.get(id)
    if (found) this.#people.set(id, { ...found, passwordHash })
  }

  async listAfter(email: string | null, limit: number) {
    const people = this.#people.all().map(({ person }) => person)
    const later = people.filter(person => email === null || person.email > email)
    later.sort((one, other) => (one.email < other.email ? -1 : 1))
    const page = later.slice(0, limit)
    return page.map(person => ({ person, subscription: this.#subscriptions.get(person.id) ?? null }))
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

  async hash(password: Secret): Promise<Secret> {
    return hashOf(password)
  }
}

export class FakeAttempts extends Attempts {
  readonly #attempts = new Table<Attempt['id'], { attempt: Attempt; state: string }>()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#attempts)
  }

  async save(attempt: Attempt, state: Secret): Promise<void> {
    this.#attempts.set(attempt.id, { attempt, state: state.reveal() })
  }

  async lockByState(state: Secret): Promise<Attempt | null> {
    this.#unitOfWork.demandInside()
    return this.#attempts.all().find(row => row.state === state.reveal())?.attempt ?? null
  }

  async lastRegionOf(personId: PersonId) {
    const back = this.all.filter(attempt => attempt.personId === personId && attempt.returnedAt)
    return (
      back.sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime()).at(-1)?.region ?? null
    )
  }

  async markReturned({ id }: Attempt, returnedAt: Date): Promise<void> {
    const row = this.#attempts.get(id)
    if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, returnedAt, verifier: null } })
  }

  async eraseVerifiers(by: Date): Promise<number> {
    const left = this.all.filter(({ verifier, expiresAt }) => verifier && expiresAt <= by)
    for (const { id } of left) {
      const row = this.#attempts.get(id)
      if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, verifier: null } })
    }
    return left.length
  }

  get all(): Attempt[] {
    return this.#attempts.all().map(({ attempt }) => attempt)
  }
}

export class FakePendingConnections extends PendingConnections {
  readonly #pendings = new Table<PersonId, PendingConnection>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#pendings)
  }

  async put(pending: PendingConnection) {
    const older = this.#pendings.get(pending.personId)
    this.#pendings.set(pending.personId, pending)
    return { replacedId: older?.id ?? null }
  }

  async of(personId: PersonId): Promise<PendingConnection | null> {
    return this.#pendings.get(personId) ?? null
  }

  async keepReading(id: PendingConnectionId, region: Region, reading: RegionReading): Promise<void> {
    this.#change(id, ({ readings }) => {
      const isKept = reading.state !== 'read' && readings[region].state === 'read'
      return isKept ? {} : { readings: { ...readings, [region]: reading } }
    })
  }

  async keepAmazonUser(id: PendingConnectionId, amazonUser: AmazonUser): Promise<void> {
    this.#change(id, () => ({ amazonUser }))
  }

  async keepAccessToken(id: PendingConnectionId, accessToken: Secret, expiresAt: Date): Promise<void> {
    this.#change(id, () => ({ accessToken, accessTokenExpiresAt: expiresAt }))
  }

  async erase(id: PendingConnectionId): Promise<boolean> {
    const pending = this.#pendings.all().find(row => row.id === id)
    return pending ? this.#pendings.delete(pending.personId) : false
  }

  async expired(now: Date, limit: number): Promise<PendingConnection[]> {
    const expired = this.#pendings.all().filter(({ expiresAt }) => expiresAt <= now)
    return expired.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime()).slice(0, limit)
  }

  #change(id: PendingConnectionId, change: (pending: PendingConnection) => Partial<PendingConnection>): void {
    const pending = this.#pendings.all().find(row => row.id === id)
    if (pending) this.#pendings.set(pending.personId, { ...pending, ...change(pending) })
  }

  get all(): PendingConnection[] {
    return this.#pendings.all()
  }
}

const sameConsent = (one: Connection | undefined, other: Connection): boolean =>
  one?.status === 'active' &&
  other.status === 'active' &&
  one.grant.consentedAt.getTime() === other.grant.consentedAt.getTime()

/** What lies in the cache beside a grant. */
interface CachedToken {
  readonly version: number
  readonly accessToken: Secret | null
  readonly expiresAt: Date
  readonly claimed: boolean
}

export class FakeConnections extends Connections {
  readonly #connections = new Table<ConnectionId, Connection>()
  readonly cache = new Table<ConnectionId, CachedToken>()
  #versions = 0

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#connections, this.cache)
  }

  /** Never the same twice, so that what belongs to an older grant cannot be taken for this one's. */
  nextVersion(): number {
    this.#versions += 1
    return this.#versions
  }

  async heldBy(personId: PersonId): Promise<HeldConnection[]> {
    return this.#connections
      .all()
      .filter(isHeld)
      .filter(connection => connection.personId === personId)
      .sort((a, b) => a.connectedAt.getTime() - b.connectedAt.getTime() || (a.id < b.id ? -1 : 1))
  }

  async closedBy(personId: PersonId): Promise<ClosedConnection[]> {
    return this.#connections
      .all()
      .flatMap(connection => (connection.status === 'closed' ? [connection] : []))
      .filter(connection => connection.personId === personId)
      .sort((a, b) => b.closedAt.getTime() - a.closedAt.getTime() || (a.id < b.id ? -1 : 1))
  }

  async get(id: ConnectionId, owner: PersonId): Promise<Connection> {
    const connection = this.#connections.get(id)
    if (connection?.personId !== owner) throw new ConnectionNotFound()
    return connection
  }

  async find(id: ConnectionId): Promise<Connection | null> {
    return this.#connections.get(id) ?? null
  }

  async save(connection: Connection): Promise<void> {
    const { id, personId, status } = connection
    const others = (await this.heldBy(personId)).filter(other => other.id !== id)
    const isTaken =
      isHeld(connection) &&
      others.some(
        other => other.profile.id === connection.profile.id || (other.isExclusive && connection.isExclusive),
      )
    if (isTaken) throw new Error('the second line holds: one connection too many')
    // Who keeps it sealed has to have it in hand first.
    if (connection.status === 'active') await opened(connection.grant.refreshToken)

    const before = this.#connections.get(id)
    // A token that is refreshed is no new consent.
    if (!sameConsent(before, connection)) this.#namingDue.delete(id)
    this.#connections.set(id, connection)
    const version = this.nextVersion()
    if (status === 'active') {
      this.cache.set(id, { version, accessToken: null, expiresAt: noon, claimed: false })
    } else this.cache.delete(id)
  }

  /** Since when nobody knows who said yes, for those that are asked about again. */
  readonly #namingDue = new Map<ConnectionId, Date>()

  async unnamed(now: Date, limit: number): Promise<ConnectionId[]> {
    const dueAt = (connection: Connection) =>
      isUnnamed(connection)
        ? (this.#namingDue.get(connection.id) ?? after(connection.grant.consentedAt, minutes(10)))
        : null
    return this.#connections
      .all()
      .flatMap(connection => {
        const at = dueAt(connection)
        return at && at <= now ? [{ id: connection.id, at: at.getTime() }] : []
      })
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
      .map(({ id }) => id)
  }

  async postponeNaming(id: ConnectionId, to: Date): Promise<void> {
    this.#namingDue.set(id, to)
  }

  async name(id: ConnectionId, consentedAt: Date, amazonUser: AmazonUser): Promise<boolean> {
    const connection = this.#connections.get(id)
    if (!connection || !isUnnamed(connection)) return false
    if (connection.grant.consentedAt.getTime() !== consentedAt.getTime()) return false
    this.#connections.set(id, { ...connection, grant: { ...connection.grant, amazonUser } })
    return true
  }

  async grantLosses(since: Date): Promise<number> {
    const minted = this.cache.all().map(row => (row.accessToken ? row.expiresAt.getTime() - hours(1) : 0))
    const from = Math.max(since.getTime(), ...minted)
    const isLost = (connection: Connection) =>
      connection.status === 'needs_authorisation' &&
      connection.why === 'grant_gone' &&
      connection.since.getTime() > from
    return this.#connections.all().filter(isLost).length
  }

  get all(): Connection[] {
    return this.#connections.all()
  }
}

export class FakeAccessTokens extends AccessTokens {
  readonly #connections: FakeConnections

  constructor(connections: FakeConnections) {
    super()
    this.#connections = connections
  }

  async read(connectionId: ConnectionId): Promise<TokenState | null> {
    const row = this.#connections.cache.get(connectionId)
    if (!row) return null
    const { accessToken, expiresAt, version } = row
    const consentedAt = await this.#consentOf(connectionId)
    return accessToken
      ? { state: 'cached', accessToken, expiresAt, version, consentedAt }
      : { state: 'none', version, consentedAt }
  }

  async claimRefresh(connectionId: ConnectionId, version: number): Promise<RefreshClaim | null> {
    const connection = await this.#connections.find(connectionId)
    // No waiting from here on: one caller alone gets it.
    const row = this.#connections.cache.get(connectionId)
    if (row?.version !== version || row.claimed || connection?.status !== 'active') return null
    const claimed = this.#connections.nextVersion()
    this.#connections.cache.set(connectionId, { ...row, claimed: true, version: claimed })
    const { refreshToken, loginRegion: region, consentedAt } = connection.grant
    return { refreshToken, region, version: claimed, consentedAt }
  }

  async store(
    connectionId: ConnectionId,
    { version }: RefreshClaim,
    minted: { accessToken: Secret; expiresAt: Date; refreshToken: Secret | null },
  ): Promise<void> {
    const row = this.#connections.cache.get(connectionId)
    const connection = await this.#connections.find(connectionId)
    if (row?.version !== version || connection?.status !== 'active') return
    const { accessToken, expiresAt, refreshToken } = minted
    const grant = refreshToken ? { ...connection.grant, refreshToken } : connection.grant
    await this.#connections.save({ ...connection, grant })
    const next = this.#connections.cache.get(connectionId)
    if (next) this.#connections.cache.set(connectionId, { ...next, accessToken, expiresAt })
  }

  async releaseClaim(connectionId: ConnectionId, { version }: RefreshClaim): Promise<void> {
    const row = this.#connections.cache.get(connectionId)
    if (row?.version === version) this.#connections.cache.set(connectionId, { ...row, claimed: false })
  }

  async #consentOf(id: ConnectionId): Promise<Date> {
    const connection = await this.#connections.find(id)
    if (connection?.status !== 'active') throw new Error(`connection ${id} has no consent`)
    return connection.grant.consentedAt
  }

  /** As if the three seconds of a claim had passed. */
  letClaimsRunOut(connectionId: ConnectionId): void {
    const row = this.#connections.cache.get(connectionId)
    if (row) this.#connections.cache.set(connectionId, { ...row, claimed: false })
  }
}

/** What an erasure takes away, of every fake. */
interface ErasedStores {
  readonly connections: FakeConnections
  readonly ingestions: FakeIngestions
  readonly syncs: FakeSyncs
  readonly outbox: FakeOutbox
  readonly loader: FakeReportLoader
  readonly timeline: RecordingTimeline
}

class FakeErasures extends Erasures {
  readonly #stores: ErasedStores

  constructor(stores: ErasedStores) {
    super()
    this.#stores = stores
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const eraseAt = (connection: Connection) =>
      connection.status === 'closed' ? connection.eraseAt.getTime() : 0
    return this.#stores.connections.all
      .filter(one => one.status === 'erasing' || (one.status === 'closed' && one.eraseAt <= now))
      .sort((a, b) => eraseAt(a) - eraseAt(b))
      .slice(0, limit)
      .map(({ id }) => id)
  }

  async eraseDetails(connection: ClosedConnection): Promise<void> {
    const { connections, ingestions, syncs, outbox, timeline } = this.#stores
    const { id, personId } = connection
    ingestions.forget(id)
    outbox.forget(id)
    await syncs.cancel(id)
    const own = connections.all.filter(other => other.personId === personId && other.id !== id)
    const shared = own.flatMap(other => (isErased(other) ? [] : wordsOf(other)))
    const words = wordsOf(connection).filter(word => !shared.includes(word))
    timeline.eraseDetails({ id, personId, words })
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    this.#stores.loader.forget(id)
  }
}

const wordsOf = (connection: HeldConnection | ClosedConnection): string[] => {
  const { amazonUser } = consentOf(connection)
  return [connection.profile.id, ...(amazonUser ? [amazonUser.userId] : [])]
}

type LoginCall = 'invite' | 'exchange' | 'refresh' | 'describeUser'

const refused = (httpStatus: number, code: string, detail = 'Amazon said no'): AmazonRefused =>
  new AmazonRefused({ httpStatus, code, detail, requestId: 'amzn-request-1' })

/** Amazon's login: consent, codes that answer once, refresh tokens that can be revoked. */
export class FakeAmazonLogin extends AmazonLogin {
  readonly #demandOutside: () => void
  readonly #verifiers = new Map<string, string | null>()
  readonly #codes = new Map<string, string | null>()
  readonly #refreshTokens = new Set<string>()
  readonly asked: Record<LoginCall, number> = { invite: 0, exchange: 0, refresh: 0, describeUser: 0 }
  /** What a call fails with, until it is taken away. */
  readonly failures: Partial<Record<LoginCall, Error>> = {}
  readonly regions: Region[] = []
  user: AmazonUser = anAmazonUser()
  usesPkce = true
  expiresInSeconds = 3600
  sendsRefreshToken = true
  /** What happens while Amazon thinks about a refresh. */
  meanwhile: () => Promise<void> = async () => undefined
  #minted = 0

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async invite(region: Region, state: Secret) {
    this.#answer('invite')
    const verifier = this.usesPkce ? `verifier of ${state.reveal()}` : null
    this.#verifiers.set(state.reveal(), verifier)
    const url = `https://amazon.example/ap/oa?region=${region}&state=${state.reveal()}`
    return { url, verifier: verifier === null ? null : new Secret(verifier) }
  }

  /** The seller says yes on the consent page. @returns what the redirect carries. */
  consent(url: string): { state: string; code: string } {
    const state = new URL(url).searchParams.get('state') ?? ''
    const code = `code-${this.#codes.size + 1}`
    this.#codes.set(code, this.#verifiers.get(state) ?? null)
    return { state, code }
  }

  async exchange(region: Region, code: Secret, verifier: Secret | null): Promise<Tokens> {
    this.regions.push(region)
    this.#answer('exchange')
    const expected = this.#codes.get(code.reveal())
    this.#codes.delete(code.reveal())
    const answer = verifier ? (await opened(verifier)).reveal() : null
    if (expected === undefined || expected !== answer) {
      throw refused(400, 'invalid_grant', 'The request has an invalid grant parameter : code')
    }
    const refreshToken = `Atzr|refresh-of-${code.reveal()}`
    this.knows(refreshToken)
    return this.#tokens(this.sendsRefreshToken ? refreshToken : null)
  }

  async refresh(region: Region, refreshToken: Secret): Promise<Tokens> {
    this.regions.push(region)
    this.#answer('refresh')
    await this.meanwhile()
    const held = (await opened(refreshToken)).reveal()
    if (!this.#refreshTokens.has(held)) throw refused(400, 'invalid_grant')
    return this.#tokens(held)
  }

  async describeUser(): Promise<AmazonUser> {
    this.#answer('describeUser')
    return this.user
  }

  /** A grant from before this story. */
  knows(refreshToken: Secret | string): void {
    this.#refreshTokens.add(refreshToken instanceof Secret ? refreshToken.reveal() : refreshToken)
  }

  revoke(refreshToken: Secret): void {
    this.#refreshTokens.delete(refreshToken.reveal())
  }

  #answer(call: LoginCall): void {
    this.#demandOutside()
    this.asked[call] += 1
    const failure = this.failures[call]
    if (failure) throw failure
  }

  #tokens(refreshToken: string | null): Tokens {
    this.#minted += 1
    return {
      accessToken: new Secret(`Atza|minted-${this.#minted}`),
      expiresInSeconds: this.expiresInSeconds,
      refreshToken: refreshToken === null ? null : new Secret(refreshToken),
    }
  }
}

export class FakeProfileDirectory extends ProfileDirectory {
  readonly #demandOutside: () => void
  /** What each region answers: profiles, or a failure. */
  readonly answers: Record<Region, readonly AdvertisingProfile[] | Error> = { na: [], eu: [], fe: [] }
  readonly asked: { readonly region: Region; readonly token: string }[] = []
  /** What happens while Amazon answers. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async read(region: Region, accessToken: Secret): Promise<readonly AdvertisingProfile[]> {
    this.#demandOutside()
    this.asked.push({ region, token: (await opened(accessToken)).reveal() })
    await this.meanwhile()
    const answer = this.answers[region]
    if (answer instanceof Error) throw answer
    return answer
  }
}

interface LeasedReport {
  readonly report: Report
  readonly position: number
  readonly fence: number
  readonly leased: boolean
}

/** When each connection is read again. */
export class FakeSyncs extends Syncs {
  readonly planned = new Table<ConnectionId, Date>()
  readonly #connections: FakeConnections

  constructor(connections: FakeConnections, unitOfWork: FakeUnitOfWork) {
    super()
    this.#connections = connections
    unitOfWork.memories.push(this.planned)
  }

  async plan(connectionId: ConnectionId, at: Date): Promise<void> {
    this.planned.set(connectionId, at)
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    this.planned.delete(connectionId)
  }

  async nextOf(connectionId: ConnectionId): Promise<Date | null> {
    return this.planned.get(connectionId) ?? null
  }

  async planMissing(at: Date): Promise<number> {
    const missing = this.#connections.all.filter(
      ({ id, status }) => status === 'active' && !this.planned.get(id),
    )
    for (const { id } of missing) this.planned.set(id, at)
    return missing.length
  }

  async planAllOf(personId: PersonId, at: Date): Promise<void> {
    for (const { id, personId: owner, status } of this.#connections.all)
      if (owner === personId && status === 'active') this.planned.set(id, at)
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const due: { id: ConnectionId; at: Date }[] = []
    for (const [id, at] of this.planned.entries()) {
      const connection = await this.#connections.find(id)
      if (at <= now && connection?.status === 'active') due.push({ id, at })
    }
    due.sort((a, b) => a.at.getTime() - b.at.getTime())
    return due.slice(0, limit).map(({ id }) => id)
  }

  async move(connectionId: ConnectionId, now: Date, next: Date): Promise<boolean> {
    const at = this.planned.get(connectionId)
    if (!at || at > now) return false
    this.planned.set(connectionId, next)
    return true
  }
}

export class FakeIngestions extends Ingestions {
  readonly #connections: FakeConnections
  readonly #runs = new Table<RunId, { run: Run; settledAt: Date | null }>()
  readonly reports = new Table<ReportId, LeasedReport>()
  readonly reconciliations = new Table<ConnectionId, { dueAt: Date | null; latest: Reconciliation | null }>()
  /** What the next save fails with. */
  failsToSave: Error | null = null

  constructor(connections: FakeConnections, unitOfWork: FakeUnitOfWork) {
    super()
    this.#connections = connections
    unitOfWork.memories.push(this.#runs, this.reports, this.reconciliations)
  }

  async save(run: Run, reports: readonly Report[]): Promise<void> {
    if (this.failsToSave) throw this.failsToSave
    this.#runs.set(run.id, { run, settledAt: null })
    reports.forEach((report, position) => {
      this.reports.set(report.id, { report, position, fence: 0, leased: false })
    })
  }

  async latestOf(connectionId: ConnectionId, kinds?: readonly RunKind[]) {
    const runs = this.#runs.all().map(({ run }) => run)
    const [run] = runs
      .filter(one => one.connectionId === connectionId && (!kinds || kinds.includes(one.kind)))
      .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
    return run ? { run, reports: this.#reportsOf(run.id) } : null
  }

  async isLoading(connectionId: ConnectionId): Promise<boolean> {
    return this.#all(connectionId).some(isOpen)
  }

  async loadedStretches(connectionId: ConnectionId, after = new Date(0)): Promise<LoadedStretch[]> {
    const loaded = this.#all(connectionId).filter(
      report => report.status === 'loaded' && report.loadedAt > after,
    )
    const byType = Map.groupBy(loaded, ({ type }) => type)
    return [...byType].sort().flatMap(([type, reports]) => {
      const all = new Set(reports.flatMap(report => daysOf(report.days)))
      const stretches: DayRange[] = []
      for (const day of [...all].sort()) {
        const last = stretches.at(-1)
        if (last && addDays(last.to, 1) === day)
          stretches[stretches.length - 1] = { from: last.from, to: day }
        else stretches.push({ from: day, to: day })
      }
      return stretches.map(days => ({ type, days }))
    })
  }

  async latestSettled(connectionId: ConnectionId) {
    const settledAt = (report: LoadedReport | FailedReport) =>
      report.status === 'loaded' ? report.loadedAt.getTime() : report.failedAt.getTime()
    const settled = this.#all(connectionId)
      .filter(isSettled)
      .sort((a, b) => b.days.to.localeCompare(a.days.to) || settledAt(b) - settledAt(a))
    const types = [...new Set(settled.map(({ type }) => type))].sort()
    return types.flatMap(type => settled.find(report => report.type === type) ?? [])
  }

  async openOf(connectionId: ConnectionId): Promise<OpenReport[]> {
    return this.#all(connectionId)
      .filter(isOpen)
      .sort((a, b) => a.nextTryAt.getTime() - b.nextTryAt.getTime())
  }

  async failingSince(connectionId: ConnectionId): Promise<Map<ReportType, Date>> {
    const failing = new Map<ReportType, Date>()
    const all = this.#all(connectionId)
    const loaded = all.filter(report => report.status === 'loaded')
    for (const report of all) {
      if (report.status !== 'failed') continue
      const { type, failedAt } = report
      const isOver = loaded.some(other => other.type === type && other.loadedAt >= failedAt)
      const first = failing.get(type)
      if (!isOver && (!first || failedAt < first)) failing.set(type, failedAt)
    }
    return failing
  }

  /** Runs and reports of an erased connection. */
  forget(connectionId: ConnectionId): void {
    for (const { run } of this.#runs.all()) if (run.connectionId === connectionId) this.#runs.delete(run.id)
    for (const { id } of this.#all(connectionId)) this.reports.delete(id)
    this.reconciliations.delete(connectionId)
  }

  async lastLoadedAt(connectionId: ConnectionId): Promise<Date | null> {
    const times = this.#all(connectionId).flatMap(report =>
      report.status === 'loaded' ? [report.loadedAt.getTime()] : [],
    )
    return times.length > 0 ? new Date(Math.max(...times)) : null
  }

  #all(connectionId: ConnectionId): Report[] {
    return this.reports
      .all()
      .map(({ report }) => report)
      .filter(report => report.connectionId === connectionId)
  }

  async due(now: Date, limit: number): Promise<ReportId[]> {
    return this.reports
      .all()
      .flatMap(({ report, position, leased }) => (isOpen(report) && !leased ? [{ report, position }] : []))
      .filter(({ report }) => report.nextTryAt <= now)
      .sort((a, b) => a.report.nextTryAt.getTime() - b.report.nextTryAt.getTime() || a.position - b.position)
      .slice(0, limit)
      .map(({ report }) => report.id)
  }

  async abandon(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void> {
    for (const row of this.reports.all()) {
      if (row.report.connectionId !== connectionId || !isOpen(row.report)) continue
      const report = giveUp(row.report, reason, now)
      this.reports.set(report.id, { ...row, report, fence: row.fence + 1, leased: false })
    }
    for (const row of this.#runs.all()) {
      if (row.run.connectionId !== connectionId || row.settledAt) continue
      this.#runs.set(row.run.id, { ...row, settledAt: now })
    }
  }

  async throttledUntil(of: Pick<Report, 'id' | 'connectionId' | 'type'>, now: Date): Promise<Date | null> {
    const waits = this.#all(of.connectionId).flatMap(report =>
      report.id !== of.id &&
      report.type === of.type &&
      report.status === 'requested' &&
      report.lastTrouble?.trouble === 'throttled' &&
      report.nextTryAt > now
        ? [report.nextTryAt]
        : [],
    )
    return waits.sort((a, b) => b.getTime() - a.getTime())[0] ?? null
  }

  async release(region: Region, now: Date): Promise<void> {
    for (const [id, row] of this.reports.entries()) {
      const { report } = row
      if (!isOpen(report) || !report.heldSince) continue
      const connection = await this.#connections.find(report.connectionId)
      if (!connection || isErased(connection)) continue
      if (connection.profile.region !== region || report.nextTryAt < now) continue
      this.reports.set(id, { ...row, report: { ...report, nextTryAt: now } })
    }
  }

  async settle(runId: RunId, now: Date) {
    const row = this.#runs.get(runId)
    const reports = this.#reportsOf(runId)
    if (!row || row.settledAt || !reports.every(isSettled)) return null
    this.#runs.set(runId, { ...row, settledAt: now })
    const { connectionId } = row.run
    const latest = this.reconciliations.get(connectionId)?.latest ?? null
    this.reconciliations.set(connectionId, { dueAt: now, latest })
    const count = (status: Report['status']) => reports.filter(report => report.status === status).length
    return { loaded: count('loaded'), failed: count('failed'), kind: row.run.kind }
  }

  async usualDurations(region: Region | null, by: Date): Promise<UsualDurations> {
    const runs = this.#runs.all().flatMap(({ run, settledAt }) => (settledAt ? [{ run, settledAt }] : []))
    const latest = []
    for (const { run } of runs.sort((a, b) => b.settledAt.getTime() - a.settledAt.getTime())) {
      const connection = await this.#connections.find(run.connectionId)
      const settledAt = this.#runs.get(run.id)?.settledAt
      if (run.kind !== 'first' || !settledAt || settledAt > by || latest.length === 50) continue
      if (!connection || isErased(connection)) continue
      if (!region || connection.profile.region === region) latest.push(run)
    }
    const took = latest.flatMap(({ id, requestedAt }) =>
      this.#reportsOf(id).flatMap(report =>
        report.status === 'loaded'
          ? [{ type: report.type, seconds: (report.loadedAt.getTime() - requestedAt.getTime()) / 1000 }]
          : [],
      ),
    )
    return new Map(
      [...Map.groupBy(took, ({ type }) => type)].flatMap(([type, all]): [ReportType, UsualDuration][] => {
        const sorted = all.map(({ seconds }) => seconds).sort((a, b) => a - b)
        const usual = { quickSeconds: quantile(sorted, 0.25), slowSeconds: quantile(sorted, 0.9) }
        return sorted.length < 5 ? [] : [[type, usual]]
      }),
    )
  }

  #reportsOf(runId: RunId): Report[] {
    const rows = this.reports.all().filter(({ report }) => report.runId === runId)
    return rows.sort((a, b) => a.position - b.position).map(({ report }) => report)
  }

  report(id: ReportId): Report {
    const row = this.reports.get(id)
    if (!row) throw new Error(`no report ${id}`)
    return row.report
  }
}

const isOpen = (report: Report): report is OpenReport => !isSettled(report)

/** Between the two neighbours, as `percentile_cont` has it. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? low
  return low + (high - low) * (place - Math.floor(place))
}

export class FakeLeases extends Leases {
  readonly #ingestions: FakeIngestions
  readonly #connections: FakeConnections
  readonly #losses = new Map<ReportId, AbortController>()

  constructor(ingestions: FakeIngestions, connections: FakeConnections) {
    super()
    this.#ingestions = ingestions
    this.#connections = connections
  }

  async hold(
    reportId: ReportId,
    now: Date,
    work: (held: HeldReport, lost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const row = this.#ingestions.reports.get(reportId)
    if (!row || row.leased || !isOpen(row.report) || row.report.nextTryAt > now) return false
    const { report } = row
    const fence = row.fence + 1
    this.#ingestions.reports.set(reportId, { ...row, fence, leased: true })
    const connection = await this.#connections.find(report.connectionId)
    if (!connection || isErased(connection)) throw new Error(`no connection ${report.connectionId}`)

    const { personId, profile } = connection
    const consentedAt = connection.status === 'active' ? connection.grant.consentedAt : null
    const lost = new AbortController()
    this.#losses.set(reportId, lost)
    try {
      await work({ report, fence, personId, profile, consentedAt }, lost.signal)
    } finally {
      const after = this.#ingestions.reports.get(reportId)
      if (after?.fence === fence) this.#ingestions.reports.set(reportId, { ...after, leased: false })
    }
    return true
  }

  async save<R extends Report>(held: Pick<HeldReport, 'report' | 'fence'>, next: R): Promise<R> {
    const row = this.#ingestions.reports.get(held.report.id)
    if (row?.fence !== held.fence || !row.leased || row.report.status !== held.report.status)
      throw new LeaseLost('another worker took over')
    this.#ingestions.reports.set(next.id, { ...row, report: next })
    return next
  }

  /** As if the holder had not been heard of for longer than its lease. */
  letRunOut(reportId: ReportId): void {
    const row = this.#ingestions.reports.get(reportId)
    if (row) this.#ingestions.reports.set(reportId, { ...row, leased: false })
  }

  /** The holder hears that it lost. */
  tellLost(reportId: ReportId): void {
    this.#losses.get(reportId)?.abort(new LeaseLost('the lease ran out'))
  }
}

/** Rows of one table, of one connection and one ad product. */
type FactKey = `${ConnectionId} ${ReportDefinition['table']} ${ReportDefinition['adProduct']}`

const factKey = (connectionId: ConnectionId, { table, adProduct }: ReportDefinition): FactKey =>
  `${connectionId} ${table} ${adProduct}`

export class FakeReportLoader extends ReportLoader {
  readonly facts = new Table<FactKey, readonly FactRow[]>()
  readonly fileTotals = new Table<string, DaySums & { readonly connectionId: ConnectionId }>()
  readonly #stores: {
    leases: FakeLeases
    ingestions: FakeIngestions
    outbox: FakeOutbox
    timeline: Timeline
    unitOfWork: FakeUnitOfWork
  }
  /** False while every place for loading is taken. */
  room = true
  /** What happens between the last row and the transaction. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(stores: {
    leases: FakeLeases
    ingestions: FakeIngestions
    outbox: FakeOutbox
    timeline: Timeline
    unitOfWork: FakeUnitOfWork
  }) {
    super()
    this.#stores = stores
    stores.unitOfWork.memories.push(this.facts, this.fileTotals)
  }

  hasRoom(): boolean {
    return this.room
  }

  /** The figures of an erased connection. */
  forget(connectionId: ConnectionId): void {
    for (const [key] of this.facts.entries()) if (key.startsWith(connectionId)) this.facts.delete(key)
    for (const [key, file] of this.fileTotals.entries())
      if (file.connectionId === connectionId) this.fileTotals.delete(key)
  }

  async load(
    held: HeldReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ readonly rows: number }> {
    const startedAt = now()
    const staged: FactRow[] = []
    for await (const batch of batches) staged.push(...batch)
    await this.meanwhile()
    return this.#stores.unitOfWork.run(() => this.#replace(held, staged, startedAt, now()))
  }

  async #replace(
    held: HeldReport<CompletedReport>,
    staged: readonly FactRow[],
    startedAt: Date,
    now: Date,
  ): Promise<{ rows: number }> {
    const { leases, ingestions, outbox, timeline } = this.#stores
    const { report, personId } = held
    const { connectionId, runId, id: reportId, type, days } = report
    const definition = definitionOf(type)
    const key = factKey(connectionId, definition)
    const kept = (this.facts.get(key) ?? []).filter(([day]) => day < days.from || day > days.to)
    const distinct = [...new Map(staged.map(row => [JSON.stringify(row), row])).values()]
    const fresh = [...Map.groupBy(distinct, row => keyOf(definition, row)).values()].map(rows =>
      rows.reduce((sum, row) => addedUp(definition, sum, row)),
    )
    this.facts.set(key, [...kept, ...fresh])
    for (const { day, rows, sums } of totalsOf(definition, days, fresh))
      this.fileTotals.set(`${connectionId} ${type} ${day}`, { connectionId, type, day, rows, sums })

    const rows = fresh.length
    await leases.save(held, markLoaded(report, rows, now))
    const [duplicates, merged] = [staged.length - distinct.length, distinct.length - rows]
    const milliseconds = now.getTime() - startedAt.getTime()
    const about = { personId, connectionId, runId }
    await timeline.append(
      entry(
        now,
        { ...about, reportId },
        { kind: 'report_loaded', report: type, rows, duplicates, merged, milliseconds },
      ),
    )
    const settled = await ingestions.settle(runId, now)
    if (settled) {
      const { loaded, failed } = settled
      await timeline.append(entry(now, about, { kind: 'run_settled', loaded, failed }))
      await outbox.put(...settlementMails({ ...about, profile: held.profile }, settled, now))
    }
    return { rows }
  }
}

function keyOf({ columns }: ReportDefinition, [day, ...values]: FactRow): string {
  return JSON.stringify([day, ...values.filter((_, index) => columns[index]?.kind === 'key')])
}

function totalsOf(definition: ReportDefinition, days: DayRange, rows: readonly FactRow[]) {
  const totals = new FileTotals(definition, days)
  totals.add(rows)
  return totals.byDay()
}

/** What shares a key and differs, in one row. */
function addedUp({ columns }: ReportDefinition, [day, ...a]: FactRow, [, ...b]: FactRow): FactRow {
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

/** Holds what the fake loader keeps against what it was told. */
export class FakeReconciliations extends Reconciliations {
  readonly #loader: FakeReportLoader
  readonly #ingestions: FakeIngestions
  readonly #connections: FakeConnections

  constructor(loader: FakeReportLoader, ingestions: FakeIngestions, connections: FakeConnections) {
    super()
    this.#loader = loader
    this.#ingestions = ingestions
    this.#connections = connections
  }

  async due(now: Date, limit: number) {
    const due: { connectionId: ConnectionId; personId: PersonId; dueAt: Date }[] = []
    for (const [connectionId, { dueAt }] of this.#ingestions.reconciliations.entries()) {
      const connection = await this.#connections.find(connectionId)
      if (dueAt && dueAt <= now && connection)
        due.push({ connectionId, personId: connection.personId, dueAt })
    }
    return due
      .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
      .slice(0, limit)
      .map(({ connectionId, personId }) => ({ connectionId, personId }))
  }

  async books(connectionId: ConnectionId) {
    const files = this.#loader.fileTotals.all().filter(file => file.connectionId === connectionId)
    const facts = reportCatalogue.flatMap(definition => {
      const rows = this.#loader.facts.get(factKey(connectionId, definition)) ?? []
      return [...Map.groupBy(rows, ([day]) => day)].flatMap(([day, own]) =>
        totalsOf(definition, { from: day, to: day }, own).map(sums => ({ type: definition.type, ...sums })),
      )
    })
    return {
      dueAt: this.#ingestions.reconciliations.get(connectionId)?.dueAt ?? null,
      files: files.map(({ type, day, rows, sums }) => ({ type, day, rows, sums })),
      facts,
      rollUps: facts,
    }
  }

  async conclude(connectionId: ConnectionId, dueAt: Date, latest: Reconciliation): Promise<boolean> {
    const row = this.#ingestions.reconciliations.get(connectionId)
    if (row?.dueAt?.getTime() !== dueAt.getTime()) return false
    this.#ingestions.reconciliations.set(connectionId, { dueAt: null, latest })
    return true
  }

  async postpone(connectionId: ConnectionId, to: Date): Promise<void> {
    const row = this.#ingestions.reconciliations.get(connectionId)
    if (row?.dueAt) this.#ingestions.reconciliations.set(connectionId, { ...row, dueAt: to })
  }

  async latestOf(connectionId: ConnectionId): Promise<Reconciliation | null> {
    return this.#ingestions.reconciliations.get(connectionId)?.latest ?? null
  }
}

export class FakeRegions extends Regions {
  readonly #traffic = new Map<Region, RegionTraffic>()

  async admit(region: Region, call: RegionCall, reportId: ReportId, now: Date): Promise<Admission> {
    const [admission, next] = admit(this.#of(region, now), call, reportId, now)
    this.#traffic.set(region, next)
    return admission
  }

  async observe(region: Region, outcome: CallOutcome, by: Parameters<typeof observe>[2], now: Date) {
    const [traffic, next] = [this.#of(region, now), observe(this.#of(region, now), outcome, by, now)]
    this.#traffic.set(region, next)
    return traffic.pausedUntil !== null && next.pausedUntil === null
  }

  #of(region: Region, now: Date): RegionTraffic {
    return this.#traffic.get(region) ?? quietTraffic(now)
  }
}

/** Sums over what the fake loader loaded. */
export class FakeFigures extends Figures {
  readonly #loader: FakeReportLoader
  readonly #ingestions: FakeIngestions

  constructor(loader: FakeReportLoader, ingestions: FakeIngestions) {
    super()
    this.#loader = loader
    this.#ingestions = ingestions
  }

  async loadedStretches(connectionId: ConnectionId): Promise<LoadedStretch[]> {
    const stretches = await this.#ingestions.loadedStretches(connectionId)
    return stretches.filter(({ type }) => type.endsWith('_campaigns'))
  }

  async totals(connectionId: ConnectionId, days: DayRange): Promise<Totals> {
    return sumOf(this.#rows(connectionId, days))
  }

  async daily(connectionId: ConnectionId, days: DayRange): Promise<DayTotals[]> {
    const groups = Map.groupBy(this.#rows(connectionId, days), ({ day }) => day)
    return [...groups]
      .map(([day, rows]) => ({ day, ...sumOf(rows) }))
      .sort((a, b) => (a.day < b.day ? -1 : 1))
  }

  async campaigns(connectionId: ConnectionId, days: DayRange, limit: number) {
    const rows = this.#rows(connectionId, days).sort((a, b) => (a.day < b.day ? 1 : -1))
    const groups = [...Map.groupBy(rows, ({ adProduct, id }) => `${adProduct} ${id}`).values()]
    const campaigns = groups.flatMap((own): CampaignTotals[] => {
      const [latest] = own
      if (!latest) return []
      const { id, adProduct, name, status } = latest
      return [{ id, adProduct, name: name ?? `Campaign ${id}`, status: status ?? '', ...sumOf(own) }]
    })
    campaigns.sort((a, b) => Number(b.cost) - Number(a.cost) || (a.id < b.id ? -1 : 1))
    return { count: campaigns.length, campaigns: campaigns.slice(0, limit) }
  }

  #rows(connectionId: ConnectionId, { from, to }: DayRange) {
    const types: readonly ReportType[] = ['sp_campaigns', 'sb_campaigns', 'sd_campaigns']
    return types.map(definitionOf).flatMap(definition => {
      const facts = this.#loader.facts.get(factKey(connectionId, definition)) ?? []
      const own = facts.filter(([day]) => day >= from && day <= to)
      return own.map(([day, ...values]) => {
        const value = (name: string) => values[definition.columns.findIndex(column => column.name === name)]
        const text = (name: string) => (value(name) ?? null) as string | null
        return {
          day,
          adProduct: definition.adProduct,
          id: String(value('campaign_id')),
          name: text('campaign_name'),
          status: text('campaign_status'),
          impressions: Number(value('impressions')),
          clicks: Number(value('clicks')),
          orders: Number(value('orders')),
          cost: String(value('cost')),
          sales: String(value('sales')),
        }
      })
    })
  }
}

function sumOf(rows: readonly Totals[]): Totals {
  const count = (name: 'impressions' | 'clicks' | 'orders') => rows.reduce((sum, row) => sum + row[name], 0)
  const money = (name: 'cost' | 'sales') => exactSum(rows.map(row => row[name]))
  return {
    impressions: count('impressions'),
    clicks: count('clicks'),
    orders: count('orders'),
    cost: money('cost'),
    sales: money('sales'),
  }
}

/** Decimals added as whole numbers of their smallest part; `0.1 + 0.2` is `0.3`. */
export function exactSum(amounts: readonly string[]): string {
  const places = Math.max(0, ...amounts.map(amount => amount.split('.')[1]?.length ?? 0))
  const whole = amounts.reduce((sum, amount) => {
    const [units = '0', parts = ''] = amount.split('.')
    return sum + BigInt(units + parts.padEnd(places, '0'))
  }, 0n)
  if (places === 0) return String(whole)
  const digits = String(whole).padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

export class RecordingBell extends Bell {
  readonly #demandOutside: () => void
  readonly rung: { readonly reportIds: readonly ReportId[]; readonly inMilliseconds: number }[] = []

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async ring(reportIds: readonly ReportId[], inMilliseconds: number): Promise<void> {
    this.#demandOutside()
    if (reportIds.length > 0) this.rung.push({ reportIds, inMilliseconds })
  }
}

/** What Amazon has of one report. */
interface AmazonReport {
  readonly definition: ReportDefinition
  readonly days: DayRange
  readonly state: 'pending' | 'completed' | 'failed'
  readonly rows: readonly FileRow[]
  readonly echo: Partial<ReturnType<typeof anEcho>>
}

type ReportCall = 'order' | 'look' | 'cancel' | 'download'

/** Amazon's reporting: reports are ordered, and finish when the test says so. */
export class FakeAdvertisingReports extends AdvertisingReports {
  readonly #demandOutside: () => void
  readonly made = new Map<AmazonReportId, AmazonReport>()
  readonly asked: Record<ReportCall, number> = { order: 0, look: 0, cancel: 0, download: 0 }
  /** What the next calls fail with, each once. */
  readonly failures: Record<ReportCall, Error[]> = { order: [], look: [], cancel: [], download: [] }
  /** What every call but a download fails with. */
  fails: (() => Error) | null = null
  readonly tokens: string[] = []
  readonly rejectedTokens = new Set<string>()
  /** The report that an order is called a duplicate of. */
  duplicateOf: AmazonReportId | null = null
  /** What happens while Amazon thinks about any of these. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async order(
    _profile: AdvertisingProfile,
    token: Secret,
    { definition, days }: { definition: ReportDefinition; days: DayRange },
  ): Promise<{ answer: 'accepted' | 'duplicate'; id: AmazonReportId }> {
    await this.#answer('order', token)
    if (this.duplicateOf) return { answer: 'duplicate', id: this.duplicateOf }
    const id = `amazon-${this.made.size + 1}` as AmazonReportId
    this.made.set(id, { definition, days, state: 'pending', rows: [], echo: {} })
    return { answer: 'accepted', id }
  }

  async look(_profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<ReportLook> {
    await this.#answer('look', token)
    const report = this.made.get(id)
    if (!report) throw refused(404, '404', 'Not Found')
    const { definition, days, state, echo } = report
    const asked = { startDate: days.from, endDate: days.to }
    const configuration = anEcho(definition.type, { ...asked, ...echo })
    switch (state) {
      case 'pending':
        return { state, configuration }
      case 'failed':
        return { state, configuration, detail: 'Amazon could not' }
      case 'completed':
        return { state, configuration, location: { url: new Secret(`https://files.example/${id}`) } }
    }
  }

  async cancel(_profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void> {
    await this.#answer('cancel', token)
    this.made.delete(id)
  }

  async *download(location: ReportLocation): AsyncIterable<readonly FileRow[]> {
    await this.#answer('download', null)
    const id = location?.url.reveal().split('/').at(-1) as AmazonReportId | undefined
    const report = id && this.made.get(id)
    for (const row of report?.rows ?? []) yield [row]
  }

  /** A report that Amazon has already, from before this story or of someone else's making. */
  has(id: string, type: ReportType, its: Partial<AmazonReport> & Pick<AmazonReport, 'days'>): AmazonReportId {
    const definition = definitionOf(type)
    this.made.set(id as AmazonReportId, { definition, state: 'pending', rows: [], echo: {}, ...its })
    return id as AmazonReportId
  }

  finish(id: AmazonReportId, rows?: readonly FileRow[]): void {
    const report = this.made.get(id)
    if (!report) throw new Error(`Amazon has no report ${id}`)
    const fill = rows ?? [aFileRow(report.definition.type)]
    this.made.set(id, { ...report, state: 'completed', rows: fill })
  }

  fail(id: AmazonReportId): void {
    const report = this.made.get(id)
    if (report) this.made.set(id, { ...report, state: 'failed' })
  }

  async #answer(call: ReportCall, token: Secret | null): Promise<void> {
    this.#demandOutside()
    this.asked[call] += 1
    if (token) this.tokens.push(token.reveal())
    await this.meanwhile()
    if (token && this.rejectedTokens.has(token.reveal())) throw refused(401, '401', 'Invalid token')
    const failure = this.failures[call].shift() ?? (token && this.fails?.())
    if (failure) throw failure
  }
}

export class FakeReportAccess extends ReportAccess {
  readonly #demandOutside: () => void
  readonly lost: { readonly connectionId: ConnectionId; readonly why: string }[] = []
  isGone = false
  /** As if Amazon refused everybody. */
  isDoubted = false
  /** As if the seller had consented anew while Amazon was refusing. */
  isRenewed = false
  /** How many tokens were minted so far. */
  minted = 1
  /** What the next callers hear, each once. */
  readonly failures: Error[] = []

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async token(_connectionId: ConnectionId, rejected: Secret | null): Promise<Secret> {
    this.#demandOutside()
    if (this.isGone) throw new AccessGone('the grant is gone')
    const failure = this.failures.shift()
    if (failure) throw failure
    if (rejected?.reveal() === this.#current) this.minted += 1
    return new Secret(this.#current)
  }

  get #current(): string {
    return `token-${this.minted}`
  }

  async lose(connectionId: ConnectionId, why: 'grant_gone' | 'profile_rights_lost'): Promise<boolean> {
    if (this.isDoubted) throw new AccessDoubted('so many at once')
    if (this.isRenewed) return false
    this.lost.push({ connectionId, why })
    return true
  }
}

/** Every port, by the name under which the use cases need it. */
export function openFakes() {
  const clock = new StoppedClock()
  const unitOfWork = new FakeUnitOfWork()
  const timeline = new RecordingTimeline(unitOfWork)
  const people = new FakePeople(unitOfWork)
  const connections = new FakeConnections(unitOfWork)
  const ingestions = new FakeIngestions(connections, unitOfWork)
  const syncs = new FakeSyncs(connections, unitOfWork)
  const leases = new FakeLeases(ingestions, connections)
  const choices = new FakeMailChoices(unitOfWork)
  const looks = new FakeLooks(unitOfWork)
  const outbox = new FakeOutbox({ people, connections, choices, looks }, unitOfWork)
  const loader = new FakeReportLoader({ leases, ingestions, outbox, timeline, unitOfWork })
  const bell = new RecordingBell(unitOfWork)
  const pendings = new FakePendingConnections(unitOfWork)
  const endPending = new EndPending({ people, pendings, timeline, unitOfWork, clock })
  const login = new FakeAmazonLogin(unitOfWork)
  const profiles = new FakeProfileDirectory(unitOfWork)
  return {
    clock,
    chance: new FixedDice(),
    storage: new FakeStorage(),
    unitOfWork,
    timeline,
    people,
    passwords: new FakePasswords(),
    sessions: new FakeSessions(people, unitOfWork),
    attempts: new FakeAttempts(unitOfWork),
    pendings,
    connections,
    tokens: new FakeAccessTokens(connections),
    erasures: new FakeErasures({ connections, ingestions, syncs, loader, outbox, timeline }),
    login,
    profiles,
    endPending,
    readProfiles: new ReadProfiles({ pendings, endPending, login, profiles, timeline, unitOfWork, clock }),
    ingestions,
    syncs,
    leases,
    loader,
    figures: new FakeFigures(loader, ingestions),
    regions: new FakeRegions(),
    reconciliations: new FakeReconciliations(loader, ingestions, connections),
    bell,
    reports: new FakeAdvertisingReports(unitOfWork),
    access: new FakeReportAccess(unitOfWork),
    ingestion: new RequestIngestion({ ingestions, syncs, bell, timeline, clock }),
    poll,
    outbox,
    choices,
    looks,
    mailer: new RecordingMailer(unitOfWork),
    texts: new ShortTexts(),
    pollSeconds: 30,
    consentDays: 365,
  }
}

export type Fakes = ReturnType<typeof openFakes>
