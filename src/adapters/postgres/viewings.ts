import type { EntityManager } from '@mikro-orm/postgresql'
import { type KnownViewing, Viewings } from '../../application/access/ports.ts'
import type { Person, Role } from '../../domain/access/person.ts'
import type { Viewing } from '../../domain/access/viewing.ts'
import type { ConnectionId, PersonId, SessionId, ViewingId } from '../../domain/identifiers.ts'
import { type Prepared, preparedStatement } from './prepared.ts'

export class PostgresViewings extends Viewings {
  readonly #em: EntityManager
  readonly #prepared: Prepared

  constructor(em: EntityManager, prepared: Prepared) {
    super()
    this.#em = em
    this.#prepared = prepared
  }

  async begin(viewing: Viewing): Promise<void> {
    const { id, personId, viewerId, staffSessionId, reason, begunAt, endsAt } = viewing
    await this.#em.execute(
      `insert into viewing (id, person_id, viewer_id, staff_session_id, reason, begun_at, ends_at)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [id, personId, viewerId, staffSessionId, reason, begunAt, endsAt],
    )
  }

  async find(id: ViewingId): Promise<KnownViewing | null> {
    const [row] = await this.#prepared.ask<Row>(foundViewing, [id])
    return row ? toKnown(row) : null
  }

  async notEnded(limit: number): Promise<KnownViewing[]> {
    const rows = await this.#em.execute<Row[]>(`${known} order by begun_at limit ?`, [limit])
    return rows.map(toKnown)
  }

  async notEndedOf(viewerId: PersonId): Promise<KnownViewing[]> {
    const rows = await this.#em.execute<Row[]>(`${known} and viewer_id = ? order by begun_at`, [viewerId])
    return rows.map(toKnown)
  }

  async end(id: ViewingId, at: Date): Promise<boolean> {
    const rows = await this.#em.execute<unknown[]>(
      'update viewing set ended_at = ? where id = ? and ended_at is null returning id',
      [at, id],
    )
    return rows.length === 1
  }
}

/** A purged staff session has ended; the start of the view-as session stands for its end. */
const known = `
  select viewing.id, viewing.person_id, viewer_id, staff_session_id, reason, begun_at, ends_at,
    person.email as person_email, person.name as person_name, person.role as person_role,
    viewer.email as viewer_email, viewer.name as viewer_name, viewer.role as viewer_role,
    coalesce(staff.closed_at, staff.expires_at, begun_at) as sign_in_ends_at,
    (select current_connection_id from session where session.person_id = viewing.person_id
       and session.kind = 'seller' and current_connection_id is not null
     order by last_seen_at desc limit 1) as account_id
  from viewing join person on person.id = viewing.person_id
    join person as viewer on viewer.id = viewer_id
    left join session as staff on staff.id = staff_session_id
  where ended_at is null`

const foundViewing = preparedStatement('found viewing', `${known} and viewing.id = ?`)

interface Row {
  readonly id: string
  readonly person_id: string
  readonly viewer_id: string
  readonly staff_session_id: string
  readonly reason: string
  readonly begun_at: string | Date
  readonly ends_at: string | Date
  readonly sign_in_ends_at: string | Date
  readonly account_id: string | null
  readonly person_email: string
  readonly person_name: string
  readonly person_role: Role
  readonly viewer_email: string
  readonly viewer_name: string
  readonly viewer_role: Role
}

function toKnown(row: Row): KnownViewing {
  const [personId, viewerId] = [row.person_id as PersonId, row.viewer_id as PersonId]
  const person: Person = {
    id: personId,
    email: row.person_email,
    name: row.person_name,
    role: row.person_role,
  }
  const viewer: Person = {
    id: viewerId,
    email: row.viewer_email,
    name: row.viewer_name,
    role: row.viewer_role,
  }
  return {
    viewing: {
      id: row.id as ViewingId,
      personId,
      viewerId,
      staffSessionId: row.staff_session_id as SessionId,
      reason: row.reason,
      begunAt: new Date(row.begun_at),
      endsAt: new Date(row.ends_at),
    },
    person,
    viewer,
    signInEndsAt: new Date(row.sign_in_ends_at),
    accountId: row.account_id as ConnectionId | null,
  }
}
