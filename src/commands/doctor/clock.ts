import { readServerStatus } from '../../adapters/postgres/engine/postgres-server-status.ts'
import { clockSkewSeconds } from '../../domain/amazon-response.ts'
import { regions } from '../../domain/profile/region.ts'
import { fetchWithoutToken } from './amazon.ts'
import { type Finding, failed, inconclusive, passed, warning } from './check.ts'
import type { Installation } from './installation.ts'

/** Seconds. Smaller differences can come from latency or the header's resolution. */
const minSkew = 5

/** Fails beyond the diagnosis's limit, where Amazon may reject valid codes and tokens. */
export async function checkClock(installation: Installation, signal: AbortSignal): Promise<Finding> {
  const { clock } = installation
  const sources = { 'the database’s': readDatabaseTime, 'Amazon’s': readAmazonTime }
  const comparisons = await Promise.all(
    Object.entries(sources).map(async ([whose, read]) => {
      const begin = clock.now().getTime()
      const theirs = await read(installation, signal).catch(() => null)
      const ours = new Date((begin + clock.now().getTime()) / 2)
      return theirs ? [{ whose, theirs, ours, seconds: (theirs.getTime() - ours.getTime()) / 1000 }] : []
    }),
  )
  const [worst, ...others] = comparisons.flat().sort((a, b) => Math.abs(b.seconds) - Math.abs(a.seconds))
  if (!worst)
    return inconclusive(
      'Neither the database nor Amazon returned its time.',
      'Fix the “database” and “Ads API” checks first.',
    )
  const { whose, theirs, ours, seconds } = worst
  if (Math.abs(seconds) < minSkew) {
    const compared = [worst, ...others].map(each => each.whose).join(' and ')
    return passed(`This machine’s clock is less than ${minSkew} seconds off ${compared}.`)
  }
  const skew = `${Math.abs(Math.round(seconds))} seconds ${seconds > 0 ? 'behind' : 'ahead of'} ${whose}`
  const fix = 'Turn on NTP: timedatectl set-ntp true, or use the provider’s time service.'
  return clockSkewSeconds(theirs, ours) === null
    ? warning(`This machine’s clock is ${skew}.`, fix)
    : failed(`This machine’s clock is ${skew}: valid codes and tokens count as expired.`, fix)
}

const readDatabaseTime = async ({ database }: Installation): Promise<Date> =>
  (await readServerStatus((await database).pool)).now

/** Uses the first region that answers: its `Date` header has the time (RFC 9110 §6.6.1). */
async function readAmazonTime({ amazon }: Installation, signal: AbortSignal): Promise<Date> {
  if (!amazon) throw new Error('Amazon is the sandbox')
  return Promise.any(
    regions.map(async region => {
      const { headers } = await fetchWithoutToken(amazon.adsUrls[region], signal)
      const at = Date.parse(headers.get('date') ?? '')
      if (Number.isNaN(at)) throw new Error('the response has no date')
      // The header truncates to a second: add half.
      return new Date(at + 500)
    }),
  )
}
