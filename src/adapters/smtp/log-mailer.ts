import { Mailer, type RenderedEmail } from '../../application/email/ports.ts'

/** Contains no user name and no link. */
export type LogEmail = (email: {
  readonly kind: RenderedEmail['kind']
  readonly idempotencyKey: string
  readonly to: RenderedEmail['to']['role']
  readonly subject: string
}) => void

/** Logs instead of sending; the text is in the outbox. */
export class LogMailer extends Mailer {
  readonly #log: LogEmail

  constructor(log: LogEmail) {
    super()
    this.#log = log
  }

  async send({ kind, idempotencyKey, to, subject }: RenderedEmail): Promise<void> {
    this.#log({ kind, idempotencyKey, to: to.role, subject })
  }
}
