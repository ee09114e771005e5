import type { Session } from '../../application/access/ports.ts'
import { type AwaitedLoading, Polls } from '../../application/ingestion/ports.ts'
import type { Person } from '../../domain/access/person.ts'
import type { ConnectionId, SessionId } from '../../domain/identifiers.ts'
import type { ReportType } from '../../domain/ingestion/catalogue.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Region } from '../../domain/profile/region.ts'
import { type KnownRow, knownSessions, toKnown } from './access-stores.ts'
import { type Prepared, preparedStatement } from './prepared.ts'

export class PostgresPolls extends Polls {
  readonly #prepared: Prepared

  constructor(prepared: Prepared) {
    super()
    this.#prepared = prepared
  }

  async find(
    id: SessionId,
    named: string | null,
    now: Date,
  ): Promise<{ session: Session; person: Person; awaited: AwaitedLoading | null } | null> {
    const [row] = await this.#prepared.ask<PollRow>(poll, [id, now, named, named])
    return row ? { ...toKnown(row), awaited: toAwaited(row) } : null
  }
}

interface PollRow extends KnownRow {
  readonly connection_id: string | null
  readonly region: Region
  readonly requested_at: Date | string | null
  /** `sp_campaigns loaded,…`: a third of JSON's cost, and half of the query's. */
  readonly reports: string | null
}

function toAwaited({ connection_id, region, requested_at, reports }: PollRow): AwaitedLoading | null {
  if (connection_id === null) return null
  const run =
    requested_at === null
      ? null
      : {
          requestedAt: new Date(requested_at),
          reports: (reports ?? '').split(',').filter(Boolean).map(toReport),
        }
  return { connectionId: connection_id as ConnectionId, region, run }
}

const toReport = (words: string): Pick<Report, 'type' | 'status'> => {
  const [type, status] = words.split(' ') as [ReportType, Report['status']]
  return { type, status }
}

const poll = preparedStatement(
  'poll',
  `with known as (${knownSessions})
  select known.*, awaited.id as connection_id, region, run.requested_at, (
      select string_agg(type || ' ' || report.status, ',') from report where run_id = run.id) as reports
  from known left join lateral (
      select id, region from connection
      where person_id = known."personId" and status in ('active', 'needs_authorisation')
        and (?::text is null or id::text = ?)
      order by id = known."currentConnectionId" desc nulls last, connected_at, id limit 1) as awaited on true
    left join lateral (
      select id, requested_at from ingestion_run
      where connection_id = awaited.id and kind in ('first', 'renewal')
      order by requested_at desc, id desc limit 1) as run on true`,
)
