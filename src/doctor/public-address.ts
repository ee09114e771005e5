import type { Clock } from '../application/ports.ts'
import { after, hours } from '../domain/calendar.ts'
import { type Check, chapters, countOf, type Finding, failed, passed, unchecked, warning } from './check.ts'
import type { Installation } from './installation.ts'
import { certificateReason, reasonOf } from './reasons.ts'
import { answerOf, certificateOf, isOurs, type ShownCertificate, type WebAnswer } from './web-answer.ts'

/** Certificates are renewed about 30 days ahead, so at 21 days the renewal has failed. */
const leastDays = 21

/** Seconds: half a year, the least for browsers' preload lists (hstspreload.org asks for a year). */
const leastHsts = 15_768_000

export function publicAddressChecks({ settings, clock }: Installation): Check[] {
  const { publicUrl } = settings.web
  const see = chapters.up
  return [
    { name: 'public address', see, run: signal => askAddress(publicUrl, signal) },
    { name: 'certificate', see, run: signal => askCertificate(publicUrl, clock, signal) },
    redirectCheck(publicUrl),
    { name: 'HSTS', see, run: signal => askHsts(publicUrl, signal) },
    { name: 'metrics', see: chapters.outside, run: signal => askFromOutside(publicUrl, signal) },
  ]
}

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:'
const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)

async function askAddress(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl) && !isLocal(publicUrl))
    return failed(
      `${publicUrl.origin} is plain http: sessions can be read on the way, and Amazon sends nobody back to it.`,
      'Put a proxy with TLS before it, and its https address into PUBLIC_URL.',
    )
  const answer = await answerOf(new URL('/healthz', publicUrl), signal).catch(reasonOf)
  if (typeof answer === 'string')
    return failed(
      `${publicUrl.origin} is not reached from here: ${answer}.`,
      'Look at its name, at the proxy and at the firewall. Where only this machine cannot reach it, run the doctor on another.',
    )
  if (!isOurs(answer))
    return failed(
      `${publicUrl.origin}/healthz answers ${answer.status}, and not as our web server does.`,
      'Look where the proxy leads, and whether a web process runs.',
    )
  if (!isSecure(publicUrl))
    return warning(
      `${publicUrl.origin} answers, and is for this machine alone.`,
      'For sellers PUBLIC_URL is an https address.',
    )
  return passed(`${publicUrl.origin} answers.`)
}

async function askCertificate(publicUrl: URL, clock: Clock, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl))
    return unchecked('There is none at plain http.', 'PUBLIC_URL has to be https first.')
  const shown = await certificateOf(publicUrl, signal).catch(reasonOf)
  if (typeof shown === 'string')
    return unchecked(
      `None was shown: ${shown}.`,
      'See to the line “public address”; where that passed, to TLS in the proxy.',
    )
  return judgeCertificate(shown, clock.now())
}

function judgeCertificate({ distrust, endsAt }: ShownCertificate, now: Date): Finding {
  const until = endsAt.toISOString().slice(0, 10)
  const wayOn =
    'Look why the proxy has not renewed it: Caddy does so by itself where port 80 or 443 is reached.'
  if (distrust)
    return failed(`Browsers refuse it: ${certificateReason(distrust)}. It is good until ${until}.`, wayOn)
  const days = Math.floor((endsAt.getTime() - now.getTime()) / hours(24))
  if (endsAt < after(now, hours(24) * leastDays))
    return warning(`It ends in ${countOf(days, 'day')}, on ${until}.`, wayOn)
  return passed(`It is trusted, and good until ${until}, for ${days} days.`)
}

/** @param port for plain HTTP; null when the public URL has its own port. */
export const redirectCheck = (publicUrl: URL, port: number | null = publicUrl.port ? null : 80): Check => ({
  name: 'redirect to https',
  see: chapters.up,
  async run(signal) {
    if (!isSecure(publicUrl))
      return unchecked('The public address is plain http.', 'PUBLIC_URL has to be https first.')
    if (port === null)
      return unchecked(
        'PUBLIC_URL has a port of its own: where plain http is answered is not known.',
        'Open the address with http:// in a browser, and look whether it becomes https://.',
      )
    const plain = new URL('/', publicUrl)
    plain.protocol = 'http:'
    plain.port = String(port)
    const answer = await answerOf(plain, signal).catch(reasonOf)
    const wayOn = 'Let the proxy answer http with a redirect to https; Caddy does so by itself.'
    if (typeof answer === 'string')
      return warning(`Whoever types the address without https:// may come to nothing: ${answer}.`, wayOn)
    const target = URL.parse(answer.headers.location ?? '', plain.href)
    if (answer.status >= 300 && answer.status < 400 && target?.protocol === 'https:')
      return passed(`${plain.origin} leads to ${target.origin}.`)
    return warning(
      `${plain.origin} answers ${answer.status} in the clear, and does not lead to https.`,
      wayOn,
    )
  },
})

async function askHsts(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl))
    return unchecked('There is none at plain http.', 'PUBLIC_URL has to be https first.')
  const answer = await answerOf(new URL('/healthz', publicUrl), signal).catch(reasonOf)
  if (typeof answer === 'string')
    return unchecked(`There was no answer: ${answer}.`, 'See to the line “public address” first.')
  const header = String(answer.headers['strict-transport-security'] ?? '')
  const [, age = '0'] = /max-age="?(\d+)/i.exec(header) ?? []
  if (Number(age) >= leastHsts)
    return passed(`Browsers are told to keep to https for ${Math.round(Number(age) / 86_400)} days.`)
  return warning(
    header
      ? `Browsers are told to keep to https for ${age} seconds alone.`
      : 'Browsers are not told to keep to https.',
    'The product sends Strict-Transport-Security where PUBLIC_URL is https: look whether the proxy takes it away.',
  )
}

/** Through the public address: without a forwarding header, the proxy would be treated as an internal scraper. */
async function askFromOutside(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  if (!isSecure(publicUrl) && isLocal(publicUrl))
    return unchecked(
      'The public address is this machine’s own: there is no outside.',
      'PUBLIC_URL has to be the address that sellers know first.',
    )
  const ask = (path: string) => answerOf(new URL(path, publicUrl), signal)
  const answers = await Promise.all([ask('/metrics'), ask('/readyz')]).catch(reasonOf)
  if (typeof answers === 'string')
    return unchecked(`There was no answer: ${answers}.`, 'See to the line “public address” first.')
  const [metrics, ready] = answers
  if (isMetrics(metrics) || isMetrics(ready))
    return failed(
      'Everybody can read how many sellers there are and wait: /metrics is answered from outside.',
      'Let the proxy set X-Forwarded-For, or answer 404 there itself.',
    )
  if (metrics.status >= 500)
    return unchecked(`/metrics answers ${metrics.status}.`, 'See to the line “public address” first.')
  return passed(
    /"status":/.test(ready.text)
      ? 'Metrics are not told outside. /readyz is, which names no seller and no figure.'
      : 'Neither /metrics nor /readyz is told outside.',
  )
}

/** True for Prometheus text, regardless of status and type. */
const isMetrics = ({ text }: WebAnswer): boolean => /^(# (HELP|TYPE) |ads_)/m.test(text)
