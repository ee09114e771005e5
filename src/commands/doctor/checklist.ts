import { defaultTimeouts, SmtpMailer } from '../../adapters/smtp/smtp-mailer.ts'
import { type ConfiguredAmazon, isLoopback, type Settings } from '../../settings/settings.ts'
import { amazonChecks } from './amazon.ts'
import { type Check, docLinks, type Finding, failed, passed, warning } from './check.ts'
import { checkClock } from './clock.ts'
import { databaseChecks } from './database.ts'
import { reasonOf } from './error-texts.ts'
import { callTimeout, type Installation } from './installation.ts'

export const checklist = (installation: Installation): readonly Check[] => [
  { name: 'settings', see: docLinks.secrets, run: async () => checkSettings(installation.settings) },
  {
    name: 'public address',
    see: docLinks.up,
    run: signal => checkPublicAddress(installation.settings.web.publicUrl, signal),
  },
  ...amazonChecks(installation),
  { name: 'clock', see: docLinks.up, run: signal => checkClock(installation, signal) },
  ...databaseChecks(installation),
  { name: 'email', see: docLinks.email, run: () => checkEmail(installation.settings) },
]

/** Hosts of the default addresses (docs/product/amazon.md, "Login with Amazon: hosts and scopes"). */
const amazonHost = /(^|\.)amazon\.(com|co\.uk|co\.jp)$/

function checkSettings({ isProduction, amazon }: Settings): Finding {
  const found = [
    isProduction ? '' : 'NODE_ENV is not production',
    amazon.kind === 'sandbox' ? 'Amazon is the sandbox' : unusualAmazonSetting(amazon),
  ].filter(Boolean)
  if (found.length === 0) return passed('All valid, none for development only.')
  return warning(
    `All valid, but these are for development only: ${found.join('; ')}.`,
    'Before going live, set NODE_ENV=production (rejects most of these by name) and Amazon’s real addresses.',
  )
}

function unusualAmazonSetting(amazon: ConfiguredAmazon): string {
  if (amazon.clientId.endsWith('.local-sandbox')) return 'LWA_CLIENT_ID is the sandbox’s'
  const { authorizeUrls, tokenUrls, userProfileUrls, adsUrls } = amazon
  const addresses = [authorizeUrls, tokenUrls, userProfileUrls, adsUrls].flatMap(urls => Object.values(urls))
  const hosts = addresses.map(address => new URL(address).hostname)
  const otherHosts = [...new Set(hosts)].filter(host => !amazonHost.test(host))
  return otherHosts.length > 0 ? `AMAZON_… addresses point to ${otherHosts.join(', ')}` : ''
}

/** Verifies the certificate, as browsers do. */
async function checkPublicAddress(publicUrl: URL, signal: AbortSignal): Promise<Finding> {
  const { origin, protocol, hostname } = publicUrl
  const isSecure = protocol === 'https:'
  if (!isSecure && !isLoopback(hostname))
    return failed(
      `${origin} is plain http: sessions can be intercepted, and Amazon rejects it as a callback URL.`,
      'Put a TLS proxy in front and set PUBLIC_URL to its https address.',
    )
  const fetchPath = async (path: string) => {
    const answer = await fetch(new URL(path, publicUrl), { redirect: 'manual', signal })
    return { status: answer.status, text: await answer.text() }
  }
  const answers = await Promise.all([fetchPath('/healthz'), fetchPath('/metrics')]).catch(reasonOf)
  if (typeof answers === 'string')
    return failed(
      `${origin} not reachable from here: ${answers}.`,
      'Check DNS, proxy, certificate and firewall. If only this machine can’t reach it, run the doctor elsewhere.',
    )
  const [health, metrics] = answers
  if (health.status !== 200 || health.text.trim() !== '{"status":"ok"}')
    return failed(
      `${origin}/healthz returned ${health.status}, not our web server’s response.`,
      'Check the proxy’s target and that a web process runs.',
    )
  if (!isSecure)
    return warning(
      `${origin} responds, but only on this machine.`,
      'For sellers, set PUBLIC_URL to an https address.',
    )
  // Without X-Forwarded-For, a request looks like an internal scraper's.
  if (/^(# (HELP|TYPE) |ads_)/m.test(metrics.text))
    return failed(
      'Metrics are public: /metrics responds from outside.',
      'Make the proxy set X-Forwarded-For, or return 404 for /metrics (docs/observability.md).',
    )
  return passed(`${origin} responds, and its metrics are private.`)
}

/** Signs in and sends nothing. */
async function checkEmail({ email, support }: Settings): Promise<Finding> {
  if (!email.smtpUrl) return warning('SMTP_URL is not set: emails are only logged.', 'Set SMTP_URL.')
  const mailer = new SmtpMailer({ url: email.smtpUrl, from: email.from ?? support.email }, () => undefined, {
    ...defaultTimeouts,
    connect: callTimeout,
    greeting: callTimeout,
    silence: callTimeout,
  })
  try {
    await mailer.verify()
    return passed('The SMTP server accepts our sign-in.')
  } catch (error) {
    return failed(
      `The SMTP server can’t be used: ${reasonOf(error)}.`,
      'Check that it runs, and check SMTP_URL.',
    )
  } finally {
    mailer.close()
  }
}
