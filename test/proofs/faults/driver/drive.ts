import type { Region } from '../../../../src/domain/profile/region.ts'
import type { Call, Cell } from '../cell.ts'
import { driveAuthorise, driveExchange } from './login-scenario.ts'
import { driveProfiles, driveUserProfile, driveWhyEmpty } from './picker-scenario.ts'
import { driveReport } from './report-scenario.ts'
import { openWorld, type World } from './world.ts'

export interface Drive {
  readonly call: Call
  readonly fault: string
  readonly region: Region
  readonly cell: Cell
}

/** @returns deviations from the documentation. */
export async function drive(world: World, { call, fault, region, cell }: Drive): Promise<string[]> {
  world.fix()
  switch (call) {
    case 'authorise':
      return driveAuthorise(world, cell, fault, region)
    case 'exchange':
      return driveExchange(world, cell, fault, region)
    case 'profiles':
      return driveProfiles(world, cell, fault, region)
    case 'userProfile':
      return driveUserProfile(world, cell, fault, region)
    case 'managerAccounts':
    case 'adsAccounts':
      return driveWhyEmpty(world, cell, { call, fault, region })
    default:
      return driveReport(world, cell, { call, fault, region })
  }
}

const isSilent = ({ fault }: Drive): boolean => fault === 'timeout' || fault === 'slow_body'

type ReportFindings = (drive: Drive, findings: readonly string[]) => void

/**
 * Runs timeouts in many worlds at once with a short timeout, since they only wait. Runs the rest afterwards in a few
 * worlds, with a timeout long enough for a busy machine.
 */
export async function driveAll(drives: readonly Drive[], report: ReportFindings): Promise<void> {
  await driveIn({ worlds: 16, timeout: 2500 }, drives.filter(isSilent), report)
  await driveIn(
    { worlds: 4, timeout: 30_000 },
    drives.filter(one => !isSilent(one)),
    report,
  )
}

async function driveIn(
  { worlds, timeout }: { worlds: number; timeout: number },
  drives: readonly Drive[],
  report: ReportFindings,
): Promise<void> {
  const rest = [...drives]
  // Opens all worlds before work starts, because opening one could cause timeouts in another.
  const opening = Array.from({ length: Math.min(worlds, drives.length) }, () => openWorld(timeout))
  const work = async (world: World): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const findings = await drive(world, next).catch(error => [`it threw ${String(error?.stack ?? error)}`])
      report(next, findings)
    }
    await world.close()
  }
  await Promise.all((await Promise.all(opening)).map(work))
}
