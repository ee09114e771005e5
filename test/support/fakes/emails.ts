import {
  type DeliveryOutcome,
  type EmailContent,
  EmailPreferenceStore,
  EmailRenderer,
  type LeasedEmail,
  Mailer,
  Outbox,
  ProgressViews,
  type RenderedEmail,
} from '../../../src/application/email/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import { isErased } from '../../../src/domain/connection/connection.ts'
import { revocationWindow } from '../../../src/domain/connection/mass-revocation.ts'
import type { DeliveryInput } from '../../../src/domain/email/delivery-decision.ts'
import {
  defaultEmailPreferences,
  type EmailMessage,
  type EmailPreferences,
  type OutgoingEmail,
} from '../../../src/domain/email/email-message.ts'
import type { ConnectionId, EmailMessageId, UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId } from '../examples.ts'
import type { FakeUsers } from './access/users.ts'
import type { FakeConnections } from './connection/connections.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

interface EmailRow extends OutgoingEmail {
  readonly id: EmailMessageId
  readonly fencingToken: number
  readonly leased: boolean
  readonly nextAttemptAt: Date | null
  readonly tries: number
  readonly firstTriedAt: Date | null
  readonly outcome: DeliveryOutcome | null
}

export class FakeEmailPreferences extends EmailPreferenceStore {
  readonly rows = new Table<UserId, EmailPreferences & { readonly token: string }>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.rows)
  }

  async of(userId: UserId): Promise<EmailPreferences> {
    const { ready, reminders } = this.rows.get(userId) ?? defaultEmailPreferences
    return { ready, reminders }
  }

  async change(userId: UserId, changes: Partial<EmailPreferences>): Promise<EmailPreferences> {
    this.rows.set(userId, { ...this.#row(userId), ...changes })
    return this.of(userId)
  }

  async tokenOf(userId: UserId): Promise<Secret> {
    this.rows.set(userId, this.#row(userId))
    return new Secret(this.#row(userId).token)
  }

  async byToken(token: Secret): Promise<UserId | null> {
    const [found] = this.rows.entries().filter(([, row]) => row.token === token.reveal())
    return found?.[0] ?? null
  }

  #row(userId: UserId) {
    return this.rows.get(userId) ?? { ...defaultEmailPreferences, token: `token-of-${userId}` }
  }
}

export class FakeProgressViews extends ProgressViews {
  readonly viewedAt = new Table<ConnectionId, Date>()
  writeCount = 0

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.viewedAt)
  }

  async record(connectionId: ConnectionId, now: Date, since: Date): Promise<void> {
    const before = this.viewedAt.get(connectionId)
    if (before && before > since) return
    this.writeCount += 1
    this.viewedAt.set(connectionId, now)
  }
}

interface RelatedFakes {
  readonly users: FakeUsers
  readonly connections: FakeConnections
  readonly emailPreferenceStore: FakeEmailPreferences
  readonly progressViews: FakeProgressViews
}

export class FakeOutbox extends Outbox {
  readonly rows = new Table<string, EmailRow>()
  readonly #fakes: RelatedFakes

  constructor(fakes: RelatedFakes, unitOfWork: FakeUnitOfWork) {
    super()
    this.#fakes = fakes
    unitOfWork.memories.push(this.rows)
  }

  async put(...emails: readonly OutgoingEmail[]): Promise<void> {
    for (const message of emails) {
      if (this.rows.get(message.idempotencyKey)) continue
      const initial = { fencingToken: 0, leased: false, tries: 0, firstTriedAt: null, outcome: null }
      this.rows.set(message.idempotencyKey, {
        ...message,
        id: anId<EmailMessageId>(),
        nextAttemptAt: message.dueAt,
        ...initial,
      })
    }
  }

  async isWaiting(idempotencyKey: string): Promise<boolean> {
    return Boolean(this.rows.get(idempotencyKey)?.nextAttemptAt)
  }

  async claim(now: Date): Promise<LeasedEmail | null> {
    const [row] = this.rows
      .all()
      .filter(({ nextAttemptAt: dueAt, leased }) => dueAt && dueAt <= now && !leased)
      .sort(
        (a, b) =>
          Number(a.nextAttemptAt) - Number(b.nextAttemptAt) || Number(a.createdAt) - Number(b.createdAt),
      )
    const user = row && this.#fakes.users.find(row.userId)
    if (!row || !user) return null
    const fencingToken = row.fencingToken + 1
    this.rows.set(row.idempotencyKey, { ...row, fencingToken, leased: true })
    const { id, idempotencyKey, userId, connectionId, message, tries, firstTriedAt } = row
    const { email, name, role } = user
    return {
      id,
      fencingToken,
      idempotencyKey,
      userId,
      connectionId,
      message,
      user: { email, name, role },
      tries,
      firstTriedAt,
    }
  }

