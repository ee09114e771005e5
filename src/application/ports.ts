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
