import type { Controls } from '../sandbox/control/controls.ts'
import type { Switches } from '../sandbox/control/switches.ts'
import type { Fault } from '../sandbox/faults/names.ts'

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

  loseProfile(profileId: string): void {
    this.set({ lostProfiles: { ...this.#controls.switches().lostProfiles, [profileId]: 'short' } })
  }

  add(fault: Fault): void {
    // Read each time, because the sandbox counts down faults that are limited to a number of calls.
    this.set({ faults: [...this.#controls.switches().faults, fault] })
  }

  /** Keeps faults of single profiles. */
  fix(): void {
    this.set({ faults: this.#controls.switches().faults.filter(({ profileId }) => profileId) })
  }
}
