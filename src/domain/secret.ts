/** No configured key decrypts the stored secret. */
export class SecretDecryptionError extends Error {
  override readonly name: string = 'SecretDecryptionError'
}

/** Prints as `[secret]` in logs, JSON, pages and `inspect`. */
export class Secret {
  readonly #text: string | (() => string)

  constructor(text: string | (() => string)) {
    this.#text = text
  }

  /**
   * Only where the text itself must be sent, hashed or encrypted.
   * @throws {SecretDecryptionError}
   */
  reveal(): string {
    return typeof this.#text === 'string' ? this.#text : this.#text()
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
