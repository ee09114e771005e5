import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { GenerationSeconds, Switches } from './switches.ts'
import { allOff, SwitchesSchema } from './switches.ts'

const SomeSwitches = Type.Partial(SwitchesSchema, { additionalProperties: false })

/** Holds the faults that are switched on and uses up those that are for the next few calls only. */
export class Switchboard {
  readonly #generationSeconds: GenerationSeconds
  #on: Switches

  constructor(generationSeconds: GenerationSeconds) {
    this.#generationSeconds = generationSeconds
    this.#on = allOff(generationSeconds)
  }

  get on(): Readonly<Switches> {
    return this.#on
  }

  /** Sets the named switches and leaves the others; throws on a name or value that does not exist. */
  set(some: unknown): void {
    if (!Check(SomeSwitches, some)) throw new WrongSwitch(complaint(some))
    this.#on = { ...this.#on, ...some }
  }

  reset(): void {
    this.#on = allOff(this.#generationSeconds)
  }

  /** The answer that the next create of a report type is to be throttled with, if any. */
  takeThrottle(reportType: string): Switches['createThrottle'] | undefined {
    const throttle = this.#on.createThrottle
    if (throttle.times === 0 || (throttle.reportType !== null && throttle.reportType !== reportType))
      return undefined
    this.#on = { ...this.#on, createThrottle: { ...throttle, times: throttle.times - 1 } }
    return throttle
  }

  takeDownloadFault(): Switches['download']['fault'] | undefined {
    const { times, fault } = this.#on.download
    if (times === 0) return undefined
    this.#on = { ...this.#on, download: { fault, times: times - 1 } }
    return fault
  }

  /** What is to become of the next report of a type. */
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

function complaint(some: unknown): string {
  const names = Object.keys(SwitchesSchema.properties).join(', ')
  const wrong = Errors(SomeSwitches, some).map(error => `${error.instancePath} ${error.message}`)
  return `${wrong.join('; ')}. The switches are: ${names}`
}
