import { AccessMails } from '../../application/access/ports.ts'

/** As long as nothing sends mail: it is thrown away, and the log says so, without a link or an address. */
export class UnsentMails extends AccessMails {
  readonly #tell: (sentence: string) => void

  constructor(tell: (sentence: string) => void) {
    super()
    this.#tell = tell
  }

  async resetPassword(): Promise<void> {
    this.#tell('a mail with a link for another password was asked for, and nothing sends mail yet')
  }
}
