import { createHmac, randomBytes } from 'node:crypto'

/** Signs tokens and URLs with a key derived from the seed, so they stay valid after a restart without a table. */
export class Signer {
  readonly #key: string

  constructor(seed: string) {
    this.#key = `local amazon sandbox ${seed}`
  }

  signature(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex')
  }

  sign(content: unknown): string {
    const text = Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${text}.${this.signature(text)}`
  }

  verify(signed: string): unknown {
    const [text, signature] = signed.split('.')
    if (!text || signature !== this.signature(text)) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  }
}

export function randomLetters(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return Array.from(randomBytes(length), byte => letters[byte % letters.length]).join('')
}
