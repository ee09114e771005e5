import {
  type AmazonErrorDetails,
  type AmazonResponseDetails,
  clockSkewSeconds,
} from '../domain/amazon-response.ts'
import { Secret } from '../domain/secret.ts'
import type { TimelineEntry } from '../domain/timeline/entry.ts'

/** Domain rules get the time as an argument; only use cases read the clock. */
export abstract class Clock {
  abstract now(): Date
  abstract sleep(milliseconds: number): Promise<void>
}

/** Everything saved in the work is committed together. */
export abstract class UnitOfWork {
  /** Never call Amazon inside: no transaction stays open during an outgoing call. */
  abstract transaction<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Distinguishes an outage of our database, worth a retry, from a bug. */
export abstract class OutageDetector {
  abstract isOutage(error: unknown): boolean
}

/** Joins the transaction. */
export abstract class Timeline {
  abstract append(...entries: readonly TimelineEntry[]): Promise<void>
}

/** Ties a click to the work and the outgoing calls that follow. */
export abstract class CorrelationContext {
  /** @returns null for work that no request started. */
  abstract current(): string | null
}

export abstract class RandomSource {
  /** In [0, 1). */
  abstract next(): number
}

/** Decrypted only on demand and passed on like any {@link Secret}. Revealing it before decryption is a bug. */
export class EncryptedSecret extends Secret {
  readonly #decrypt: () => Promise<string>
  #opened: Promise<Secret> | null = null

  constructor(decrypt: () => Promise<string>) {
    super(() => {
      throw new Error('an encrypted secret must be decrypted before it is revealed')
    })
    this.#decrypt = decrypt
  }

  /**
   * Decrypts once; tries again only after an error.
   * @throws {SecretDecryptionError}
   */
  open(): Promise<Secret> {
    this.#opened ??= this.#decrypt()
      .then(text => new Secret(text))
      .catch(error => {
        this.#opened = null
        throw error
      })
    return this.#opened
  }
}

export const opened = async (secret: Secret): Promise<Secret> =>
  secret instanceof EncryptedSecret ? secret.open() : secret

/** Stored next to what it encrypts; useless without the key that wraps it. */
export interface WrappedKey {
  /** Id of the wrapping key; contains no full stop. */
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** The wrapping key isn't configured, or the wrapped key was changed, moved or labelled with another key's id. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable'
}

/**
 * Wraps data keys under keys that stay in our settings or a cloud KMS. Answers or fails within a second, since a
 * transaction may be open.
 */
export abstract class KeyEncryption {
  /** Id of the key for new data keys. */
  abstract readonly newestId: string
  /** @param boundTo context that unwrapping must repeat; not secret and not stored. */
  abstract wrap(dataKey: Uint8Array, boundTo: readonly string[]): Promise<WrappedKey>
  /** @throws {KeyUnavailable} permanently; any other error is a temporary outage. */
  abstract unwrap(wrapped: WrappedKey, boundTo: readonly string[]): Promise<Uint8Array>
}

export interface ResponseMetadata {
  /** Amazon's support asks for it. */
  readonly requestId: string | null
  /** By Amazon's clock (RFC 9110 §6.6.1); null if the response doesn't say. */
  readonly answeredAt: Date | null
}

const untraced: ResponseMetadata = { requestId: null, answeredAt: null }

/** Amazon wasn't reached or answered 5xx, 408, or 425 to anything but a report request: worth a retry. */
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

/** Amazon answered 429; `retryAfterSeconds` is null if it named no wait. */
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

/** The same status means different things for different calls. */
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

/** Amazon answered 4xx. */
export class AmazonRejected extends Error {
  override readonly name = 'AmazonRejected'
  readonly httpStatus: number
  /** Amazon's `error` or `code`; empty if the body had none. */
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

/** Amazon named a download host outside our allowlist: a response must not direct us to other machines. */
export class UntrustedDownloadHost extends Error {
  override readonly name = 'UntrustedDownloadHost'
}

/** Amazon answered with a success status and a body that can't be parsed. */
export class InvalidAmazonResponse extends Error {
  override readonly name = 'InvalidAmazonResponse'
}

/** Returns what the timeline records of a failed call; unknown details are left out. */
export function responseDetails(error: unknown, now: Date): AmazonResponseDetails {
  const { requestId, answeredAt } = isTraced(error) ? error.trace : untraced
  const skewSeconds = clockSkewSeconds(answeredAt, now)
  return { ...(requestId && { requestId }), ...(skewSeconds !== null && { skewSeconds }) }
}

/** Also with Amazon's status and message, for entries with no other field for them. */
export function errorDetails(error: unknown, now: Date): AmazonErrorDetails {
  if (!(error instanceof AmazonRejected)) return responseDetails(error, now)
  const { httpStatus, code, detail } = error
  const amazonMessage = [code, detail].filter(Boolean).join(': ').slice(0, maxSaid)
  return { httpStatus, ...(amazonMessage && { amazonMessage }), ...responseDetails(error, now) }
}

/** Characters: enough to distinguish errors. */
const maxSaid = 300

const isTraced = (error: unknown): error is AmazonRejected | AmazonThrottled | AmazonUnreachable =>
  error instanceof AmazonRejected || error instanceof AmazonThrottled || error instanceof AmazonUnreachable
