import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance, Clock } from '../../application/ports.ts'

export class SystemClock extends Clock {
  now(): Date {
    return new Date()
  }

  sleep(milliseconds: number): Promise<void> {
    return sleep(milliseconds)
  }
}

/**
 * The machine's clock moved by the seconds that a file holds, read anew each time: every process that is
 * given the same file moves at once. For trying what an hour brings without waiting for it; production
 * refuses the setting.
 */
export class ShiftedClock extends SystemClock {
  readonly #file: string

  constructor(file: string) {
    super()
    this.#file = file
  }

  override now(): Date {
    return new Date(Date.now() + this.#shiftSeconds() * 1000)
  }

  #shiftSeconds(): number {
    try {
      return Number(readFileSync(this.#file, 'utf8')) || 0
    } catch {
      return 0
    }
  }
}

export class Dice extends Chance {
  next(): number {
    return Math.random()
  }
}
