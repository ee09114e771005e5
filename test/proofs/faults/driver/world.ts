import { type Sandbox, startSandbox } from '../../../../sandbox/sandbox.ts'
import { AmazonAdvertisingReports } from '../../../../src/adapters/amazon/advertising-reports.ts'
import { downloadLimits } from '../../../../src/adapters/amazon/download.ts'
import { LoginWithAmazon } from '../../../../src/adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../../../src/adapters/amazon/profile-directory.ts'
import type { AdvertisingReports } from '../../../../src/application/ingestion/report-ports.ts'
import type { AdvertisingProfile } from '../../../../src/domain/profile/profile.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { noon } from '../../../support/examples.ts'
import { type Fakes, openFakes } from '../../../support/fakes/open.ts'
import { amazonSettingsOf } from '../../../support/product/amazon-settings.ts'
import { type Call, faultyCalls } from '../cell.ts'
import { isRedirectFault } from '../table.ts'

/** Longer than the first retries, shorter than the first status poll. */
const generationSeconds = { min: 20, max: 20 }

export const defaultAmazonUser = 'three-regions'

/** The sandbox and the real adapters. The sandbox’s clock follows the current cell’s fakes. */
export interface World {
  readonly sandbox: Sandbox
  readonly timeout: number
  readonly login: LoginWithAmazon
  readonly reports: AdvertisingReports
  readonly directory: AmazonProfileDirectory
  readonly profiles: ReadonlyMap<Region, readonly AdvertisingProfile[]>
  /** Resets the sandbox and returns fresh fakes. */
  begin(): Promise<Fakes>
  injectFault(call: Call, fault: string, region: Region, times: number | null): void
  clearFaults(): void
  close(): Promise<void>
}

/** @param timeout the adapters’ timeout in milliseconds. */
export async function openWorld(timeout: number): Promise<World> {
  let now = (): Date => noon
  const sandbox = await startSandbox({ generationSeconds, now: () => now().getTime() })
  const settings = amazonSettingsOf(sandbox.settings)
  const login = new LoginWithAmazon(settings, timeout)
  const limits = { ...downloadLimits, silence: timeout, timeout: 20 * timeout }
  const directory = new AmazonProfileDirectory(settings, timeout)
  const token = new Secret(sandbox.controls.grant(defaultAmazonUser).accessToken)
  const profiles = new Map<Region, readonly AdvertisingProfile[]>()
  for (const region of ['na', 'eu', 'fe'] as const) {
    profiles.set(region, await directory.listProfiles(region, token))
  }
  return {
    sandbox,
    timeout,
    login,
    reports: new AmazonAdvertisingReports(settings, limits, timeout),
    directory,
    profiles,
    begin: async () => {
      await sandbox.controls.reset()
      const fakes = openFakes()
      now = () => fakes.clock.now()
      return fakes
    },
    injectFault: (call, fault, region, times) => {
      const faultFields = fault === '429_named' ? { fault: '429', retryAfterSeconds: 17 } : { fault }
      const target = {
        call: isRedirectFault(call, fault) ? 'consent' : faultyCalls[call],
        region: call === 'userProfile' ? null : region.toUpperCase(),
        times,
      }
      sandbox.controls.set({ faults: [{ ...target, ...faultFields }] } as Parameters<
        Sandbox['controls']['set']
      >[0])
    },
    clearFaults: () => sandbox.controls.set({ faults: [] }),
    close: async () => {
      await sandbox.close()
    },
  }
}
