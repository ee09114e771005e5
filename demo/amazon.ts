import type { Controls } from '../sandbox/control/controls.ts'
import type { Switches } from '../sandbox/control/switches.ts'
import type { Fault } from '../sandbox/faults/names.ts'

/** The switches of the demo's own sandbox. */
export class AmazonSwitches {
  readonly #controls: Controls

  constructor(controls: Controls) {
    this.#controls = controls
  }

  set(switches: Partial<Switches>): void {
    this.#controls.set(switches)
  }

  revoke(user: string): void {
    this.#controls.revoke(user, { accessTokensToo: true })
  }

  add(fault: Fault): void {
    // Faults for a number of calls count down in the sandbox, so its list is read each time.
    this.set({ faults: [...this.#controls.switches().faults, fault] })
  }

  /** Ends every fault that isn't about one seller's profile. */
  mend(): void {
    this.set({ faults: this.#controls.switches().faults.filter(({ profileId }) => profileId) })
  }
}
