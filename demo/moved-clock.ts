import { Clock } from '../src/application/ports.ts'

/** The system clock, set back. Skips idle times until it has caught up. */
export class MovedClock extends Clock {
  #behind: number

  /** @param behind in milliseconds. */
  constructor(behind: number) {
    super()
    this.#behind = behind
  }

  /** Milliseconds behind the system clock. */
  get behind(): number {
    return this.#behind
  }

  now(): Date {
    return new Date(Date.now() - this.#behind)
  }

  async sleep(): Promise<void> {}

  /** Never moves back, and never past the system clock. */
  moveTo(time: number): void {
    this.#behind = Math.max(0, Math.min(this.#behind, Date.now() - time))
  }
}
