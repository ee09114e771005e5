import { randomUUID } from 'node:crypto'
import { planRestrictionOf } from '../../../domain/access/subscription.ts'
import { after } from '../../../domain/calendar.ts'
import {
  type AuthorisationAttempt,
  checkState,
  isConsentPageSkipped,
  isTransientCallbackError,
  type StateError,
} from '../../../domain/connection/authorisation-attempt.ts'
import {
  createPendingConnection,
  isExpired,
  timelineSubject,
} from '../../../domain/connection/pending-connection.ts'
import type { AttemptId, PendingConnectionId, SessionId, UserId } from '../../../domain/identifiers.ts'
import { Secret } from '../../../domain/secret.ts'
import { entry, type TimelineEvent, type TokenExchangeError } from '../../../domain/timeline/entry.ts'
import type { Subscriptions, Users } from '../../access/index.ts'
import { isAmazonFailure, isInvalidGrant, responseDetails } from '../../amazon-failure.ts'
import type { Clock, Timeline, UnitOfWork } from '../../ports.ts'
import type { AmazonLogin, AuthorisationAttempts, PendingConnections, TokenResponse } from '../ports.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly attempts: AuthorisationAttempts
  readonly pendingConnections: PendingConnections
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Untrusted. */
export interface OAuthCallback {
  readonly state: string
  readonly code: string
  readonly error: string
  readonly description: string
}

/** S-07: only `authorised` stores credentials. */
export type CallbackResult =
  | { readonly outcome: 'authorised'; readonly attemptId: AttemptId }
  | { readonly outcome: 'denied'; readonly attemptId: AttemptId }
  | { readonly outcome: 'amazon_busy'; readonly attemptId: AttemptId }
  | { readonly outcome: 'amazon_error'; readonly attemptId: AttemptId }
  | {
      readonly outcome: 'rejected'
      readonly why: StateError | 'no_code'
      readonly attemptId: AttemptId | null
    }
  /** S-02: the code isn't exchanged. */
  | { readonly outcome: 'plan_required'; readonly attemptId: AttemptId }
  | {
      readonly outcome: 'token_exchange_failed'
      readonly why: TokenExchangeError['why']
      readonly attemptId: AttemptId
    }

