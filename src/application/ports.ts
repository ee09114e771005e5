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

/** For the dice that jitter needs. */
export abstract class Chance {
  /** A number in [0, 1). */
  abstract next(): number
}

/** Amazon's address could not be reached, or answered what asks for another try: 5xx, 408, 425 but to an order. */
export class AmazonUnreachable extends Error {
  override readonly name = 'AmazonUnreachable'
  readonly httpStatus: number | null

  constructor(message: string, httpStatus: number | null, cause?: unknown) {
    super(message, { cause })
    this.httpStatus = httpStatus
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

  constructor(message: string, retryAfterSeconds: number | null) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** What was asked for: the same status means something else of another call. */
export type AmazonCall = 'token' | 'user_profile' | 'profiles' | 'order' | 'look' | 'cancel' | 'download'

/** Amazon said no: 4xx with its own words. */
export class AmazonRefused extends Error {
  override readonly name = 'AmazonRefused'
  readonly httpStatus: number
  /** Amazon's `error` or `code`; empty where the body had none. */
  readonly code: string
  /** Amazon's own sentence, whole: it often carries the allowed values. */
  readonly detail: string
  /** What Amazon's support asks for. */
  readonly requestId: string | null
  /** Null where nobody told. */
  readonly call: AmazonCall | null

  constructor(refusal: {
    httpStatus: number
    code: string
    detail: string
    requestId: string | null
    call?: AmazonCall
  }) {
    super(`Amazon refused with ${refusal.httpStatus} ${refusal.code}: ${refusal.detail}`)
    this.httpStatus = refusal.httpStatus
    this.code = refusal.code
    this.detail = refusal.detail
    this.requestId = refusal.requestId
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
