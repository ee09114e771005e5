import {
  type AmazonErrorDetails,
  type AmazonResponseDetails,
  clockSkewSeconds,
} from '../domain/amazon-response.ts'
import { Secret } from '../domain/secret.ts'
import type { TimelineEntry } from '../domain/timeline/entry.ts'

/** Returns the process's one instance of a use case or port: how routes and jobs get what they call. */
// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters accept no other type for all classes.
export type Get = <T>(token: abstract new (...deps: any[]) => T) => T

/** Only use cases read the clock. */
export abstract class Clock {
  abstract now(): Date
  abstract sleep(milliseconds: number): Promise<void>
}

export abstract class UnitOfWork {
  /** Never call Amazon inside: no transaction stays open during an outgoing call. */
  abstract transaction<Result>(work: () => Promise<Result>): Promise<Result>
}

/** For an agent who may see pages but change nothing (S-44). */
export abstract class ReadOnlyTransaction {
  /** Every write inside throws; activity such as a progress view is left out silently. */
  abstract run<Result>(work: () => Promise<Result>): Promise<Result>
}

export abstract class OutageDetector {
  abstract isOutage(error: unknown): boolean
}

/** Joins the transaction. */
export abstract class Timeline {
  abstract append(...entries: readonly TimelineEntry[]): Promise<void>
}

/** Links a click to the work and calls that follow. */
export abstract class CorrelationContext {
  /** Null for work that no request started. */
  abstract current(): string | null
}

export abstract class RandomSource {
  /** In [0, 1). */
  abstract next(): number
}

/** Revealing it before decryption is a bug. */
export class EncryptedSecret extends Secret {
  readonly #decrypt: () => Promise<string>
  #decrypted: Promise<Secret> | null = null

  constructor(decrypt: () => Promise<string>) {
    super(() => {
      throw new Error('an encrypted secret must be decrypted before it is revealed')
    })
    this.#decrypt = decrypt
  }

  /**
   * Decrypts once; retries only after an error.
   * @throws {SecretDecryptionError}
   */
  decrypt(): Promise<Secret> {
    this.#decrypted ??= this.#decrypt()
      .then(text => new Secret(text))
      .catch(error => {
        this.#decrypted = null
        throw error
      })
    return this.#decrypted
  }
}

export const decryptSecret = async (secret: Secret): Promise<Secret> =>
  secret instanceof EncryptedSecret ? secret.decrypt() : secret

export interface WrappedKey {
  /** Contains no full stop. */
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** Also when the wrapped key was changed, moved or relabelled. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
}

/** Answers or fails within a second, because a transaction may be open (decision 11). */
export abstract class KeyEncryption {
  abstract readonly newestId: string
  /** @param boundTo must be repeated to unwrap; not secret and not stored. */
  abstract wrap(dataKey: Uint8Array, boundTo: readonly string[]): Promise<WrappedKey>
  /** @throws {KeyUnavailable} permanently; other errors are temporary outages. */
  abstract unwrap(wrapped: WrappedKey, boundTo: readonly string[]): Promise<Uint8Array>
}

export interface ResponseMetadata {
  /** Amazon's support asks for it. */
  readonly requestId: string | null
  /** By Amazon's clock (RFC 9110 §6.6.1); null if unknown. */
  readonly answeredAt: Date | null
}

const untraced: ResponseMetadata = { requestId: null, answeredAt: null }

/** Not reached, 5xx, 408, or 425 to anything but a report request: retryable. */
export class AmazonUnreachable extends Error {
  override readonly name = 'AmazonUnreachable'
  readonly httpStatus: number | null
  readonly trace: ResponseMetadata

  constructor(message: string, httpStatus: number | null, cause?: unknown, trace = untraced) {
    super(message, { cause })
    this.httpStatus = httpStatus
    this.trace = trace
  }
}

export class AmazonTimeout extends Error {
  override readonly name = 'AmazonTimeout'
}

/** 429; `retryAfterSeconds` is null if Amazon named no wait. */
export class AmazonThrottled extends Error {
  override readonly name = 'AmazonThrottled'
  readonly retryAfterSeconds: number | null
  readonly trace: ResponseMetadata

  constructor(message: string, retryAfterSeconds: number | null, trace = untraced) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
    this.trace = trace
  }
}

export type AmazonCall =
  | 'token'
  | 'user_profile'
  | 'profiles'
  | 'manager_accounts'
  | 'ads_accounts'
  | 'report_request'
  | 'report_status'
  | 'cancel'
  | 'download'

/** 4xx. */
export class AmazonRejected extends Error {
  override readonly name = 'AmazonRejected'
  readonly httpStatus: number
  /** Amazon's `error` or `code`; may be empty. */
  readonly code: string
  /** In full: it often lists the allowed values. */
  readonly detail: string
  readonly trace: ResponseMetadata
  readonly call: AmazonCall | null

  constructor(error: {
    httpStatus: number
    code: string
    detail: string
    requestId: string | null
    answeredAt?: Date | null
    call?: AmazonCall
  }) {
    super(`Amazon rejected the request with ${error.httpStatus} ${error.code}: ${error.detail}`)
    this.httpStatus = error.httpStatus
    this.code = error.code
    this.detail = error.detail
    this.trace = { requestId: error.requestId, answeredAt: error.answeredAt ?? null }
    this.call = error.call ?? null
  }
}

/** A response must not direct us to other machines. */
export class UntrustedDownloadHost extends Error {
  override readonly name = 'UntrustedDownloadHost'
}

/** A success status with a body that can't be parsed. */
export class InvalidAmazonResponse extends Error {
  override readonly name = 'InvalidAmazonResponse'
}

export function responseDetails(error: unknown, now: Date): AmazonResponseDetails {
  const { requestId, answeredAt } = isTraced(error) ? error.trace : untraced
  const skewSeconds = clockSkewSeconds(answeredAt, now)
  return { ...(requestId && { requestId }), ...(skewSeconds !== null && { skewSeconds }) }
}

/** Adds Amazon's status and message. */
export function errorDetails(error: unknown, now: Date): AmazonErrorDetails {
  if (!(error instanceof AmazonRejected)) return responseDetails(error, now)
  const { httpStatus, code, detail } = error
  const amazonMessage = [code, detail].filter(Boolean).join(': ').slice(0, maxMessageLength)
  return { httpStatus, ...(amazonMessage && { amazonMessage }), ...responseDetails(error, now) }
}

/** Characters. */
const maxMessageLength = 300

const isTraced = (error: unknown): error is AmazonRejected | AmazonThrottled | AmazonUnreachable =>
  error instanceof AmazonRejected || error instanceof AmazonThrottled || error instanceof AmazonUnreachable
