/** A fault as the sandbox's page of switches has it (`sandbox/faults/names.ts`). */
export interface Fault {
  readonly call: 'token' | 'profiles' | 'create' | 'status' | 'download'
  readonly fault: string
  readonly region: 'NA' | 'EU' | 'FE' | null
  /** How many calls; null for all. */
  readonly times: number | null
  /** Amazon's own name of a type of report; and whose. */
  readonly reportType?: string
  readonly profileId?: string
  readonly retryAfterSeconds?: number
}

interface Switches {
  readonly faults: readonly Fault[]
  readonly stuckReports: Readonly<Record<string, number>>
  readonly generationSeconds: { readonly min: number; readonly max: number }
  readonly clockOffsetSeconds: number
}

/** The running sandbox, by the address at which its switches are turned. */
export class AmazonSwitches {
  readonly #address: string

  /** @param url of the sandbox. */
  constructor(url: string) {
    this.#address = new URL('/sandbox/switches', url).href
  }

  async read(): Promise<Switches> {
    const response = await fetch(this.#address)
    return (await response.json()) as Switches
  }

  /** @throws {Error} for what the sandbox does not know. */
  async set(switches: Partial<Switches> & { readonly revokeUser?: string }): Promise<void> {
    const response = await fetch(this.#address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...switches, accessTokensToo: true }),
    })
    if (!response.ok) throw new Error(`the sandbox refused: ${await response.text()}`)
  }

  async add(fault: Fault): Promise<void> {
    // As they are now: what was for one call is used up by then.
    const { faults } = await this.read()
    await this.set({ faults: [...faults, fault] })
  }

  /** What is about nobody's profile is over. */
  async mend(): Promise<void> {
    const { faults } = await this.read()
    await this.set({ faults: faults.filter(({ profileId }) => profileId) })
  }
}
