import { decideDelivery } from '../../domain/email/delivery-decision.ts'
import { type EmailKind, preferenceFor, recipientOf } from '../../domain/email/email-message.ts'
import { retryTimeOf } from '../../domain/email/retry-schedule.ts'
import { entry, type TimelineEvent } from '../../domain/timeline/entry.ts'
import type { Clock, RandomSource, Timeline, UnitOfWork } from '../ports.ts'
import {
  type DeliveryOutcome,
  type EmailContent,
  EmailDeliveryError,
  type EmailPreferenceStore,
  EmailRejected,
  type EmailRenderer,
  type LeasedEmail,
  type Mailer,
  type Outbox,
  type Recipient,
} from './ports.ts'

interface Dependencies {
  readonly outbox: Outbox
  readonly emailPreferenceStore: EmailPreferenceStore
  readonly emailRenderer: EmailRenderer
  readonly mailer: Mailer
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly random: RandomSource
  readonly pollSeconds: number
  readonly supportEmail: string
}

/** Well within the lease. */
const maxOutcomeWrites = 5

/** Permanent. */
export class EmailFailed extends Error {
  override readonly name = 'EmailFailed'

  constructor(kind: EmailKind, idempotencyKey: string, error: string) {
    super(`email (${kind}, ${idempotencyKey}) failed: ${error}`)
  }
}

/** Sends each email once, as far as SMTP allows. */
export class SendEmails {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run concurrently. False when none is due.
   * @throws {EmailFailed} and internal errors, after recording them.
   */
  async execute(): Promise<boolean> {
    const { outbox, clock, pollSeconds } = this.#deps
    const claimed = await outbox.claim(clock.now())
    if (!claimed) return false
    const now = clock.now()
    const decision = decideDelivery(
      claimed.message,
      await outbox.deliveryInputOf(claimed, now),
      pollSeconds,
      now,
    )
    if (decision.decision === 'send') await this.#deliver(claimed)
    else if (decision.decision === 'wait')
      await this.#conclude(claimed, { outcome: 'deferred', until: decision.until })
    else await this.#conclude(claimed, { outcome: 'suppressed', at: now, why: decision.why })
    return true
  }

  async #deliver(claimed: LeasedEmail): Promise<void> {
    const { emailPreferenceStore, emailRenderer, mailer, clock } = this.#deps
    const { id, idempotencyKey, message, userId, connectionId } = claimed
    const to = this.#recipient(claimed)
    let content: EmailContent
    try {
      const token = preferenceFor(message) ? await emailPreferenceStore.tokenOf(userId) : null
      content = await emailRenderer.render(message, { to, connectionId }, token)
      await mailer.send({ id, kind: message.kind, idempotencyKey, to, ...content })
    } catch (error) {
      return this.#handleError(claimed, error)
    }
    const { subject, text } = content
    const storedText = 'link' in message ? null : text
    await this.#concludeWithRetries(claimed, { outcome: 'sent', at: clock.now(), subject, text: storedText })
  }

  /** S-30: a configured address, not a user. */
  #recipient({ message, user }: LeasedEmail): Recipient {
    if (recipientOf(message) === 'user') return user
    return { email: this.#deps.supportEmail, name: 'Support', role: 'support' }
  }

  /** Without this write, the email would be sent again. */
  async #concludeWithRetries(claimed: LeasedEmail, outcome: DeliveryOutcome): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#conclude(claimed, outcome)
      } catch (error) {
        if (tries === maxOutcomeWrites) throw error
        await this.#deps.clock.sleep(tries * 1000)
      }
    }
  }

  /** Bugs are retried like delivery errors, and thrown. */
  async #handleError(claimed: LeasedEmail, error: unknown): Promise<void> {
    const { clock, random } = this.#deps
    const now = clock.now()
    const errorCode = errorCodeOf(error)
    const firstTriedAt = claimed.firstTriedAt ?? now
    const tries = claimed.tries + 1
    const isPermanent = error instanceof EmailRejected
    const retryAt = isPermanent ? null : retryTimeOf({ tries, firstTriedAt }, random.next(), now)
    if (retryAt)
      await this.#conclude(claimed, { outcome: 'retry', at: now, dueAt: retryAt, error: errorCode, tries })
    else await this.#conclude(claimed, { outcome: 'failed', at: now, error: errorCode })
    if (!(error instanceof EmailDeliveryError)) throw error
    if (!retryAt) throw new EmailFailed(claimed.message.kind, claimed.idempotencyKey, errorCode)
  }

  /** No write when another worker has the lease. */
  async #conclude(claimed: LeasedEmail, outcome: DeliveryOutcome): Promise<void> {
    const { outbox, timeline, unitOfWork, clock } = this.#deps
    await unitOfWork.transaction(async () => {
      if (!(await outbox.complete(claimed, outcome))) return
      const event = eventOf(claimed, outcome)
      if (event) await timeline.append(entry(clock.now(), claimed, event))
    })
  }
}

const errorCodeOf = (error: unknown): string => {
  if (error instanceof EmailDeliveryError) return error.error
  return error instanceof Error ? error.name : 'unknown'
}

function eventOf({ message }: LeasedEmail, outcome: DeliveryOutcome): TimelineEvent | null {
  const reminder = message.kind === 'authorisation_needed' ? message.reminder : 0
  if (outcome.outcome === 'sent') return { kind: 'email_sent', message: message.kind, reminder }
  if (outcome.outcome !== 'failed') return null
  return { kind: 'email_failed', message: message.kind, reminder, error: outcome.error }
}
