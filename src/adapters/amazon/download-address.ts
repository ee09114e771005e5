import { AmazonFailure } from '../../application/amazon-failure.ts'

/**
 * Prevents SSRF through a URL in a response.
 * @throws {AmazonFailure} `untrusted_host`
 */
export function assertAllowedDownloadUrl(address: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  const pattern = url && allowedHosts.find(allowed => matches(url.hostname, allowed))
  const isLoopback =
    url && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && pattern === url.hostname
  const isHttps = url?.protocol === 'https:' && url.port === ''
  // `fetch` rejects a user name with an error that contains the whole address, signature included.
  const hasUser = url && (url.username || url.password)
  if (!url || !pattern || hasUser || !(isHttps || (url.protocol === 'http:' && isLoopback))) {
    throw new AmazonFailure(
      'untrusted_host',
      url ? `${url.host} is not an allowed host` : 'the address is invalid',
    )
  }
  return url
}

const matches = (host: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[.[\]\\+?^$(){}|]/g, '\\$&').replaceAll('*', '[a-z0-9.-]*')}$`, 'i').test(
    host,
  )
