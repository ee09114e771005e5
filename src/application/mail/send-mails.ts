import { nextTryAt } from '../../domain/mail/delivery.ts'
import { addresseeOf, type MailKind, optionOf } from '../../domain/mail/mail.ts'
import { judge } from '../../domain/mail/verdict.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import type { Chance, Clock, Timeline, UnitOfWork } from '../ports.ts'
import {
  type ClaimedMail,
  type MailChoices,
  type Mailer,
  type MailOutcome,
  MailRefused,
  type MailText,
  type MailTexts,
  MailUndelivered,
  type Outbox,
  type Recipient,
} from './ports.ts'

interface Needs {
  readonly outbox: Outbox
  readonly choices: MailChoices
  readonly texts: MailTexts
  readonly mailer: Mailer
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly chance: Chance
  /** How often the waiting screen polls. */
  readonly pollSeconds: number
  readonly supportEmail: string
}

/** Well within the lease. */
const insistence = 5

/** Permanent; an operator must know. */
export class MailGivenUp extends Error {
  override readonly name = 'MailGivenUp'

  constructor(kind: MailKind, episode: string, trouble: string) {
    super(`a mail (${kind}, ${episode}) was given up: ${trouble}`)
  }
}

/** Sends each email from one worker, once as far as SMTP allows. */
export class SendMails {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Sends the longest due email. Safe to run concurrently.
   * @returns false when none is due.
   * @throws {EmailFailed} and internal errors, after recording them.
   */
  async run(): Promise<boolean> {
    const { outbox, clock, pollSeconds } = this.#needs
    const claimed = await outbox.claim(clock.now())
    if (!claimed) return false
    const now = clock.now()
    const verdict = judge(claimed.mail, await outbox.factsOf(claimed, now), pollSeconds, now)
    if (verdict.verdict === 'send') await this.#deliver(claimed)
    else if (verdict.verdict === 'wait')
      await this.#conclude(claimed, { outcome: 'waits', until: verdict.until })
    else await this.#conclude(claimed, { outcome: 'dropped', at: now, why: verdict.why })
    return true
  }

  async #deliver(claimed: ClaimedMail): Promise<void> {
    const { choices, texts, mailer, clock } = this.#needs
    const { id, episode, mail, personId, connectionId } = claimed
    const to = this.#addressee(claimed)
    let words: MailText
    try {
      const token = optionOf(mail) ? await choices.tokenOf(personId) : null
      words = await texts.write(mail, { to, connectionId }, token)
      await mailer.send({ id, kind: mail.kind, episode, to, ...words })
    } catch (error) {
      return this.#bear(claimed, error)
    }
    const { subject, text } = words
    const kept = 'link' in mail ? null : text
    await this.#insist(claimed, { outcome: 'sent', at: clock.now(), subject, text: kept })
  }

  /** S-30: a configured address, not a user. */
  #addressee({ mail, person }: ClaimedMail): Recipient {
    if (addresseeOf(mail) === 'person') return person
    return { email: this.#needs.supportEmail, name: 'Support', role: 'support' }
  }

  /** Without this write, an email that the server has would be sent again. */
  async #insist(claimed: ClaimedMail, outcome: MailOutcome): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#conclude(claimed, outcome)
      } catch (error) {
        if (tries === insistence) throw error
        await this.#needs.clock.sleep(tries * 1000)
      }
    }
  }

  /** Other errors are bugs: retried like delivery errors, and thrown. */
  async #bear(claimed: ClaimedMail, error: unknown): Promise<void> {
    const { clock, chance } = this.#needs
    const now = clock.now()
    const trouble = troubleOf(error)
    const firstTriedAt = claimed.firstTriedAt ?? now
    const tries = claimed.tries + 1
    const isOver = error instanceof MailRefused
    const next = isOver ? null : nextTryAt({ tries, firstTriedAt }, chance.next(), now)
    if (next) await this.#conclude(claimed, { outcome: 'failed', at: now, nextTryAt: next, trouble, tries })
    else await this.#conclude(claimed, { outcome: 'given_up', at: now, trouble })
    if (!(error instanceof MailUndelivered)) throw error
    if (!next) throw new MailGivenUp(claimed.mail.kind, claimed.episode, trouble)
  }

  /** With its timeline entry, or not at all when another worker has the lease. */
  async #conclude(claimed: ClaimedMail, outcome: MailOutcome): Promise<void> {
    const { outbox, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      if (!(await outbox.conclude(claimed, outcome))) return
      const happening = happeningOf(claimed, outcome)
      if (happening) await timeline.append(entry(clock.now(), claimed, happening))
    })
  }
}

const troubleOf = (error: unknown): string => {
  if (error instanceof MailUndelivered) return error.trouble
  return error instanceof Error ? error.name : 'unknown'
}

function happeningOf({ mail }: ClaimedMail, outcome: MailOutcome): Happening | null {
  const reminder = mail.kind === 'authorisation_needed' ? mail.reminder : 0
  if (outcome.outcome === 'sent') return { kind: 'mail_sent', mail: mail.kind, reminder }
  if (outcome.outcome !== 'given_up') return null
  return { kind: 'mail_given_up', mail: mail.kind, reminder, trouble: outcome.trouble }
}
