import { readServerStatus } from '../../adapters/postgres/engine/postgres-server-status.ts'
import type { Clock } from '../../application/ports.ts'
import { clockSkewSeconds } from '../../domain/amazon-response.ts'
import { regions } from '../../domain/profile/region.ts'
import { fetchWithoutToken } from './amazon.ts'
import { type Check, docLinks, type Finding, failed, inconclusive, passed, warning } from './check.ts'
import { databaseCheck } from './database.ts'
import type { Installation } from './installation.ts'
import { amazonNotConfigured } from './login.ts'

/** Seconds. Smaller differences can come from latency or the header's resolution. */
const minSkew = 5

const fix = 'Turn on NTP: timedatectl set-ntp true, or use the provider’s time service.'

export const clockChecks = (installation: Installation): Check[] => [
  databaseCheck(installation, { name: 'database clock', see: docLinks.up }, async ({ pool }) =>
    checkClock(
      'the database’s',
      await readClock(installation.clock, async () => (await readServerStatus(pool)).now),
    ),
  ),
  {
    name: 'Amazon clock',
    see: docLinks.up,
    run: async signal =>
      installation.amazon ? checkAmazonClock(installation, signal) : amazonNotConfigured(),
  },
]

interface Reading {
  readonly ours: Date
  readonly theirs: Date
}

async function readClock(clock: Clock, read: () => Promise<Date>): Promise<Reading> {
  const begin = clock.now().getTime()
  const theirs = await read()
  return { ours: new Date((begin + clock.now().getTime()) / 2), theirs }
}

/** Uses the first region that answers: its `Date` header has the time (RFC 9110 §6.6.1). */
async function checkAmazonClock({ amazon, clock }: Installation, signal: AbortSignal): Promise<Finding> {
  const reading = await Promise.any(
    regions.map(region =>
      readClock(clock, async () => {
        const { headers } = await fetchWithoutToken(amazon?.adsUrls[region] ?? '', signal)
        const at = Date.parse(headers.get('date') ?? '')
        if (Number.isNaN(at)) throw new Error('the response has no date')
        // The header truncates to a second: add half.
        return new Date(at + 500)
      }),
    ),
  ).catch(() => null)
  return reading
    ? checkClock('Amazon’s', reading)
    : inconclusive('No Amazon region returned its time.', 'Fix the “Ads API” checks first.')
}

/** Fails beyond the diagnosis's limit, where Amazon may reject valid codes and tokens. */
function checkClock(whose: string, { ours, theirs }: Reading): Finding {
  const seconds = (theirs.getTime() - ours.getTime()) / 1000
  const apart = `${Math.abs(Math.round(seconds))} seconds ${seconds > 0 ? 'behind' : 'ahead of'} ${whose}`
  if (clockSkewSeconds(theirs, ours) !== null)
    return failed(`This machine’s clock is ${apart}: valid codes and tokens count as expired.`, fix)
  if (Math.abs(seconds) >= minSkew) return warning(`This machine’s clock is ${apart}.`, fix)
  return passed(`This machine’s clock and ${whose} differ by less than ${minSkew} seconds.`)
}
