import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AmazonAdvertisingReports } from '../../adapters/amazon/advertising-reports.ts'
import { callAmazon } from '../../adapters/amazon/amazon-http.ts'
import { LoginWithAmazon, parseUserProfile } from '../../adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../adapters/amazon/profile-directory.ts'
import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import { isAmazonFailure } from '../../application/amazon-failure.ts'
import type { TokenResponse } from '../../application/connection/ports.ts'
import type { AmazonReportStatus } from '../../application/ingestion/report-ports.ts'
import { addDays, dayIn } from '../../domain/calendar.ts'
import type { AmazonReportId } from '../../domain/identifiers.ts'
import { definitionOf, requestedColumns } from '../../domain/ingestion/catalogue.ts'
import { type AdvertisingProfile, ineligibility } from '../../domain/profile/profile.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { docLinks, type Finding, failed, inconclusive, passed, warning } from './check.ts'
import { reasonOf } from './error-texts.ts'
import { callTimeout } from './installation.ts'
import { type CheckResult, withoutSecrets } from './report.ts'

/**
 * No server needs to answer there: the operator copies the address from the browser's error page. Amazon demands HTTPS
 * of return URLs.
 */
export const liveCallbackUrl = 'https://localhost/dashboard/ads/callback'

export interface LiveOptions {
  readonly region: Region
  /** Prints the text and returns the operator's answer. */
  readonly ask: (text: string) => Promise<string>
  readonly report: (result: CheckResult) => void
  /** Removed from findings, with the tokens that Amazon returns. */
  readonly secrets: readonly Secret[]
  /** Milliseconds. */
  readonly pollInterval?: number
}

/** Amazon generates a small report in minutes, at busy times in hours. */
const maxPolls = 120

/** Ends the checks: later ones need what this one lacks. */
class Stop extends Error {
  readonly finding: Finding

  constructor(finding: Finding) {
    super(finding.message)
    this.finding = finding
  }
}

/**
 * Reads one real account, with a consent that the operator gives now. Stores nothing: the tokens are forgotten at the
 * end. One report of one day stays at Amazon.
 */
export async function runLiveChecks(
  settings: AmazonSettings,
  { region, ask, report, secrets, pollInterval = 15_000 }: LiveOptions,
): Promise<readonly CheckResult[]> {
  const amazon = { ...settings, callbackUrl: liveCallbackUrl }
  const login = new LoginWithAmazon(amazon, callTimeout)
  const known = [...secrets]
  const results: CheckResult[] = []
  /** @returns null when the check stopped. */
  async function check<Seen>(
    name: string,
    run: () => Promise<readonly [Finding, Seen]>,
  ): Promise<Seen | null> {
    const [finding, seen] = await run().catch(error => [findingOf(error), null] as const)
    const result = { name, see: docLinks.live, finding: withoutSecrets(finding, known) }
    results.push(result)
    report(result)
    return seen
  }

  const consent = await check('consent', async () => {
    const state = randomUUID()
    const { url, verifier } = await login.authorisationUrl(region, new Secret(state))
    const code = codeOf(await ask(consentText(url)), state)
    known.push(code)
    const tokens = await login.exchangeCode(region, code, verifier)
    return [consentFinding(amazon, tokens), tokens]
  })
  if (!consent?.refreshToken) return results
  known.push(consent.accessToken, consent.refreshToken)
  const { refreshToken } = consent

  const refreshed = await check('token refresh', async () => {
    const tokens = await login.refresh(region, refreshToken)
    return [passed(`The refresh token works; Amazon ${rotation(tokens.refreshToken, refreshToken)}.`), tokens]
  })
  if (!refreshed) return results
  const token = refreshed.accessToken
  known.push(token)

  await check('user profile', async () => [await checkUserProfile(amazon, region, token), null])
  const profiles = await check('profiles', async () => {
    const all = await new AmazonProfileDirectory(amazon).listProfiles(region, token)
    return [profilesFinding(region, all), all]
  })
  const profile = profiles?.find(one => ineligibility(one) === null)
  if (profile)
    await check('report', async () => [await checkReport(amazon, profile, token, pollInterval), null])
  return results
}

const findingOf = (error: unknown): Finding =>
  error instanceof Stop
    ? error.finding
    : isAmazonFailure(error, 'throttled')
      ? inconclusive('Amazon throttled the call.', 'Run the doctor again in an hour.')
      : failed(`${reasonOf(error)}.`, 'Fix this first, then run the doctor again.')

const consentText = (url: string): string =>
  `Register ${liveCallbackUrl} as an Allowed Return URL. Open this address within five minutes and allow access:

${url}

Your browser then fails to open a page at https://localhost. Copy its address and paste it here: `

