import { randomBytes, randomUUID } from 'node:crypto'
import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import { isAmazonFailure, isInvalidGrant } from '../../application/amazon-failure.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { callbackUrlOf } from '../../settings/settings.ts'
import { type Check, docLinks, type Finding, failed, inconclusive, passed } from './check.ts'
import { reasonOf } from './error-texts.ts'
import type { Installation } from './installation.ts'
import { fetchPage, type WebResponse } from './web-response.ts'

export const loginChecks = (installation: Installation): Check[] => [
  { name: 'LwA client', see: docLinks.clientRefused, run: () => checkClient(installation) },
  { name: 'callback address', see: docLinks.amazon, run: signal => checkCallbackUrl(installation, signal) },
]

export const amazonNotConfigured = (): Finding =>
  inconclusive(
    'Amazon is the sandbox: only the product that started it knows the address.',
    'To check Amazon itself, set LWA_CLIENT_ID and LWA_CLIENT_SECRET.',
  )

/**
 * Tries a random token in each region. Amazon answers `invalid_grant` to a known client and `invalid_client` to an
 * unknown one (docs/product/amazon.md, "Login with Amazon: token errors"; RFC 6749 §6).
 */
async function checkClient({ amazon, login }: Installation): Promise<Finding> {
  if (!amazon) return amazonNotConfigured()
  const opened = await login()
  const randomToken = () => new Secret(`Atzr|${randomBytes(48).toString('base64url')}`)
  const answers = await Promise.all(
    regions.map(region =>
      opened.refresh(region, randomToken()).then(
        () => evaluateError(region, null),
        error => evaluateError(region, error),
      ),
    ),
  )
  return worstOf(answers) ?? passed('Login with Amazon accepts our client id and secret in each region.')
}

const worstOf = (findings: readonly (Finding | null)[]): Finding | null =>
  findings.find(finding => finding?.verdict === 'failed') ??
  findings.find(finding => finding !== null) ??
  null

/** @returns null for `invalid_grant`, which proves the client. */
function evaluateError(region: Region, error: unknown): Finding | null {
  const at = `Login with Amazon ${region.toUpperCase()}`
  if (isAmazonFailure(error, 'rejected')) {
    if (isInvalidGrant(error)) return null
    const details = [error.httpStatus, error.code].filter(Boolean).join(' ')
    return failed(
      `${at} rejects our client (${details}): wrong id or secret, or tokens not allowed.`,
      'Compare LWA_CLIENT_ID and LWA_CLIENT_SECRET with the security profile, then restart all processes.',
    )
  }
  const isBusy =
    isAmazonFailure(error, 'throttled') ||
    (isAmazonFailure(error, 'unreachable') && error.httpStatus !== null)
  if (error === null || isBusy)
    return inconclusive(
      `${at} gave no conclusive response: ${error === null ? 'it accepted a random token' : reasonOf(error)}.`,
      'Run the doctor again in a few minutes.',
    )
  return failed(
    `${at} not reachable: ${reasonOf(error)}.`,
    `Check this machine’s outbound network and AMAZON_TOKEN_URL_${region.toUpperCase()}.`,
  )
}

/**
 * Opens each consent page without signing in. Amazon shows an error for an unregistered callback address, and
 * `invalid_scope` for a client without the Ads API (docs/product/amazon.md, "Login with Amazon: the callback"). Other
 * answers prove nothing, since Amazon may check the address only after sign-in.
 */
async function checkCallbackUrl(
  { amazon, login, settings }: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  const callback = callbackUrlOf(settings.web.publicUrl)
  if (!amazon)
    return inconclusive(
      'Amazon is the sandbox, which accepts any callback URL.',
      `At Amazon, register exactly: ${callback}`,
    )
  const opened = await login()
  const answers = await Promise.all(
    regions.map(async region => {
      const { url } = await opened.authorisationUrl(region, new Secret(randomUUID()))
      return fetchPage(new URL(url), signal).then(
        answer => checkConsent(region, amazon, answer),
        () => null,
      )
    }),
  )
  return (
    worstOf(answers) ??
    inconclusive(
      'Amazon didn’t reject it, but doesn’t confirm that it is registered.',
      `Compare it exactly with the Allowed Return URLs of the security profile: ${callback}`,
    )
  )
}

function checkConsent(
  region: Region,
  { callbackUrl }: AmazonSettings,
  { headers, text }: WebResponse,
): Finding | null {
  const target = URL.parse(headers.location ?? '')
  const error =
    target && `${target.origin}${target.pathname}` === callbackUrl ? target.searchParams.get('error') : null
  if (/lwa-invalid-parameter-bad-redirect-uri|redirect.ur[il]\b.{0,60}whitelist/i.test(text))
    return failed(
      `Amazon ${region.toUpperCase()} rejects the callback URL: it is not in Allowed Return URLs.`,
      `Register it in the security profile, exactly: ${callbackUrl}`,
    )
  if (error === 'invalid_scope' || /unknown scope was requested/i.test(text))
    return failed(
      `Amazon ${region.toUpperCase()} denies this client advertising data.`,
      'Apply for the Ads API with this client id and wait for approval.',
    )
  return null
}
