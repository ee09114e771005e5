import type { Region } from '../../../../src/domain/profile/region.ts'
import type { Call, Cell } from '../cell.ts'
import { driveAuthorise, driveExchange } from './login-scenario.ts'
import { driveEmptyList, driveProfiles, driveUserProfile } from './picker-scenario.ts'
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
  world.clearFaults()
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
      return driveEmptyList(world, cell, { call, fault, region })
    default:
      return driveReport(world, cell, { call, fault, region })
  }
}

const isTimeout = ({ fault }: Drive): boolean => fault === 'timeout' || fault === 'slow_body'

type ReportFindings = (drive: Drive, findings: readonly string[]) => void

/**
 * Runs the timeout faults in many worlds at once with a short timeout, since they only wait. Then runs the rest in a
 * few worlds, with a timeout long enough for a busy machine.
 */
export async function driveAll(drives: readonly Drive[], report: ReportFindings): Promise<void> {
  await driveIn({ worlds: 16, timeout: 2500 }, drives.filter(isTimeout), report)
  await driveIn(
    { worlds: 4, timeout: 30_000 },
    drives.filter(one => !isTimeout(one)),
    report,
  )
}

async function driveIn(
  { worlds, timeout }: { worlds: number; timeout: number },
  drives: readonly Drive[],
  report: ReportFindings,
): Promise<void> {
  const queue = [...drives]
  // Opens all worlds before work starts, because opening one could cause timeouts in another.
  const worldPromises = Array.from({ length: Math.min(worlds, drives.length) }, () => openWorld(timeout))
  const work = async (world: World): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const findings = await drive(world, next).catch(error => [`threw ${String(error?.stack ?? error)}`])
      report(next, findings)
    }
    await world.close()
  }
  await Promise.all((await Promise.all(worldPromises)).map(work))
}
