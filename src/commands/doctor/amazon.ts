import { randomBytes, randomUUID } from 'node:crypto'
import { userAgent } from '../../adapters/amazon/request-headers.ts'
import { isAmazonFailure, isInvalidGrant } from '../../application/amazon-failure.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { type Check, docLinks, type Finding, failed, inconclusive, passed, warning } from './check.ts'
import { reasonOf } from './error-texts.ts'
import type { Installation } from './installation.ts'

type Amazon = NonNullable<Installation['amazon']>

export function amazonChecks({ amazon }: Installation): Check[] {
  const check = (
    name: string,
    see: Check['see'],
    run: (amazon: Amazon, signal: AbortSignal) => Promise<Finding>,
  ): Check => ({
    name,
    see,
    run: async signal =>
      amazon
        ? run(amazon, signal)
        : inconclusive(
            'Amazon is the sandbox: only the product that started it knows the address.',
            'To check Amazon itself, set LWA_CLIENT_ID and LWA_CLIENT_SECRET.',
          ),
  })
  return [
    check('LwA client', docLinks.clientRefused, checkClient),
    check('callback address', docLinks.amazon, checkCallbackUrl),
    ...regions.map(region =>
      check(`Ads API ${region.toUpperCase()}`, docLinks.regionDown, (settings, signal) =>
        checkAdsApi(settings, region, signal),
      ),
    ),
  ]
}

const worstOf = (findings: readonly (Finding | null)[]): Finding | null =>
  findings.find(finding => finding?.verdict === 'failed') ??
  findings.find(finding => finding !== null) ??
  null

/**
 * Tries a random token in each region. Amazon answers `invalid_grant` to a known client and `invalid_client` to an
 * unknown one (docs/product/amazon.md, "Login with Amazon: token errors"; RFC 6749 §6).
 */
async function checkClient({ login }: Amazon): Promise<Finding> {
  const randomToken = () => new Secret(`Atzr|${randomBytes(48).toString('base64url')}`)
  const answers = await Promise.all(
    regions.map(region =>
      login.refresh(region, randomToken()).then(
        () => evaluateError(region, new Error('it accepted a random token')),
        error => evaluateError(region, error),
      ),
    ),
  )
  return worstOf(answers) ?? passed('Login with Amazon accepts our client id and secret in each region.')
}

/** @returns null for `invalid_grant`, which proves the client. */
function evaluateError(region: Region, error: unknown): Finding | null {
  if (isInvalidGrant(error)) return null
  const at = `Login with Amazon ${region.toUpperCase()}`
  if (isAmazonFailure(error, 'rejected')) {
    const details = [error.httpStatus, error.code].filter(Boolean).join(' ')
    return failed(
      `${at} rejects our client (${details}): wrong id or secret, or tokens not allowed.`,
      'Compare LWA_CLIENT_ID and LWA_CLIENT_SECRET with the security profile, then restart all processes.',
    )
  }
  if (isAmazonFailure(error, 'unreachable') && error.httpStatus === null)
    return failed(
      `${at} not reachable: ${reasonOf(error)}.`,
      `Check this machine’s outbound network and AMAZON_TOKEN_URL_${region.toUpperCase()}.`,
    )
  return inconclusive(
    `${at} gave no conclusive response: ${reasonOf(error)}.`,
    'Run the doctor again in a few minutes.',
  )
}

/**
 * Opens each consent page without signing in. Amazon shows an error for an unregistered callback address, and
 * `invalid_scope` for a client without the Ads API (docs/product/amazon.md, "Login with Amazon: the callback"). Other
 * answers prove nothing, since Amazon may check the address only after sign-in.
 */
async function checkCallbackUrl(amazon: Amazon, signal: AbortSignal): Promise<Finding> {
  const answers = await Promise.all(
    regions.map(region => checkConsentPage(amazon, region, signal).catch(() => null)),
  )
  return (
    worstOf(answers) ??
    inconclusive(
      'Amazon didn’t reject it, but doesn’t confirm that it is registered.',
      `Compare it exactly with the Allowed Return URLs of the security profile: ${amazon.callbackUrl}`,
    )
  )
}

async function checkConsentPage(
  { login, callbackUrl }: Amazon,
  region: Region,
  signal: AbortSignal,
): Promise<Finding | null> {
  const { url } = await login.authorisationUrl(region, new Secret(randomUUID()))
  const answer = await fetch(url, { redirect: 'manual', headers: userAgent, signal })
  const text = await answer.text()
  if (/lwa-invalid-parameter-bad-redirect-uri|redirect.ur[il]\b.{0,60}whitelist/i.test(text))
    return failed(
      `Amazon ${region.toUpperCase()} rejects the callback URL: it is not in Allowed Return URLs.`,
      `Register it in the security profile, exactly: ${callbackUrl}`,
    )
  const target = answer.headers.get('location') ?? ''
  const isDenied =
    target.startsWith(`${callbackUrl}?`) && new URL(target).searchParams.get('error') === 'invalid_scope'
  if (isDenied || /unknown scope was requested/i.test(text))
    return failed(
      `Amazon ${region.toUpperCase()} denies this client advertising data.`,
      'Apply for the Ads API with this client id and wait for approval.',
    )
  return null
}

/**
 * Calls without a token: only 401 or 403 proves that the Ads API answers (docs/product/amazon.md, "Ads API: errors").
 */
async function checkAdsApi({ adsUrls }: Amazon, region: Region, signal: AbortSignal): Promise<Finding> {
  const { host } = new URL(adsUrls[region])
  const setting = `AMAZON_ADS_URL_${region.toUpperCase()}`
  const answer = await fetchWithoutToken(adsUrls[region], signal).catch(reasonOf)
  if (typeof answer === 'string')
    return failed(
      `${host} not reachable from here: ${answer}.`,
      `Check this machine’s outbound network (DNS, firewall, proxy) and ${setting}.`,
    )
  const { status } = answer
  if (status === 401 || status === 403) return passed(`${host} responds and rejects a call without a token.`)
  return warning(
    `${host} returned ${status} instead of 401 or 403 to a call without a token.`,
    status >= 500
      ? 'Check Amazon Ads’ status page. No data is lost in the meantime.'
      : `Check for an outbound proxy or a wrong ${setting}.`,
  )
}

export const fetchWithoutToken = async (adsUrl: string, signal: AbortSignal): Promise<Response> => {
  const answer = await fetch(`${adsUrl}/v2/profiles`, { redirect: 'manual', headers: userAgent, signal })
  await answer.body?.cancel()
  return answer
}
