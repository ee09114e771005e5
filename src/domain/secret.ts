/** A secret that was kept, and that our keys do not open: nobody can mend it but who gave it. */
export class SecretUnreadable extends Error {
  override readonly name: string = 'SecretUnreadable'
}

/** Text that may be used but never shown: it prints as `[secret]` in logs, JSON, pages and inspections. */
export class Secret {
  readonly #text: string | (() => string)

  /** @param text itself, or how to open it: what nobody reveals is never opened. */
  constructor(text: string | (() => string)) {
    this.#text = text
  }

  /**
   * The text itself. Call it only where it leaves for Amazon or for the cipher.
   * @throws {SecretUnreadable}
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
