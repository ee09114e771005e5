import { type Letter, Mailer } from '../../application/mail/ports.ts'

/** What the log is told of a mail: nothing that names a person or leads anywhere. */
export type TellOfMail = (about: {
  readonly mail: Letter['kind']
  readonly episode: string
  readonly to: Letter['to']['role']
  readonly subject: string
}) => void

/** Without `SMTP_URL` a mail is told in the log, counts as sent, and is read in the outbox. */
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
