import type { Test } from 'tap'
import type { RecurringJobRuns, TimelineReader, WorkerHeartbeats } from '../../../src/admin/ports.ts'
import type {
  AccessLinks,
  AuditLog,
  SecondFactors,
  Sessions,
  StaffAccessLog,
  StoredPasswords,
  SubscriptionEvents,
  Subscriptions,
  Users,
  ViewAsSessions,
} from '../../../src/application/access/ports.ts'
import type {
  AccessTokenCache,
  AuthorisationAttempts,
  Connections,
  Erasures,
  PendingConnections,
  SellerStates,
} from '../../../src/application/connection/ports.ts'
import type { EmailPreferenceStore, Outbox, ProgressViews } from '../../../src/application/email/ports.ts'
import type {
  SupportInbox,
  SupportRequestComments,
  SupportRequests,
} from '../../../src/application/help/ports.ts'
import type {
  ProgressQueries,
  Reconciliations,
  SyncHistories,
  SyncRuns,
  SyncSchedule,
} from '../../../src/application/ingestion/ports.ts'
import type {
  Leases,
  RegionRateLimiter,
  ReportLoader,
  ReportQueue,
} from '../../../src/application/ingestion/report-ports.ts'
import type { Figures, FigureTables, TableRollUps } from '../../../src/application/performance/ports.ts'
import { decryptSecret, type Timeline, type UnitOfWork } from '../../../src/application/ports.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { User } from '../../../src/domain/access/user.ts'
import type { ActiveConnection } from '../../../src/domain/connection/connection.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type { ConnectionId, EmailMessageId, ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { TimelineEntry } from '../../../src/domain/timeline/entry.ts'
import { anActiveConnection, anAttempt, anId, aPendingConnection } from '../examples.ts'

export interface Stores {
  readonly users: Users
  readonly subscriptions: Subscriptions
  readonly storedPasswords: StoredPasswords
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly links: AccessLinks
  readonly staffAccessLog: StaffAccessLog
  readonly viewAsSessions: ViewAsSessions
  readonly audit: AuditLog
  readonly events: SubscriptionEvents
  readonly attempts: AuthorisationAttempts
  readonly pendingConnections: PendingConnections
  readonly connections: Connections
  readonly sellers: SellerStates
  readonly erasures: Erasures
  readonly tokens: AccessTokenCache
  readonly syncRuns: SyncRuns
  readonly reportQueue: ReportQueue
  readonly syncHistories: SyncHistories
  readonly progressQueries: ProgressQueries
  readonly syncSchedule: SyncSchedule
  readonly leases: Leases
  readonly loader: ReportLoader
  readonly reconciliations: Reconciliations
  readonly rateLimiter: RegionRateLimiter
  readonly figures: Figures
  readonly tables: FigureTables
  readonly rollUps: TableRollUps
  readonly outbox: Outbox
  readonly emailPreferenceStore: EmailPreferenceStore
  readonly progressViews: ProgressViews
  readonly supportRequests: SupportRequests
  readonly timelineReader: TimelineReader
  readonly workerHeartbeats: WorkerHeartbeats
  readonly recurringJobRuns: RecurringJobRuns
  readonly comments: SupportRequestComments
  readonly inbox: SupportInbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  createUser(overrides?: Partial<User>, subscription?: Subscription | null): Promise<User>
  /** As if the lease's holder had died. */
  letLeaseRunOut(reportId: ReportId): Promise<void>
  /** As if the claim's holder had died. */
  expireClaim(connectionId: ConnectionId): Promise<void>
  /** As if the worker sending the email had died. */
  letEmailLeaseRunOut(id: EmailMessageId): Promise<void>
  entries(): Promise<TimelineEntry[]>
}

/** Opens empty stores, which are closed when the test ends. */
export type OpenStores = (t: Test) => Promise<Stores>

/** Replaces each secret by its text, because assertions can't tell two secrets apart. */
export async function revealSecrets(value: unknown): Promise<unknown> {
  if (value instanceof Secret) return (await decryptSecret(value)).reveal()
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Promise.all(value.map(revealSecrets))
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await revealSecrets(inner)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** Saves a user and an attempt, but not the pending connection itself. */
export async function aPendingConnectionOfSavedUser(
  { createUser, attempts }: Stores,
  overrides: Partial<PendingConnection> = {},
): Promise<PendingConnection> {
  const userId = overrides.userId ?? (await createUser()).id
  const attempt = anAttempt({ userId })
  await attempts.save(attempt, new Secret(anId()))
  return aPendingConnection({ userId, attemptId: attempt.id, ...overrides })
}

export async function aSavedConnection(
  { createUser, connections }: Stores,
  overrides: Partial<ActiveConnection> = {},
): Promise<ActiveConnection> {
  const userId = overrides.userId ?? (await createUser()).id
  const connection = anActiveConnection({ userId, ...overrides })
  await connections.save(connection)
  return connection
}

/** Runs `write` in a transaction that fails afterwards. */
export async function rollBack(
  t: Test,
  { unitOfWork }: Pick<Stores, 'unitOfWork'>,
  write: () => Promise<unknown>,
): Promise<void> {
  const failing = unitOfWork.transaction(async () => {
    await write()
    throw new Error('a later write failed')
  })
  await t.rejects(failing, { message: 'a later write failed' })
}

/** Runs `step` in two concurrent transactions. @returns their beginnings and ends in order. */
export async function takeTurns(
  { unitOfWork }: Stores,
  step: () => Promise<unknown>,
): Promise<readonly string[]> {
  const events: string[] = []
  const run = (name: string) =>
    unitOfWork.transaction(async () => {
      await step()
      events.push(`${name} begins`)
      await new Promise(resolve => setTimeout(resolve, 30))
      events.push(`${name} ends`)
    })
  await Promise.all([run('A'), run('B')])
  return events
}
