import { createHmac, randomBytes } from 'node:crypto'

/** Signs what the sandbox hands out, with a key made of the seed: it holds over restarts and needs no table. */
export class Sealer {
  readonly #key: string

  constructor(seed: string) {
    this.#key = `local amazon sandbox ${seed}`
  }

  signature(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex')
  }

  /** A text that carries its content and cannot be altered. */
  seal(content: unknown): string {
    const text = Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${text}.${this.signature(text)}`
  }

  /** The content of a sealed text; undefined when it is not one of ours. */
  open(sealed: string): unknown {
    const [text, signature] = sealed.split('.')
    if (!text || signature !== this.signature(text)) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  }
}

export function randomLetters(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return Array.from(randomBytes(length), byte => letters[byte % letters.length]).join('')
}
