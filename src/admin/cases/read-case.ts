import type { People } from '../../application/access/index.ts'
import type { Connections, SellerRecords } from '../../application/connection/index.ts'
import {
  type Ingestions,
  type LoadingRecord,
  type LoadingRecords,
  usualDurationsOf,
} from '../../application/ingestion/index.ts'
import type { Clock } from '../../application/ports.ts'
import type { Person } from '../../domain/access/person.ts'
import { PersonUnknown } from '../../domain/access/staff-action.ts'
import { lackOf, type Subscription } from '../../domain/access/subscription.ts'
import { type Connection, isErased } from '../../domain/connection/connection.ts'
import { type Health, healthOf, type LoadingFacts } from '../../domain/health/health.ts'
import { isSettled } from '../../domain/ingestion/report.ts'
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts'
import type { CaseFacts } from '../diagnosis/facts.ts'
import type { Stories, Works } from '../ports.ts'
import { type CaseKey, type CaseStage, caseStage } from './case.ts'

interface Needs {
  readonly people: Pick<People, 'byId'>
  readonly sellers: SellerRecords
  readonly connections: Pick<Connections, 'find' | 'closedBy'>
  readonly records: LoadingRecords
  readonly ingestions: Ingestions
  readonly stories: Pick<Stories, 'latestOf'>
  readonly works: Pick<Works, 'factsOf'>
  readonly clock: Clock
}

export interface ReadCase {
  readonly key: CaseKey
  readonly person: Person
  readonly subscription: Subscription | null
  /** Without a live one, the last closed connection still retained. */
  readonly connection: Connection | null
  readonly health: Health | null
  readonly stage: CaseStage
  readonly diagnosis: Diagnosis
  readonly facts: CaseFacts
  readonly record: LoadingRecord | null
}

/** Read-only, without an access check (S-42). */
export class CaseReader {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {UserNotFound} also when the connection isn't the user's. */
  async read(key: CaseKey): Promise<ReadCase> {
    const { people, sellers, connections, records, ingestions, stories, works, clock } = this.#needs
    const now = clock.now()
    const [person, record, named] = await Promise.all([
      people.byId(key.personId),
      sellers.of(key.personId),
      key.connectionId && connections.find(key.connectionId),
    ])
    if (!person || (key.connectionId && named?.personId !== person.id)) throw new PersonUnknown()
    const connection = named ?? (await connections.closedBy(person.id))[0] ?? null
    const loading = connection && !isErased(connection) ? await records.of(connection.id) : null
    const reports = [...(loading?.open ?? []), ...(loading?.settled ?? [])].map(({ id }) => id)
    const region = connection && !isErased(connection) ? connection.profile.region : null
    const [story, work, usual] = await Promise.all([
      stories.latestOf({ ...key, connectionId: connection?.id ?? null }, reports),
      works.factsOf(key.connectionId, now),
      region ? usualDurationsOf(ingestions, region, loading?.open ?? [], now) : new Map(),
    ])
    const lack = lackOf(record.subscription, now)
    const loadingFacts = loading?.asked ? factsFrom({ ...loading, asked: loading.asked }) : null
    const facts: CaseFacts = {
      lack,
      connection,
      pending: record.pending,
      loading: loadingFacts,
      usual,
      story,
      work,
    }
    const diagnosis = diagnose(facts, now)
    return {
      key,
      person,
      subscription: record.subscription,
      connection,
      health: connection && healthOf({ connection, lack, loading: loadingFacts }, now),
      stage: caseStage(facts, diagnosis, now),
      diagnosis,
      facts,
      record: loading,
    }
  }
}

function factsFrom(
  record: LoadingRecord & { readonly asked: NonNullable<LoadingRecord['asked']> },
): LoadingFacts & { readonly differences: number } {
  const { asked, open, settled, failingSince, lastLoadedAt, nextSyncAt, reconciled } = record
  return {
    asked: { requestedAt: asked.run.requestedAt, reports: asked.reports },
    open,
    settled: settled.filter(isSettled),
    failingSince,
    lastLoadedAt,
    nextSyncAt,
    differences: reconciled?.differences ?? 0,
  }
}
