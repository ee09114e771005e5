import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Clock } from '../../application/ports.ts'

export class SystemClock extends Clock {
  now(): Date {
    return new Date()
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }
}

/** Shifted by the seconds in a file, read on each call. For tests; production rejects the setting. */
export class ShiftedClock extends Clock {
  readonly #file: string
  readonly #clock: Clock

  constructor(file: string, clock: Clock = new SystemClock()) {
    super()
    this.#file = file
    this.#clock = clock
  }

  now(): Date {
    return new Date(this.#clock.now().getTime() + this.#shiftSeconds() * 1000)
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#clock.sleep(milliseconds)
  }

  #shiftSeconds(): number {
    try {
      return Number(readFileSync(this.#file, 'utf8')) || 0
    } catch {
      return 0
    }
  }
}
