import { setTimeout as sleep } from 'node:timers/promises'
import { Clock } from '../../src/application/ports.ts'

/** The machine's clock, moved by tests instead of waiting. */
export class TestClock extends Clock {
  #shift = 0

  now(): Date {
    return new Date(Date.now() + this.#shift)
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }

  advance(milliseconds: number): void {
    this.#shift += milliseconds
  }
}
