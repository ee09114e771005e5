import { join } from 'node:path'
import type { AmazonSettings } from '../../src/adapters/amazon/settings.ts'
import { Secret } from '../../src/domain/secret.ts'
import { readSettings } from '../../src/settings/settings.ts'
import { BenchProcess } from '../bench-process.ts'
import type { AmazonCalls, GenerationSeconds } from './process.ts'

export function amazonSettings(settings: Readonly<Record<string, string>>): AmazonSettings {
  const { amazon } = readSettings(settings)
  if (amazon.kind !== 'named') throw new Error('the settings name no Amazon addresses')
  return { ...amazon, callbackUrl: 'http://localhost/dashboard/ads/callback' }
}

export class LocalAmazon {
  readonly #process: BenchProcess<AmazonCalls>
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
  readonly settings: AmazonSettings

  private constructor(
    process: BenchProcess<AmazonCalls>,
    { url, settings }: { url: string; settings: Readonly<Record<string, string>> },
  ) {
    this.#process = process
    this.url = url
    this.environment = settings
    this.settings = amazonSettings(settings)
  }

  static async start(generationSeconds: GenerationSeconds): Promise<LocalAmazon> {
    const process = new BenchProcess<AmazonCalls>(join(import.meta.dirname, 'process.ts'))
    return new LocalAmazon(process, await process.call('start', generationSeconds))
  }

  /** Returns the tokens of an Amazon user as if they had just consented. */
  async consent(user: string): Promise<{ accessToken: Secret; refreshToken: Secret }> {
    const { accessToken, refreshToken } = await this.#process.call('consent', user)
    return { accessToken: new Secret(accessToken), refreshToken: new Secret(refreshToken) }
  }

  /** Sets the sandbox's clock to this many milliseconds ahead of (or, if negative, behind) the machine's. */
  async moveClock(milliseconds: number): Promise<void> {
    await this.#process.call('moveClock', milliseconds)
  }

  async set(switches: Parameters<AmazonCalls['set']>[0]): Promise<void> {
    await this.#process.call('set', switches)
  }

  async callsDuring(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
    await this.#process.call('resetCalls', undefined as never)
    await work()
    return this.#process.call('calls', undefined as never)
  }

  /** Expected totals of a report: counts, and money in the currency's smallest unit. */
  async expectedTotals(query: { profileId: string; reportType: string; from: string; to: string }) {
    const response = await fetch(`${this.url}/sandbox/truth?${new URLSearchParams(query)}`)
    if (!response.ok)
      throw new Error(`the sandbox answered the request for its totals with ${response.status}`)
    return (await response.json()) as { total: Readonly<Record<string, number>>; minorUnits: number }
  }

  end(): Promise<void> {
    return this.#process.end()
  }
}
