import type { Region } from '../../../../src/domain/profile/region.ts'
import type { Call, Cell } from '../cell.ts'
import { driveAuthorise, driveExchange } from './login-story.ts'
import { driveProfiles, driveUserProfile, driveWhyEmpty } from './picker-story.ts'
import { driveReport } from './report-story.ts'
import { openWorld, type World } from './world.ts'

/** One cell of the table, for one region. */
export interface Drive {
  readonly call: Call
  readonly fault: string
  readonly region: Region
  readonly cell: Cell
}

/** @returns what was otherwise than documented. */
export async function drive(world: World, { call, fault, region, cell }: Drive): Promise<string[]> {
  world.mend()
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

/** What has to be waited for in truth. */
const isSilent = ({ fault }: Drive): boolean => fault === 'timeout' || fault === 'slow_body'

type Tell = (drive: Drive, findings: readonly string[]) => void

/**
 * Silence is driven with little patience, in many worlds at once, since all they do is wait; the rest after it, in a few
 * worlds and with so much patience that a busy machine is never taken for silence.
 */
export async function driveAll(drives: readonly Drive[], tell: Tell): Promise<void> {
  await driveIn({ worlds: 16, patience: 2500 }, drives.filter(isSilent), tell)
  await driveIn(
    { worlds: 4, patience: 30_000 },
    drives.filter(one => !isSilent(one)),
    tell,
  )
}

async function driveIn(
  { worlds, patience }: { worlds: number; patience: number },
  drives: readonly Drive[],
  tell: Tell,
): Promise<void> {
  const rest = [...drives]
  // All before the first of them works: what it takes to open one is not to be taken for silence in another.
  const opening = Array.from({ length: Math.min(worlds, drives.length) }, () => openWorld(patience))
  const work = async (world: World): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const findings = await drive(world, next).catch(error => [`it threw ${String(error?.stack ?? error)}`])
      tell(next, findings)
    }
    await world.close()
  }
  await Promise.all((await Promise.all(opening)).map(work))
}
