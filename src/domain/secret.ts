/** Our keys can't decrypt the stored secret; it has to be given again. */
export class SecretDecryptionError extends Error {
  override readonly name: string = 'SecretDecryptionError'
}

/** Prints as `[secret]` in logs, JSON, pages and `inspect`. */
export class Secret {
  readonly #text: string | (() => string)

  /** @param text or a function that decrypts it when needed. */
  constructor(text: string | (() => string)) {
    this.#text = text
  }

  /** Returns the text; call it only to send it to Amazon or to encrypt it. @throws {SecretDecryptionError} */
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
