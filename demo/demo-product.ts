import type { Container } from 'inversify'
import { EmailRejected, Mailer, type RenderedEmail } from '../src/application/email/ports.ts'
import type { RequestOrigin } from '../src/domain/access/audit.ts'
import type { UserId } from '../src/domain/identifiers.ts'
import type { AmazonSwitches } from './amazon.ts'
import type { MovedClock } from './moved-clock.ts'
import type { DemoWorker } from './worker.ts'

/** Delivers nothing, and permanently rejects some addresses. */
export class DemoMailer extends Mailer {
  readonly rejectedAddresses = new Set<string>()

  async send({ to }: RenderedEmail): Promise<void> {
    if (this.rejectedAddresses.has(to.email)) throw new EmailRejected('550 5.1.1 no such mailbox')
  }
}

export interface DemoContext {
  readonly container: Container
  readonly clock: MovedClock
  readonly amazon: AmazonSwitches
  readonly worker: DemoWorker
  readonly mailer: DemoMailer
  /** The support agent who acts in the console. */
  readonly agent: UserId
}

/** Origin of the agents' actions. */
export const agentOrigin: RequestOrigin = { ip: '127.0.0.1', device: 'Firefox on Linux', requestId: 'demo' }
