import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import { type About, type Fault, type FaultyCall, firstMisplaced } from '../faults/names.ts'
import { draw, keyOf } from '../figures/draw.ts'
import { allOff, type GenerationSeconds, type Switches, SwitchesSchema } from './switches.ts'

const SomeSwitches = Type.Partial(SwitchesSchema, { additionalProperties: false })

export class Switchboard {
  readonly #generationSeconds: GenerationSeconds
  readonly #random: number
  readonly #durations: number
  #reports = 0
  #drawn = 0
  #on: Switches
  /** Theoretical arrival time (GCRA) per region, in milliseconds. */
  readonly #theoreticalArrivalAt = new Map<string, number>()

  constructor(generationSeconds: GenerationSeconds, seed = '') {
    this.#generationSeconds = generationSeconds
    this.#random = keyOf(seed, 'faults')
    this.#durations = keyOf(seed, 'durations')
    this.#on = allOff(generationSeconds)
  }

  get current(): Readonly<Switches> {
    return this.#on
  }

  /**
   * Leaves other switches unchanged.
   * @throws {WrongSwitch} for an unknown name or value.
   */
  set(some: unknown): void {
    if (!Check(SomeSwitches, some)) throw new WrongSwitch(validationMessage(some))
    const wrong = firstMisplaced(some.faults ?? [])
    if (wrong) throw new WrongSwitch(`Call ${wrong.call} has no fault ${wrong.fault}`)
    if (some.faults) this.#drawn = 0
    this.#on = { ...this.#on, ...some }
  }

  reset(): void {
    this.#on = allOff(this.#generationSeconds)
    this.#theoreticalArrivalAt.clear()
  }

  /** Takes the first matching fault that its `share` selects, and counts it down. */
  takeFault(call: FaultyCall, aboutCall: () => About): Fault | null {
    const { faults } = this.#on
    // Computed only with faults, because it looks up the report.
    if (faults.length === 0) return null
    const about = aboutCall()
    const fits = (one: Fault) =>
      one.call === call &&
      one.times !== 0 &&
      (one.region === null || one.region === about.region) &&
      (one.reportType === undefined || one.reportType === about.reportType) &&
      (one.profileId === undefined || one.profileId === about.profileId)
    const fault = faults.find(one => fits(one) && this.#falls(one))
    if (!fault) return null
    const { times } = fault
    if (times !== null) {
      const used = { ...fault, times: times - 1 }
      this.#on = { ...this.#on, faults: faults.map(one => (one === fault ? used : one)) }
    }
    return fault
  }

  #falls({ share }: Fault): boolean {
    if (share === undefined) return true
    this.#drawn += 1
    return draw(this.#random, this.#drawn) / 0x1_0000_0000 < share
  }

  /** Draws seconds: evenly, or with equal probability per order of magnitude. */
  nextGenerationSeconds(): number {
    const { min, max, spread } = this.#on.generationSeconds
    this.#reports += 1
    const share = draw(this.#durations, this.#reports) / 0x1_0000_0000
    if (spread === 'magnitudes') return min * (max / min) ** share
    return min + share * Math.max(0, max - min)
  }

  takeThrottle(reportType: string): Switches['createThrottle'] | undefined {
    const throttle = this.#on.createThrottle
    if (throttle.times === 0 || (throttle.reportType !== null && throttle.reportType !== reportType))
      return undefined
    this.#on = { ...this.#on, createThrottle: { ...throttle, times: throttle.times - 1 } }
    return throttle
  }

  acceptsReportRequest(region: string, reportType: string, now: number): boolean {
    const { requestsPerMinute, throttledReports } = this.#on
    if (now < (throttledReports[reportType] ?? 0)) return false
    return this.#accepts(`requests ${region}`, requestsPerMinute, now)
  }

  acceptsPoll(region: string, now: number): boolean {
    return this.#accepts(`polls ${region}`, this.#on.pollsPerMinute, now)
  }

  /** The limit per minute, a sixth of it at once. */
  #accepts(calls: string, perMinute: number | null, now: number): boolean {
    if (perMinute === null) return true
    const theoreticalArrivalAt =
      Math.max(now, this.#theoreticalArrivalAt.get(calls) ?? now) + 60_000 / perMinute
    if (theoreticalArrivalAt > now + 10_000) return false
    this.#theoreticalArrivalAt.set(calls, theoreticalArrivalAt)
    return true
  }

  takeDownloadFault(): Switches['download']['fault'] | undefined {
    const { times, fault } = this.#on.download
    if (times === 0) return undefined
    this.#on = { ...this.#on, download: { fault, times: times - 1 } }
    return fault
  }

  takeFate(reportType: string): 'completes' | 'fails' | 'never' {
    for (const [name, fate] of [
      ['failReports', 'fails'],
      ['stuckReports', 'never'],
    ] as const) {
      const left = this.#on[name][reportType] ?? 0
      if (left === 0) continue
      this.#on = { ...this.#on, [name]: { ...this.#on[name], [reportType]: left - 1 } }
      return fate
    }
    return 'completes'
  }
}

export class WrongSwitch extends Error {}

function validationMessage(some: unknown): string {
  const names = Object.keys(SwitchesSchema.properties).join(', ')
  const wrong = Errors(SomeSwitches, some).map(error => `${error.instancePath} ${error.message}`)
  return `${wrong.join('; ')}. Switches: ${names}`
}
