import { skewBetween, type Traced, type TracedRefusal } from '../domain/answer-trace.ts'
import { Secret } from '../domain/secret.ts'
import type { TimelineEntry } from '../domain/timeline/entry.ts'

/** For knowing the time. Rules get it as an argument; only use cases ask. */
export abstract class Clock {
  abstract now(): Date
  abstract sleep(milliseconds: number): Promise<void>
}

/** For doing several things or none: everything that the work saves is committed together. */
export abstract class UnitOfWork {
  /** Never call Amazon inside: nobody holds a transaction open during a call that leaves the house. */
  abstract run<Result>(work: () => Promise<Result>): Promise<Result>
}

/** For telling an outage of our own database, after which the same work can be done, from a defect of the work. */
export abstract class Storage {
  abstract isOutage(error: unknown): boolean
}

/** For telling a connection's story. Joins the running unit of work. */
export abstract class Timeline {
  abstract append(...entries: readonly TimelineEntry[]): Promise<void>
}

/** For finding by one id whatever led from one another: a click, the work behind it, each call that leaves the house. */
export abstract class Trail {
  /** Of what goes on at the moment; null for what nobody asked for. */
  abstract current(): string | null
}

/** For the dice that jitter needs. */
export abstract class Chance {
  /** A number in [0, 1). */
  abstract next(): number
}

/**
 * A secret as it is kept: opened where it is needed, and not before. Whoever only hands it on sees a secret like any
 * other; revealed before it was opened it is a defect, whatever its text.
 */
export class SealedSecret extends Secret {
  readonly #unseal: () => Promise<string>
  #opened: Promise<Secret> | null = null

  constructor(unseal: () => Promise<string>) {
    super(() => {
      throw new Error('a sealed secret has to be opened before it is revealed')
    })
    this.#unseal = unseal
  }

  /**
   * Once, however often it is asked; again only after an error.
   * @throws {SecretUnreadable}
   */
  open(): Promise<Secret> {
    this.#opened ??= this.#unseal()
      .then(text => new Secret(text))
      .catch(error => {
        this.#opened = null
        throw error
      })
    return this.#opened
  }
}

/** The secret in hand, opened if it lies sealed. */
export const opened = async (secret: Secret): Promise<Secret> =>
  secret instanceof SealedSecret ? secret.open() : secret

/** A data key as it lies beside what it encrypts: worth nothing without the key that wraps it. */
export interface WrappedKey {
  /** Of the key that wraps it; it has no full stop in it. */
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** The key that wraps it is not held any more, or it was changed, moved or named after another key. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}

/**
 * For wrapping data keys under keys that stay where they are kept: among our settings, or in a cloud's KMS. It may be
 * asked while a transaction is open, and has to answer or fail within a second.
 */
export abstract class KeyEncryption {
  /** Of the key that wraps from now on. */
  abstract readonly newestId: string
  /** @param boundTo has to be the same for unwrapping; it is no secret, and not kept. */
  abstract wrap(dataKey: Uint8Array, boundTo: readonly string[]): Promise<WrappedKey>
  /** @throws {KeyRefused} for good; any other error is an outage that passes. */
  abstract unwrap(wrapped: WrappedKey, boundTo: readonly string[]): Promise<Uint8Array>
}

/** What an answer says beside its meaning, for whoever asks Amazon about it. */
export interface AnswerTrace {
  /** What Amazon's support asks for. */
  readonly requestId: string | null
  /** When the answer was made, by Amazon's own clock (RFC 9110 §6.6.1); null where it does not say. */
  readonly answeredAt: Date | null
}

const untraced: AnswerTrace = { requestId: null, answeredAt: null }

/** Amazon's address could not be reached, or answered what asks for another try: 5xx, 408, 425 but to an order. */
export class AmazonUnreachable extends Error {
  override readonly name = 'AmazonUnreachable'
  readonly httpStatus: number | null
  readonly trace: AnswerTrace

  constructor(message: string, httpStatus: number | null, cause?: unknown, trace = untraced) {
    super(message, { cause })
    this.httpStatus = httpStatus
    this.trace = trace
  }
}

/** Amazon did not answer in the time that the call had. */
export class AmazonTimeout extends Error {
  override readonly name = 'AmazonTimeout'
}

/** Amazon answered 429; `retryAfterSeconds` is null where it named no wait. */
export class AmazonThrottled extends Error {
  override readonly name = 'AmazonThrottled'
  readonly retryAfterSeconds: number | null
  readonly trace: AnswerTrace

  constructor(message: string, retryAfterSeconds: number | null, trace = untraced) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
    this.trace = trace
  }
}

/** What was asked for: the same status means something else of another call. */
export type AmazonCall =
  | 'token'
  | 'user_profile'
  | 'profiles'
  | 'manager_accounts'
  | 'ads_accounts'
  | 'order'
  | 'look'
  | 'cancel'
  | 'download'

/** Amazon said no: 4xx with its own words. */
export class AmazonRefused extends Error {
  override readonly name = 'AmazonRefused'
  readonly httpStatus: number
  /** Amazon's `error` or `code`; empty where the body had none. */
  readonly code: string
  /** Amazon's own sentence, whole: it often carries the allowed values. */
  readonly detail: string
  readonly trace: AnswerTrace
  /** Null where nobody told. */
  readonly call: AmazonCall | null

  constructor(refusal: {
    httpStatus: number
    code: string
    detail: string
    requestId: string | null
    answeredAt?: Date | null
    call?: AmazonCall
  }) {
    super(`Amazon refused with ${refusal.httpStatus} ${refusal.code}: ${refusal.detail}`)
    this.httpStatus = refusal.httpStatus
    this.code = refusal.code
    this.detail = refusal.detail
    this.trace = { requestId: refusal.requestId, answeredAt: refusal.answeredAt ?? null }
    this.call = refusal.call ?? null
  }
}

/** Amazon named an address from which we do not fetch: its words must not lead us to other machines. */
export class AmazonElsewhere extends Error {
  override readonly name = 'AmazonElsewhere'
}

/** Amazon answered well by its status, with something that cannot be read. */
export class AmazonUnreadable extends Error {
  override readonly name = 'AmazonUnreadable'
}

/** What of a failed call is told on the timeline: nothing of what is not known. */
export function traceOf(error: unknown, now: Date): Traced {
  const { requestId, answeredAt } = isTraced(error) ? error.trace : untraced
  const skewSeconds = skewBetween(answeredAt, now)
  return { ...(requestId && { requestId }), ...(skewSeconds !== null && { skewSeconds }) }
}

/** The same with what Amazon said, where the entry has no other place for it. */
export function refusalTraceOf(error: unknown, now: Date): TracedRefusal {
  if (!(error instanceof AmazonRefused)) return traceOf(error, now)
  const { httpStatus, code, detail } = error
  const said = [code, detail].filter(Boolean).join(': ').slice(0, longestSaid)
  return { httpStatus, ...(said && { said }), ...traceOf(error, now) }
}

/** In characters: enough of Amazon's words to tell one refusal from another. */
const longestSaid = 300

const isTraced = (error: unknown): error is AmazonRefused | AmazonThrottled | AmazonUnreachable =>
  error instanceof AmazonRefused || error instanceof AmazonThrottled || error instanceof AmazonUnreachable
