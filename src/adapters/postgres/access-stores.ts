import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { People, type Session, Sessions, type Subscriber } from '../../application/access/ports.ts'
import type { Person, Role } from '../../domain/access/person.ts'
import { type SessionKind, sessionKinds } from '../../domain/access/session.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import type { ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { lightStatement, type Prepared, preparedStatement } from './prepared.ts'
import { PersonRow, type SessionColumns, SessionRow, SubscriptionRow } from './schema.ts'

export class PostgresPeople extends People {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async byEmail(email: string): Promise<{ person: Person; passwordHash: Secret | null } | null> {
    if (!isText(email)) return null
    const row = await this.#em.findOne(PersonRow, { email }, { disableIdentityMap: true })
    return (
      row && { person: toPerson(row), passwordHash: row.passwordHash ? new Secret(row.passwordHash) : null }
    )
  }

  async lock(id: PersonId): Promise<Person> {
    const row = await this.#em.findOneOrFail(
      PersonRow,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    return toPerson(row)
  }

  async byId(id: PersonId): Promise<Person | null> {
    const row = await this.#em.findOne(PersonRow, { id }, { disableIdentityMap: true })
    return row && toPerson(row)
  }

  async subscriptionOf(id: PersonId): Promise<Subscription | null> {
    const row = await this.#em.findOne(SubscriptionRow, { personId: id }, { disableIdentityMap: true })
    return row && toSubscription(row)
  }

  async idOf(about: Addressee): Promise<PersonId | null> {
    if ('email' in about && !isText(about.email)) return null
    const which = 'email' in about ? { email: about.email } : { id: about.personId }
    const row = await this.#em.findOne(PersonRow, which, { fields: ['id'], disableIdentityMap: true })
    return row && (row.id as PersonId)
  }

  async saveSubscription(personId: PersonId, subscription: Subscription | null): Promise<void> {
    if (!subscription) await this.#em.nativeDelete(SubscriptionRow, { personId })
    else await this.#em.upsert(SubscriptionRow, { personId, ...subscription }, { disableIdentityMap: true })
  }

  async saveRole(id: PersonId, role: Role): Promise<void> {
    await this.#em.nativeUpdate(PersonRow, { id }, { role })
  }

  async admit({ id, email, name, role }: Person, at: Date): Promise<boolean> {
    // A unique violation would abort the whole transaction.
    const rows = await this.#em.execute<unknown[]>(
      `insert into person (id, email, name, role, created_at) values (?, ?, ?, ?, ?)
       on conflict do nothing returning id`,
      [id, email, name, role, at],
    )
    return rows.length === 1
  }

  async savePassword(id: PersonId, hash: Secret): Promise<void> {
    await this.#em.nativeUpdate(PersonRow, { id }, { passwordHash: hash.reveal() })
  }

  async listAfter(email: string | null, limit: number): Promise<Subscriber[]> {
    const rows = await this.#em.find(PersonRow, email === null ? {} : { email: { $gt: email } }, {
      orderBy: { email: 'asc' },
      limit,
      disableIdentityMap: true,
    })
    const ids = rows.map(({ id }) => id)
    const found = await this.#em.find(
      SubscriptionRow,
      { personId: { $in: ids } },
      { disableIdentityMap: true },
    )
    const subscriptions = new Map(found.map(row => [row.personId, toSubscription(row)]))
    return rows.map(row => ({ person: toPerson(row), subscription: subscriptions.get(row.id) ?? null }))
  }

  async listOf(roles: readonly Role[]): Promise<Person[]> {
    const which = { role: { $in: [...roles] } }
    const rows = await this.#em.find(PersonRow, which, {
      orderBy: { email: 'asc' },
      disableIdentityMap: true,
    })
    return rows.map(toPerson)
  }
}

/** PostgreSQL's text rejects a zero character. */
const isText = (typed: string): boolean => !typed.includes('\u0000')

export class PostgresSessions extends Sessions {
  readonly #em: EntityManager
  readonly #prepared: Prepared