  async deliveryInputOf({ id, userId, connectionId }: LeasedEmail, now: Date): Promise<DeliveryInput> {
    const { users, connections, emailPreferenceStore, progressViews } = this.#fakes
    const found = connectionId && (await connections.find(connectionId))
    const own = this.#byId(id)
    const sentTimes = this.rows
      .all()
      .filter(row => row.connectionId === connectionId && row.message.kind === own?.message.kind)
      .flatMap(({ outcome }) => (outcome?.outcome === 'sent' ? [outcome.at.getTime()] : []))
    return {
      connection: found
        ? {
            status: found.status,
            since: found.status === 'needs_authorisation' ? found.since : null,
            closedAt: found.status === 'closed' || isErased(found) ? found.closedAt : null,
          }
        : null,
      subscription: await users.subscriptions.of(userId),
      choice: await emailPreferenceStore.of(userId),
      viewedAt: (connectionId && progressViews.viewedAt.get(connectionId)) || null,
      lastEmailedAt: sentTimes.length > 0 && connectionId ? new Date(Math.max(...sentTimes)) : null,
      hasEarlierEmailWaiting: this.rows.all().some(row => isEarlier(row, own) && row.nextAttemptAt !== null),
      grantLosses: await connections.countLosses(after(now, -revocationWindow)),
    }
  }

  async complete(
    { id, fencingToken }: Pick<LeasedEmail, 'id' | 'fencingToken'>,
    outcome: DeliveryOutcome,
  ): Promise<boolean> {
    const row = this.#byId(id)
    if (row?.fencingToken !== fencingToken || !row.nextAttemptAt) return false
    const next = { ...row, leased: false, outcome }
    if (outcome.outcome === 'deferred')
      this.rows.set(row.idempotencyKey, { ...next, nextAttemptAt: outcome.until })
    else if (outcome.outcome === 'retry') {
      const { dueAt, tries, at } = outcome
      this.rows.set(row.idempotencyKey, {
        ...next,
        nextAttemptAt: dueAt,
        tries,
        firstTriedAt: row.firstTriedAt ?? at,
      })
    } else this.rows.set(row.idempotencyKey, { ...next, nextAttemptAt: null })
    return true
  }

  forget(connectionId: ConnectionId): void {
    for (const row of this.rows.all())
      if (row.connectionId === connectionId) this.rows.delete(row.idempotencyKey)
    this.#fakes.progressViews.viewedAt.delete(connectionId)
  }

  /** As if the worker sending the email had died. */
  letLeaseRunOut(id: EmailMessageId): void {
    const row = this.#byId(id)
    if (row) this.rows.set(row.idempotencyKey, { ...row, leased: false })
  }

  get emails(): EmailMessage[] {
    return this.rows.all().map(({ message }) => message)
  }

  #byId(id: EmailMessageId): EmailRow | undefined {
    return this.rows.all().find(row => row.id === id)
  }
}

function isEarlier(one: EmailRow, other: EmailRow | undefined): boolean {
  if (one.message.kind !== 'authorisation_needed' || other?.message.kind !== 'authorisation_needed')
    return false
  const isSameLoss = one.connectionId === other.connectionId && one.message.since === other.message.since
  return isSameLoss && one.message.reminder < other.message.reminder
}

export class RecordingMailer extends Mailer {
  readonly sent: RenderedEmail[] = []
  readonly tried: RenderedEmail[] = []
  sendError: Error | null = null
  readonly #assertOutside: () => void

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  async send(email: RenderedEmail): Promise<void> {
    this.#assertOutside()
    this.tried.push(email)
    if (this.sendError) throw this.sendError
    this.sent.push(email)
  }
}

export class ShortEmailRenderer extends EmailRenderer {
  async render(message: EmailMessage, _about: unknown, optOutToken: Secret | null): Promise<EmailContent> {
    const optOut = optOutToken && `https://ads.example/mail/opt-out?token=${optOutToken.reveal()}`
    const text = `the text of ${message.kind}`
    return { subject: message.kind, text, html: `<p>${message.kind}</p>`, optOut, replyTo: null }
  }
}
