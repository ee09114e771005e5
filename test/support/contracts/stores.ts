import type { Test } from 'tap'
import type { CaseDigests, Overviews, Stories, Works } from '../../../src/admin/ports.ts'
import type {
  AccessLinks,
  AccountViews,
  AuditLog,
  People,
  SecondFactors,
  Sessions,
  SubscriptionEvents,
  Viewings,
} from '../../../src/application/access/ports.ts'
import type {
  AccessTokens,
  Attempts,
  Connections,
  Erasures,
  PendingConnections,
  SellerRecords,
} from '../../../src/application/connection/ports.ts'
import type { HelpInbox, HelpRemarks, HelpRequests } from '../../../src/application/help/ports.ts'
import type {
  CallTally,
  Ingestions,
  Leases,
  LoadingRecords,
  Polls,
  Reconciliations,
  Regions,
  ReportLoader,
  Syncs,
} from '../../../src/application/ingestion/ports.ts'
import type { Looks, MailChoices, Outbox } from '../../../src/application/mail/ports.ts'
import type { Figures, FigureTables, TableRollUps } from '../../../src/application/performance/ports.ts'
import { opened, type Timeline, type UnitOfWork } from '../../../src/application/ports.ts'
import type { Person } from '../../../src/domain/access/person.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { ActiveConnection } from '../../../src/domain/connection/connection.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type { ConnectionId, MailId, ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { TimelineEntry } from '../../../src/domain/timeline/entry.ts'
import { anActiveConnection, anAttempt, anId, aPendingConnection } from '../examples.ts'

export interface Stores {
  readonly people: People
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly links: AccessLinks
  readonly views: AccountViews
  readonly viewings: Viewings
  readonly audit: AuditLog
  readonly events: SubscriptionEvents
  readonly attempts: Attempts
  readonly pendings: PendingConnections
  readonly connections: Connections
  readonly sellers: SellerRecords
  readonly erasures: Erasures
  readonly tokens: AccessTokens
  readonly ingestions: Ingestions
  readonly records: LoadingRecords
  readonly polls: Polls
  readonly syncs: Syncs
  readonly leases: Leases
  readonly loader: ReportLoader
  readonly reconciliations: Reconciliations
  readonly regions: Regions
  readonly calls: CallTally
  readonly figures: Figures
  readonly tables: FigureTables
  readonly rollUps: TableRollUps
  readonly outbox: Outbox
  readonly choices: MailChoices
  readonly looks: Looks
  readonly helpRequests: HelpRequests
  readonly stories: Stories
  readonly works: Works
  readonly digests: CaseDigests
  readonly remarks: HelpRemarks
  readonly inbox: HelpInbox
  readonly overviews: Overviews
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  addPerson(its?: Partial<Person>, subscription?: Subscription | null): Promise<Person>
  /** As if its holder had died. */
  letLeaseRunOut(reportId: ReportId): Promise<void>
  /** As if its holder had died. */
  letClaimRunOut(connectionId: ConnectionId): Promise<void>
  /** As if its sender had died. */
  letMailRunOut(id: MailId): Promise<void>
  entries(): Promise<TimelineEntry[]>
}

/** Empty; closed when the test ends. */
export type OpenStores = (t: Test) => Promise<Stores>

/** Replaces each secret by its text, because assertions can't tell two secrets apart. */
export async function laidOpen(value: unknown): Promise<unknown> {
  if (value instanceof Secret) return (await opened(value)).reveal()
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Promise.all(value.map(laidOpen))
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await laidOpen(inner)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** Of a saved user and attempt; not saved itself. */
export async function aPendingOnRecord(
  { addPerson, attempts }: Stores,
  its: Partial<PendingConnection> = {},
): Promise<PendingConnection> {
  const personId = its.personId ?? (await addPerson()).id
  const attempt = anAttempt({ personId })
  await attempts.save(attempt, new Secret(anId()))
  return aPendingConnection({ personId, attemptId: attempt.id, ...its })
}

export async function aConnectionOnRecord(
  { addPerson, connections }: Stores,
  its: Partial<ActiveConnection> = {},
): Promise<ActiveConnection> {
  const personId = its.personId ?? (await addPerson()).id
  const connection = anActiveConnection({ personId, ...its })
  await connections.save(connection)
  return connection
}

/** Concurrently, in separate transactions; records the steps in order. */
export async function takeTurns(
  { unitOfWork }: Stores,
  step: () => Promise<unknown>,
): Promise<readonly string[]> {
  const heard: string[] = []
  const one = (name: string) =>
    unitOfWork.run(async () => {
      await step()
      heard.push(`${name} begins`)
      await new Promise(resolve => setTimeout(resolve, 30))
      heard.push(`${name} ends`)
    })
  await Promise.all([one('A'), one('B')])
  return heard
}