  constructor(em: EntityManager, prepared: Prepared) {
    super()
    this.#em = em
    this.#prepared = prepared
  }

  async open(session: Session): Promise<void> {
    await this.#em.insert(SessionRow, { ...session })
  }

  async find(id: SessionId, now: Date): Promise<{ session: Session; person: Person } | null> {
    const [row] = await this.#prepared.ask<KnownRow>(knownSession, [id, now])
    if (!row) return null
    return toKnown(row)
  }

  async noteSeen({ id, lastSeenAt, expiresAt }: Session, unlessAfter: Date): Promise<void> {
    await this.#prepared.ask(seenSession, [lastSeenAt, expiresAt, id, unlessAfter])
  }

  async openOf(personId: PersonId, now: Date): Promise<Session[]> {
    const rows = await this.#em.find(
      SessionRow,
      { personId, closedAt: null, expiresAt: { $gt: now } },
      { orderBy: { lastSeenAt: 'desc', openedAt: 'desc' }, disableIdentityMap: true },
    )
    return rows.map(toSession)
  }

  async close(id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id, closedAt: null }, { closedAt: at })
  }

  async closeOneOf(personId: PersonId, id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id, personId, closedAt: null }, { closedAt: at })
  }

  async closeAllOf(
    personId: PersonId,
    at: Date,
    { kinds = sessionKinds, but }: { kinds?: readonly SessionKind[]; but?: SessionId } = {},
  ): Promise<void> {
    const others = but ? { id: { $ne: but } } : {}
    await this.#em.nativeUpdate(
      SessionRow,
      { personId, kind: { $in: [...kinds] }, closedAt: null, ...others },
      { closedAt: at },
    )
  }

  async makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id }, { currentConnectionId: connectionId })
  }

  eraseEnded(by: Date): Promise<number> {
    return this.#em.nativeDelete(SessionRow, {
      $or: [{ closedAt: { $lte: by } }, { expiresAt: { $lte: by } }],
    })
  }
}

/** Parameters: session id, now. */
export const knownSessions = `
  select session.id, person_id as "personId", kind, opened_at as "openedAt", last_seen_at as "lastSeenAt",
    expires_at as "expiresAt", device, current_connection_id as "currentConnectionId", email, name, role
  from session join person on person.id = person_id
  where session.id = ? and closed_at is null and expires_at > ?`

const knownSession = preparedStatement('known session', knownSessions)

const seenSession = lightStatement(
  'seen session',
  'update session set last_seen_at = ?, expires_at = ? from light where id = ? and last_seen_at <= ?',
)

export type KnownRow = Omit<SessionColumns, 'closedAt'> & Pick<Person, 'email' | 'name' | 'role'>

export function toKnown(row: KnownRow): { session: Session; person: Person } {
  const { email, name, role, personId } = row
  const [openedAt, lastSeenAt, expiresAt] = [row.openedAt, row.lastSeenAt, row.expiresAt].map(
    at => new Date(at),
  ) as [Date, Date, Date]
  return {
    session: toSession({ ...row, openedAt, lastSeenAt, expiresAt, closedAt: null }),
    person: toPerson({ id: personId, email, name, role }),
  }
}

const toPerson = (row: { id: string; email: string; name: string; role: Person['role'] }): Person => ({
  id: row.id as PersonId,
  email: row.email,
  name: row.name,
  role: row.role,
})

const toSubscription = (row: {
  plan: Subscription['plan']
  endsAt?: Date | null | undefined
}): Subscription => ({
  plan: row.plan,
  endsAt: row.endsAt ?? null,
})

const toSession = (row: SessionColumns): Session => ({
  id: row.id as SessionId,
  personId: row.personId as PersonId,
  kind: row.kind,
  openedAt: row.openedAt,
  lastSeenAt: row.lastSeenAt,
  expiresAt: row.expiresAt,
  device: row.device,
  currentConnectionId: (row.currentConnectionId ?? null) as ConnectionId | null,
})
