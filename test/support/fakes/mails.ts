import {
  type ClaimedMail,
  type Letter,
  Looks,
  MailChoices,
  Mailer,
  type MailOutcome,
  type MailText,
  MailTexts,
  Outbox,
} from '../../../src/application/mail/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import { isErased } from '../../../src/domain/connection/connection.ts'
import { lossWindow } from '../../../src/domain/connection/mass-loss.ts'
import type { ConnectionId, HelpRequestId, MailId, PersonId } from '../../../src/domain/identifiers.ts'
import { allMails, type Mail, type MailChoice, type OutgoingMail } from '../../../src/domain/mail/mail.ts'
import type { MailFacts } from '../../../src/domain/mail/verdict.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId } from '../examples.ts'
import type { FakeConnections } from './connections.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

interface MailRow extends OutgoingMail {
  readonly id: MailId
  readonly fence: number
  readonly leased: boolean
  readonly nextTryAt: Date | null
  readonly tries: number
  readonly firstTriedAt: Date | null
  readonly outcome: MailOutcome | null
}

export class FakeMailChoices extends MailChoices {
  readonly rows = new Table<PersonId, MailChoice & { readonly token: string }>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.rows)
  }

  async of(personId: PersonId): Promise<MailChoice> {
    const { ready, reminders } = this.rows.get(personId) ?? allMails
    return { ready, reminders }
  }

  async change(personId: PersonId, change: Partial<MailChoice>): Promise<MailChoice> {
    this.rows.set(personId, { ...this.#row(personId), ...change })
    return this.of(personId)
  }

  async tokenOf(personId: PersonId): Promise<Secret> {
    this.rows.set(personId, this.#row(personId))
    return new Secret(this.#row(personId).token)
  }

  async byToken(token: Secret): Promise<PersonId | null> {
    const [found] = this.rows.entries().filter(([, row]) => row.token === token.reveal())
    return found?.[0] ?? null
  }

  #row(personId: PersonId) {
    return this.rows.get(personId) ?? { ...allMails, token: `token-of-${personId}` }
  }
}

export class FakeLooks extends Looks {
  readonly looked = new Table<ConnectionId, Date>()
  written = 0

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.looked)
  }

  async note(connectionId: ConnectionId, now: Date, since: Date): Promise<void> {
    const before = this.looked.get(connectionId)
    if (before && before > since) return
    this.written += 1
    this.looked.set(connectionId, now)
  }
}

interface Beside {
  readonly people: FakePeople
  readonly connections: FakeConnections
  readonly choices: FakeMailChoices
  readonly looks: FakeLooks
}

export class FakeOutbox extends Outbox {
  readonly rows = new Table<string, MailRow>()
  readonly #beside: Beside

  constructor(beside: Beside, unitOfWork: FakeUnitOfWork) {
    super()
    this.#beside = beside
    unitOfWork.memories.push(this.rows)
  }

  async put(...mails: readonly OutgoingMail[]): Promise<void> {
    for (const mail of mails) {
      if (this.rows.get(mail.episode)) continue
      const fresh = { fence: 0, leased: false, tries: 0, firstTriedAt: null, outcome: null }
      this.rows.set(mail.episode, { ...mail, id: anId<MailId>(), nextTryAt: mail.dueAt, ...fresh })
    }
  }

  async isWaiting(episode: string): Promise<boolean> {
    return Boolean(this.rows.get(episode)?.nextTryAt)
  }

  async claim(now: Date): Promise<ClaimedMail | null> {
    const [row] = this.rows
      .all()
      .filter(({ nextTryAt, leased }) => nextTryAt && nextTryAt <= now && !leased)
      .sort((a, b) => Number(a.nextTryAt) - Number(b.nextTryAt) || Number(a.createdAt) - Number(b.createdAt))
    const person = row && this.#beside.people.find(row.personId)
    if (!row || !person) return null
    const fence = row.fence + 1
    this.rows.set(row.episode, { ...row, fence, leased: true })
    const { id, episode, personId, connectionId, mail, tries, firstTriedAt } = row
    const { email, name, role } = person
    return {
      id,
      fence,
      episode,
      personId,
      connectionId,
      mail,
      person: { email, name, role },
      tries,
      firstTriedAt,
    }
  }

