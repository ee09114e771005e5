import { dictionary } from '@zxcvbn-ts/language-common'
import { CommonPasswords } from '../../application/access/ports.ts'

/** About 49,000 leaked passwords. */
export class ListedCommonPasswords extends CommonPasswords {
  readonly #ranks = new Map(dictionary['passwords-common'].map((text, index) => [text, index + 1]))

  rankOf(text: string): number | null {
    return this.#ranks.get(text) ?? null
  }
}