/** S-13 */
export class CompleteAuthorisation {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(
    by: { userId: UserId; sessionId: SessionId },
    oAuthCallback: OAuthCallback,
  ): Promise<CallbackResult> {
    const { subscriptions, login, clock } = this.#deps
    const claimed = await this.#claimAttempt(by, oAuthCallback)
    if (claimed.rejected)
      return { outcome: 'rejected', why: claimed.rejected, attemptId: claimed.attempt?.id ?? null }

    const { attempt } = claimed
    if (oAuthCallback.error) return this.#recordAmazonError(attempt, oAuthCallback)
    if (!oAuthCallback.code) {
      await this.#record(attempt, { kind: 'callback_rejected', why: 'no_code' })
      return { outcome: 'rejected', why: 'no_code', attemptId: attempt.id }
    }
    const planRestriction = planRestrictionOf(await subscriptions.of(by.userId), clock.now())
    if (planRestriction) {
      await this.#record(attempt, {
        kind: 'connect_rejected',
        planRestriction: planRestriction.kind,
      })
      return { outcome: 'plan_required', attemptId: attempt.id }
    }

    let tokens: TokenResponse
    try {
      tokens = await login.exchangeCode(attempt.region, new Secret(oAuthCallback.code), attempt.verifier)
    } catch (error) {
      const exchangeError = tokenExchangeError(error, clock.now())
      if (!exchangeError) throw error
      await this.#record(attempt, { kind: 'token_exchange_failed', ...exchangeError })
      return { outcome: 'token_exchange_failed', why: exchangeError.why, attemptId: attempt.id }
    }
    return this.#savePendingConnection(attempt, tokens)
  }

  /** The code stays unused. */
  async recordSignedOut({ state }: Pick<OAuthCallback, 'state'>): Promise<void> {
    const { attempts, unitOfWork, clock } = this.#deps
    await unitOfWork.transaction(async () => {
      const attempt = state ? await attempts.lockByState(new Secret(state)) : null
      if (!attempt || attempt.returnedAt) return
      await attempts.markReturned(attempt, clock.now())
      await this.#record(attempt, { kind: 'callback_rejected', why: 'signed_out' })
    })
  }

  #claimAttempt(
    by: { userId: UserId; sessionId: SessionId },
    { state }: OAuthCallback,
  ): Promise<
    | { rejected: null; attempt: AuthorisationAttempt }
    | { rejected: StateError; attempt: AuthorisationAttempt | null }
  > {
    const { attempts, timeline, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      const now = clock.now()
      const attempt = state ? await attempts.lockByState(new Secret(state)) : null
      const why = checkState(attempt, by, now)
      if (attempt && !why) {
        await attempts.markReturned(attempt, now)
        return { rejected: null, attempt: { ...attempt, returnedAt: now } }
      }
      const own = attempt?.userId === by.userId ? attempt : null
      const rejected = why ?? 'unknown'
      const about = {
        userId: by.userId,
        attemptId: own?.id ?? null,
        connectionId: own?.reauthorisedConnectionId ?? null,
      }
      await timeline.append(entry(now, about, { kind: 'callback_rejected', why: rejected }))
      return { rejected, attempt: own }
    })
  }

  async #recordAmazonError(
    attempt: AuthorisationAttempt,
    { error, description }: OAuthCallback,
  ): Promise<CallbackResult> {
    const isDenied = error === 'access_denied'
    await this.#record(attempt, {
      kind: isDenied ? 'callback_denied' : 'callback_failed',
      error: toStorableText(error, 100),
      description: toStorableText(description, 500),
    })
    const outcome = isDenied ? 'denied' : isTransientCallbackError(error) ? 'amazon_busy' : 'amazon_error'
    return { outcome, attemptId: attempt.id }
  }

  #savePendingConnection(attempt: AuthorisationAttempt, tokens: TokenResponse): Promise<CallbackResult> {
    const { users, pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const { userId, id: attemptId, reauthorisedConnectionId, region } = attempt
    return unitOfWork.transaction(async () => {
      const { refreshToken, accessToken, expiresInSeconds } = tokens
      if (!refreshToken) {
        await this.#record(attempt, { kind: 'token_exchange_failed', why: 'unreadable' })
        return { outcome: 'token_exchange_failed', why: 'unreadable', attemptId }
      }
      await users.lock(userId)
      const now = clock.now()
      const pending = createPendingConnection(
        {
          id: randomUUID() as PendingConnectionId,
          userId,
          attemptId,
          reauthorisedConnectionId,
          region,
          refreshToken,
          accessToken,
          accessTokenExpiresAt: after(now, expiresInSeconds * 1000),
          isConsentPageSkipped: isConsentPageSkipped(attempt),
        },
        now,
      )
      const older = await pendingConnections.findByUser(userId)
      await pendingConnections.put(pending)
      const about = { userId, attemptId, connectionId: reauthorisedConnectionId }
      if (older) {
        const kind = isExpired(older, now) ? 'pending_expired' : 'pending_replaced'
        await timeline.append(entry(now, timelineSubject(older), { kind }))
      }
      const expiresAt = pending.expiresAt.toISOString()
      await timeline.append(entry(now, about, { kind: 'authorised', pendingId: pending.id, expiresAt }))
      return { outcome: 'authorised', attemptId }
    })
  }

  #record(
    { userId, id: attemptId, reauthorisedConnectionId: connectionId }: AuthorisationAttempt,
    event: TimelineEvent,
  ): Promise<void> {
    const { timeline, clock } = this.#deps
    return timeline.append(entry(clock.now(), { userId, attemptId, connectionId }, event))
  }
}

/** PostgreSQL's JSON accepts neither NUL nor lone surrogates. */
const toStorableText = (text: string, maxLength: number): string =>
  text
    .slice(0, maxLength)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')

const clientErrorCodes: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client'])

/** Null when the error is a bug. */
function tokenExchangeError(error: unknown, now: Date): TokenExchangeError | null {
  if (!isAmazonFailure(error) || error.kind === 'untrusted_host') return null
  if (error.kind !== 'rejected') return { why: error.kind }
  const { code: amazonError, requestId } = error
  const details = { amazonError, requestId, ...responseDetails(error, now) }
  if (isInvalidGrant(error)) return { why: 'code_refused', ...details }
  return { why: clientErrorCodes.has(amazonError) ? 'client_refused' : 'refused', ...details }
}