  async factsOf({ id, personId, connectionId }: ClaimedMail, now: Date): Promise<MailFacts> {
    const { people, connections, choices, looks } = this.#beside
    const found = connectionId && (await connections.find(connectionId))
    const own = this.#byId(id)
    const told = this.rows
      .all()
      .filter(row => row.connectionId === connectionId && row.mail.kind === own?.mail.kind)
      .flatMap(({ outcome }) => (outcome?.outcome === 'sent' ? [outcome.at.getTime()] : []))
    return {
      connection: found
        ? {
            status: found.status,
            since: found.status === 'needs_authorisation' ? found.since : null,
            closedAt: found.status === 'closed' || isErased(found) ? found.closedAt : null,
          }
        : null,
      subscription: await people.subscriptionOf(personId),
      choice: await choices.of(personId),
      lookedAt: (connectionId && looks.looked.get(connectionId)) || null,
      toldAt: told.length > 0 && connectionId ? new Date(Math.max(...told)) : null,
      isEarlierWaiting: this.rows.all().some(row => isEarlier(row, own) && row.nextTryAt !== null),
      grantLosses: await connections.grantLosses(after(now, -lossWindow)),
    }
  }

  async conclude({ id, fence }: Pick<ClaimedMail, 'id' | 'fence'>, outcome: MailOutcome): Promise<boolean> {
    const row = this.#byId(id)
    if (row?.fence !== fence || !row.nextTryAt) return false
    const next = { ...row, leased: false, outcome }
    if (outcome.outcome === 'waits') this.rows.set(row.episode, { ...next, nextTryAt: outcome.until })
    else if (outcome.outcome === 'failed') {
      const { nextTryAt, tries, at } = outcome
      this.rows.set(row.episode, { ...next, nextTryAt, tries, firstTriedAt: row.firstTriedAt ?? at })
    } else this.rows.set(row.episode, { ...next, nextTryAt: null })
    return true
  }

  forget(connectionId: ConnectionId): void {
    for (const row of this.rows.all()) if (row.connectionId === connectionId) this.rows.delete(row.episode)
    this.#beside.looks.looked.delete(connectionId)
  }

  forgetRequest(requestId: HelpRequestId): void {
    for (const { mail, episode } of this.rows.all())
      if ('requestId' in mail && mail.requestId === requestId) this.rows.delete(episode)
  }

  /** As if its sender had died. */
  letLeaseRunOut(id: MailId): void {
    const row = this.#byId(id)
    if (row) this.rows.set(row.episode, { ...row, leased: false })
  }

  get waitingSince(): Date[] {
    return this.rows.all().flatMap(({ nextTryAt }) => (nextTryAt ? [nextTryAt] : []))
  }

  get givenUpAt(): Date[] {
    return this.rows.all().flatMap(({ outcome }) => (outcome?.outcome === 'given_up' ? [outcome.at] : []))
  }

  get mails(): Mail[] {
    return this.rows.all().map(({ mail }) => mail)
  }

  #byId(id: MailId): MailRow | undefined {
    return this.rows.all().find(row => row.id === id)
  }
}

function isEarlier(one: MailRow, other: MailRow | undefined): boolean {
  if (one.mail.kind !== 'authorisation_needed' || other?.mail.kind !== 'authorisation_needed') return false
  const isSameLoss = one.connectionId === other.connectionId && one.mail.since === other.mail.since
  return isSameLoss && one.mail.reminder < other.mail.reminder
}

export class RecordingMailer extends Mailer {
  readonly sent: Letter[] = []
  readonly tried: Letter[] = []
  fails: Error | null = null
  readonly #demandOutside: () => void

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async send(letter: Letter): Promise<void> {
    this.#demandOutside()
    this.tried.push(letter)
    if (this.fails) throw this.fails
    this.sent.push(letter)
  }
}

export class ShortTexts extends MailTexts {
  async write(mail: Mail, _about: unknown, optOutToken: Secret | null): Promise<MailText> {
    const optOut = optOutToken && `https://ads.example/mail/opt-out?token=${optOutToken.reveal()}`
    const text = `the text of ${mail.kind}`
    return { subject: mail.kind, text, html: `<p>${mail.kind}</p>`, optOut, replyTo: null }
  }
}
