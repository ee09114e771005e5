import { setTimeout as sleep } from 'node:timers/promises'
import { Clock } from '../../src/application/ports.ts'

/** The machine's clock, plus the skipped idle time. */
export class SkippingClock extends Clock {
  /** Milliseconds skipped so far. */
  skipped = 0

  now(): Date {
    return new Date(Date.now() + this.skipped)
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }
}