/** @throws {Stop} */
function codeOf(pasted: string, state: string): Secret {
  const parameters = URL.parse(pasted.trim())?.searchParams
  const error = parameters?.get('error')
  const fix = 'Run the doctor again, and paste the whole address.'
  if (error) throw new Stop(failed(`Amazon returned ${error}: ${parameters?.get('error_description')}.`, fix))
  const code = parameters?.get('code')
  if (!code) throw new Stop(failed('The address has no code.', fix))
  if (parameters?.get('state') !== state) throw new Stop(failed('The address is of another consent.', fix))
  return new Secret(code)
}

function consentFinding(
  { pkce }: AmazonSettings,
  { refreshToken, expiresInSeconds }: TokenResponse,
): Finding {
  const how =
    pkce === 'S256' ? 'PKCE (S256) together with the client secret' : 'the client secret without PKCE'
  if (!refreshToken)
    return failed(`Amazon accepts ${how}, but returned no refresh token.`, 'Contact Amazon Ads’ support.')
  return passed(`Amazon accepts ${how}; the access token lasts ${Math.round(expiresInSeconds / 60)} minutes.`)
}

function rotation(returned: Secret | null, sent: Secret): string {
  if (!returned) return 'returned no new one'
  return returned.reveal() === sent.reveal() ? 'returned the same one' : 'returned a new one'
}

async function checkUserProfile(amazon: AmazonSettings, region: Region, token: Secret): Promise<Finding> {
  const request = {
    headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
    timeout: callTimeout,
  }
  const urls = [...new Set(regions.map(one => amazon.userProfileUrls[one]))]
  const answers = await Promise.all(
    urls.map(url =>
      callAmazon({ call: 'user_profile', region }, url, request, parseUserProfile).then(
        () => 'names the user',
        reasonOf,
      ),
    ),
  )
  const text = urls.map((url, index) => `${new URL(url).host} ${answers[index]}`).join('; ')
  const own = answers[urls.indexOf(amazon.userProfileUrls[region])]
  if (own === 'names the user') return passed(`${text}.`)
  const fix = `Set AMAZON_USER_PROFILE_URL_${region.toUpperCase()} to an address that names the user.`
  return answers.includes('names the user') ? warning(`${text}.`, fix) : failed(`${text}.`, fix)
}

function profilesFinding(region: Region, profiles: readonly AdvertisingProfile[]): Finding {
  const name = region.toUpperCase()
  if (profiles.length === 0)
    return warning(`No advertising profiles in ${name}.`, 'Run with --region of the account’s marketplace.')
  const counts = Map.groupBy(profiles, ({ accountType, accountSubType, country }) =>
    [accountType, accountSubType, country].filter(Boolean).join(' '),
  )
  const kinds = [...counts].map(([kind, { length }]) => `${length} ${kind}`).join(', ')
  return profiles.some(one => ineligibility(one) === null)
    ? passed(`${name} lists ${kinds}.`)
    : warning(`${name} lists ${kinds}: none can be connected.`, 'Use the login of a seller or vendor.')
}

/** Yesterday's Sponsored Products campaigns: the smallest report that each account has. */
async function checkReport(
  amazon: AmazonSettings,
  profile: AdvertisingProfile,
  token: Secret,
  pollInterval: number,
): Promise<Finding> {
  const reports = new AmazonAdvertisingReports(amazon)
  const definition = definitionOf('sp_campaigns')
  const yesterday = addDays(dayIn(profile.timezone, new Date()), -1)
  const begun = performance.now()
  const request = { definition, days: { from: yesterday, to: yesterday } }
  const { id } = await reports.requestReport(profile, token, request)
  const location = await waitFor(() => reports.getStatus(profile, token, id as AmazonReportId), pollInterval)
  const generated = Math.round((performance.now() - begun) / 1000)
  const columns = new Set<string>()
  let rows = 0
  for await (const batch of reports.download(location, new AbortController().signal)) {
    rows += batch.length
    for (const row of batch) for (const column of Object.keys(row)) columns.add(column)
  }
  const text = `A report of ${yesterday} (${profile.country}) took ${generated} s and has ${rows} rows`
  const missing = rows > 0 ? requestedColumns(definition).filter(column => !columns.has(column)) : []
  return missing.length === 0
    ? passed(`${text}.`)
    : failed(`${text}, without ${missing.join(', ')}.`, 'Report this: the product expects these columns.')
}

type Completed = Extract<AmazonReportStatus, { state: 'completed' }>

/** @throws {Stop} when the report fails or doesn't complete. */
async function waitFor(
  status: () => Promise<AmazonReportStatus>,
  pollInterval: number,
): Promise<Completed['location']> {
  for (let polls = 0; polls < maxPolls; polls += 1) {
    await sleep(pollInterval)
    const seen = await status()
    if (seen.state === 'completed') return seen.location
    if (seen.state === 'failed')
      throw new Stop(failed(`Amazon failed the report: ${seen.detail}.`, 'Run the doctor again in an hour.'))
  }
  throw new Stop(inconclusive('Amazon is still generating the report.', 'Run the doctor again in an hour.'))
}
