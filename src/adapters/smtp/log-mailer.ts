import { type Letter, Mailer } from '../../application/mail/ports.ts'

/** Names no user and contains no link. */
export type TellOfMail = (about: {
  readonly mail: Letter['kind']
  readonly episode: string
  readonly to: Letter['to']['role']
  readonly subject: string
}) => void

/** Without `SMTP_URL`: counts emails as sent; their text is in the outbox. */
export class LogMailer extends Mailer {
  readonly #tell: TellOfMail

  constructor(tell: TellOfMail) {
    super()
    this.#tell = tell
  }

  async send({ kind, episode, to, subject }: Letter): Promise<void> {
    this.#tell({ mail: kind, episode, to: to.role, subject })
  }
}
