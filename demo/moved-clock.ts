import { Clock } from '../src/application/ports.ts'

/** The machine's clock, set back; what nobody works in is skipped, until it is the machine's again. */
export class MovedClock extends Clock {
  #behind: number

  /** @param behind in milliseconds. */
  constructor(behind: number) {
    super()
    this.#behind = behind
  }

  /** Milliseconds behind the machine's clock. */
  get behind(): number {
    return this.#behind
  }

  now(): Date {
    return new Date(Date.now() - this.#behind)
  }

  /** Nobody waits: whoever wanted to, goes on at once. */
  async sleep(): Promise<void> {}

  /** Skips what lies between; never back, and never past the machine's own time. */
  moveTo(moment: number): void {
    this.#behind = Math.max(0, Math.min(this.#behind, Date.now() - moment))
  }
}
