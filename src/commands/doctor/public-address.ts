import type { Clock } from '../../application/ports.ts'
import { after, hours } from '../../domain/calendar.ts'
import {
  type Check,
  countOf,
  docLinks,
  type Finding,
  failed,
  inconclusive,
  passed,
  warning,
} from './check.ts'
import { certificateReason, reasonOf } from './error-texts.ts'
import type { Installation } from './installation.ts'
import {
  certificateOf,
  fetchPage,
  isHealthResponse,
  type ServerCertificate,
  type WebResponse,
} from './web-response.ts'

/** Proxies renew about 30 days before expiry: fewer than 21 days left means that renewal failed. */
const minDays = 21

/** Seconds: half a year. */
const minHsts = 15_768_000

export function publicAddressChecks({ settings, clock }: Installation): Check[] {
  const { publicUrl } = settings.web
  const see = docLinks.up
  return [
    { name: 'public address', see, run: signal => checkAddress(publicUrl, signal) },
    { name: 'certificate', see, run: signal => fetchAndCheckCertificate(publicUrl, clock, signal) },
    redirectCheck(publicUrl),
    { name: 'HSTS', see, run: signal => checkHsts(publicUrl, signal) },
    { name: 'metrics', see: docLinks.external, run: signal => checkMetricsArePrivate(publicUrl, signal) },
  ]
}

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:'
const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)

async function checkAddress(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl) && !isLocal(publicUrl))
    return failed(
      `${publicUrl.origin} is plain http: sessions can be intercepted, and Amazon rejects it as a callback URL.`,
      'Put a TLS proxy in front and set PUBLIC_URL to its https address.',
    )
  const answer = await fetchPage(new URL('/healthz', publicUrl), signal).catch(reasonOf)
  if (typeof answer === 'string')
    return failed(
      `${publicUrl.origin} not reachable from here: ${answer}.`,
      'Check DNS, proxy and firewall. If only this machine can’t reach it, run the doctor elsewhere.',
    )
  if (!isHealthResponse(answer))
    return failed(
      `${publicUrl.origin}/healthz returned ${answer.status}, not our web server’s response.`,
      'Check the proxy’s target and that a web process runs.',
    )
  if (!isSecure(publicUrl))
    return warning(
      `${publicUrl.origin} responds, but only on this machine.`,
      'For sellers, set PUBLIC_URL to an https address.',
    )
  return passed(`${publicUrl.origin} responds.`)
}

async function fetchAndCheckCertificate(publicUrl: URL, clock: Clock, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl))
    return inconclusive('Not available over plain http.', 'Set PUBLIC_URL to an https address first.')
  const shown = await certificateOf(publicUrl, signal).catch(reasonOf)
  if (typeof shown === 'string')
    return inconclusive(
      `No certificate received: ${shown}.`,
      'Fix the “public address” check first. If it passed, check TLS in the proxy.',
    )
  return checkCertificate(shown, clock.now())
}

function checkCertificate({ trustError, endsAt }: ServerCertificate, now: Date): Finding {
  const until = endsAt.toISOString().slice(0, 10)
  const fix =
    'Check why the proxy didn’t renew it. Caddy renews automatically if port 80 or 443 is reachable.'
  if (trustError)
    return failed(`Browsers reject it: ${certificateReason(trustError)}. Valid until ${until}.`, fix)
  const days = Math.floor((endsAt.getTime() - now.getTime()) / hours(24))
  if (endsAt < after(now, hours(24) * minDays))
    return warning(`Expires in ${countOf(days, 'day')}, on ${until}.`, fix)
  return passed(`Trusted, valid until ${until} (${days} days).`)
}

/** @param port for plain HTTP; null when the public URL names a port. */
export const redirectCheck = (publicUrl: URL, port: number | null = publicUrl.port ? null : 80): Check => ({
  name: 'redirect to https',
  see: docLinks.up,
  async run(signal) {
    if (!isSecure(publicUrl))
      return inconclusive('The public address is plain http.', 'Set PUBLIC_URL to an https address first.')
    if (port === null)
      return inconclusive(
        'PUBLIC_URL has its own port: the plain http address is unknown.',
        'Open the address with http:// in a browser. Check that it becomes https://.',
      )
    const plainUrl = new URL('/', publicUrl)
    plainUrl.protocol = 'http:'
    plainUrl.port = String(port)
    const answer = await fetchPage(plainUrl, signal).catch(reasonOf)
    const fix = 'Make the proxy redirect http to https. Caddy does so automatically.'
    if (typeof answer === 'string')
      return warning(`The address without https:// may not work: ${answer}.`, fix)
    const target = URL.parse(answer.headers.location ?? '', plainUrl.href)
    if (answer.status >= 300 && answer.status < 400 && target?.protocol === 'https:')
      return passed(`${plainUrl.origin} redirects to ${target.origin}.`)
    return warning(
      `${plainUrl.origin} returned ${answer.status} over plain http without a redirect to https.`,
      fix,
    )
  },
})

async function checkHsts(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl))
    return inconclusive('Not available over plain http.', 'Set PUBLIC_URL to an https address first.')
  const answer = await fetchPage(new URL('/healthz', publicUrl), signal).catch(reasonOf)
  if (typeof answer === 'string')
    return inconclusive(`No response: ${answer}.`, 'Fix the “public address” check first.')
  const header = String(answer.headers['strict-transport-security'] ?? '')
  const [, age = '0'] = /max-age="?(\d+)/i.exec(header) ?? []
  if (Number(age) >= minHsts) return passed(`HSTS set for ${Math.round(Number(age) / 86_400)} days.`)
  return warning(
    header ? `HSTS set for only ${age} seconds.` : 'HSTS not set.',
    'The product sends Strict-Transport-Security if PUBLIC_URL is https. Check that the proxy keeps it.',
  )
}

/** Requests through the proxy: without X-Forwarded-For, they look like an internal scraper's and get the metrics. */
async function checkMetricsArePrivate(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl) && isLocal(publicUrl))
    return inconclusive(
      'The public address is local: no outside access.',
      'Set PUBLIC_URL to the sellers’ address first.',
    )
  const fetchPath = (path: string) => fetchPage(new URL(path, publicUrl), signal)
  const answers = await Promise.all([fetchPath('/metrics'), fetchPath('/readyz')]).catch(reasonOf)
  if (typeof answers === 'string')
    return inconclusive(`No response: ${answers}.`, 'Fix the “public address” check first.')
  const [metrics, ready] = answers
  if (isMetrics(metrics) || isMetrics(ready))
    return failed(
      'Metrics are public: /metrics responds from outside.',
      'Make the proxy set X-Forwarded-For, or return 404 for /metrics.',
    )
  if (metrics.status >= 500)
    return inconclusive(`/metrics returned ${metrics.status}.`, 'Fix the “public address” check first.')
  return passed(
    /"status":/.test(ready.text)
      ? '/metrics is private. /readyz is public; it contains no seller data and no figures.'
      : '/metrics and /readyz are private.',
  )
}

const isMetrics = ({ text }: WebResponse): boolean => /^(# (HELP|TYPE) |ads_)/m.test(text)
