import { randomUUID } from 'node:crypto'
import { lackOf } from '../../domain/access/subscription.ts'
import { after } from '../../domain/calendar.ts'
import {
  type Attempt,
  isPassingReturnError,
  type StateRefusal,
  stateRefusal,
} from '../../domain/connection/attempt.ts'
import { isExpired, savePending, storyOf } from '../../domain/connection/pending-connection.ts'
import type { AttemptId, PendingConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { type ExchangeTrouble, entry, type Happening } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import {
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
  type Clock,
  type Timeline,
  traceOf,
  type UnitOfWork,
} from '../ports.ts'
import type { AmazonLogin, Attempts, PendingConnections, Tokens } from './ports.ts'

interface Needs {
  readonly people: People
  readonly attempts: Attempts
  readonly pendings: PendingConnections
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Parameters of Amazon's redirect, untrusted. */
export interface WayBack {
  readonly state: string
  readonly code: string
  readonly error: string
  readonly description: string
}

/** S-07: all but `authorised` have stored no credentials. */
export type Return =
  | { readonly outcome: 'authorised'; readonly attemptId: AttemptId }
  | { readonly outcome: 'denied'; readonly attemptId: AttemptId }
  /** A transient error at Amazon. */
  | { readonly outcome: 'amazon_busy'; readonly attemptId: AttemptId }
  | { readonly outcome: 'amazon_error'; readonly attemptId: AttemptId }
  | {
      readonly outcome: 'not_taken_up'
      readonly why: StateRefusal | 'no_code'
      readonly attemptId: AttemptId | null
    }
  /** S-02: the plan lapsed in the meantime; the code isn't exchanged. */
  | { readonly outcome: 'plan_lacking'; readonly attemptId: AttemptId }
  | {
      readonly outcome: 'exchange_failed'
      readonly why: ExchangeTrouble['why']
      readonly attemptId: AttemptId
    }

/** Turns the callback into a pending connection (S-13). */
export class CompleteAuthorisation {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(by: { personId: PersonId; sessionId: SessionId }, wayBack: WayBack): Promise<Return> {
    const { people, login, clock } = this.#needs
    const taken = await this.#takeAttempt(by, wayBack)
    if (taken.refused)
      return { outcome: 'not_taken_up', why: taken.refused, attemptId: taken.attempt?.id ?? null }

    const { attempt } = taken
    if (wayBack.error) return this.#endWithAmazonsError(attempt, wayBack)
    if (!wayBack.code) {
      await this.#tell(attempt, { kind: 'return_not_taken_up', why: 'no_code' })
      return { outcome: 'not_taken_up', why: 'no_code', attemptId: attempt.id }
    }
    const lack = lackOf(await people.subscriptionOf(by.personId), clock.now())
    if (lack) {
      await this.#tell(attempt, { kind: 'connect_refused', lack: lack.lack })
      return { outcome: 'plan_lacking', attemptId: attempt.id }
    }

    let tokens: Tokens
    try {
      tokens = await login.exchange(attempt.region, new Secret(wayBack.code), attempt.verifier)
    } catch (error) {
      const trouble = exchangeTrouble(error, clock.now())
      if (!trouble) throw error
      await this.#tell(attempt, { kind: 'exchange_failed', ...trouble })
      return { outcome: 'exchange_failed', why: trouble.why, attemptId: attempt.id }
    }
    return this.#keep(attempt, tokens)
  }

  /** Marks the attempt; the code stays unused. */
  async signedOut({ state }: Pick<WayBack, 'state'>): Promise<void> {
    const { attempts, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      const attempt = state ? await attempts.lockByState(new Secret(state)) : null
      if (!attempt || attempt.returnedAt) return
      await attempts.markReturned(attempt, clock.now())
      await this.#tell(attempt, { kind: 'return_not_taken_up', why: 'signed_out' })
    })
  }

  /** A state works once, in the browser that started the attempt. */
  #takeAttempt(
    by: { personId: PersonId; sessionId: SessionId },
    { state }: WayBack,
  ): Promise<{ refused: null; attempt: Attempt } | { refused: StateRefusal; attempt: Attempt | null }> {
    const { attempts, timeline, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      const now = clock.now()
      const attempt = state ? await attempts.lockByState(new Secret(state)) : null
      const why = stateRefusal(attempt, by, now)
      if (attempt && !why) {
        await attempts.markReturned(attempt, now)
        return { refused: null, attempt }
      }
      const own = attempt?.personId === by.personId ? attempt : null
      const refused = why ?? 'unknown'
      const about = {
        personId: by.personId,
        attemptId: own?.id ?? null,
        connectionId: own?.renews ?? null,
      }
      await timeline.append(entry(now, about, { kind: 'return_not_taken_up', why: refused }))
      return { refused, attempt: own }
    })
  }

  async #endWithAmazonsError(attempt: Attempt, { error, description }: WayBack): Promise<Return> {
    const denied = error === 'access_denied'
    await this.#tell(attempt, {
      kind: denied ? 'return_denied' : 'return_failed',
      error: fitToKeep(error, 100),
      description: fitToKeep(description, 500),
    })
    const outcome = denied ? 'denied' : isPassingReturnError(error) ? 'amazon_busy' : 'amazon_error'
    return { outcome, attemptId: attempt.id }
  }

  #keep(attempt: Attempt, tokens: Tokens): Promise<Return> {
    const { people, pendings, timeline, unitOfWork, clock } = this.#needs
    const { personId, id: attemptId, renews, region } = attempt
    return unitOfWork.run(async () => {
      const { refreshToken, accessToken, expiresInSeconds } = tokens
      if (!refreshToken) {
        await this.#tell(attempt, { kind: 'exchange_failed', why: 'unreadable' })
        return { outcome: 'exchange_failed', why: 'unreadable', attemptId }
      }
      await people.lock(personId)
      const now = clock.now()
      const pending = savePending(
        {
          id: randomUUID() as PendingConnectionId,
          personId,
          attemptId,
          renews,
          region,
          refreshToken,
          accessToken,
          accessTokenExpiresAt: after(now, expiresInSeconds * 1000),
        },
        now,
      )
      const older = await pendings.of(personId)
      await pendings.put(pending)
      const about = { personId, attemptId, connectionId: renews }
      if (older) {
        const kind = isExpired(older, now) ? 'pending_expired' : 'pending_replaced'
        await timeline.append(entry(now, storyOf(older), { kind }))
      }
      const expiresAt = pending.expiresAt.toISOString()
      await timeline.append(entry(now, about, { kind: 'authorised', pendingId: pending.id, expiresAt }))
      return { outcome: 'authorised', attemptId }
    })
  }

  #tell({ personId, id: attemptId, renews: connectionId }: Attempt, happening: Happening): Promise<void> {
    const { timeline, clock } = this.#needs
    return timeline.append(entry(clock.now(), { personId, attemptId, connectionId }, happening))
  }
}

/** PostgreSQL's JSON accepts neither NUL nor lone surrogates. */
const fitToKeep = (text: string, most: number): string =>
  text
    .slice(0, most)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')

/** Amazon doesn't know our client, or it lacks the permission. */
const ourClients: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client'])

/** @returns null when the error is a bug. */
function exchangeTrouble(error: unknown, now: Date): ExchangeTrouble | null {
  if (error instanceof AmazonTimeout) return { why: 'timeout' }
  if (error instanceof AmazonUnreachable) return { why: 'unreachable' }
  if (error instanceof AmazonThrottled) return { why: 'throttled' }
  if (error instanceof AmazonUnreadable) return { why: 'unreadable' }
  if (!(error instanceof AmazonRefused)) return null

  const { code: amazonError, trace } = error
  const said = { amazonError, requestId: trace.requestId, ...traceOf(error, now) }
  if (amazonError === 'invalid_grant') return { why: 'code_refused', ...said }
  if (ourClients.has(amazonError)) return { why: 'client_refused', ...said }
  return { why: 'refused', ...said }
}
