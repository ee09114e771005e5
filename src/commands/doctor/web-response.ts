import { once } from 'node:events'
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

export interface WebResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Characters. */
const maxLength = 256 * 1024

/**
 * Sends no secrets. Doesn't verify the certificate, which has its own check.
 * @throws the network's error.
 */
export async function fetchPage(url: URL, signal: AbortSignal): Promise<WebResponse> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain
  const sent = request(url, { signal, agent: false, rejectUnauthorized: false })
  sent.end()
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > maxLength) break
  }
  return { status: response.statusCode, headers: response.headers, text }
}

export const isHealthResponse = ({ status, text }: WebResponse): boolean =>
  status === 200 && /^\{"status":"ok"\}$/.test(text.trim())

export interface ServerCertificate {
  /** Null when the certificate is trusted. */
  readonly trustError: string | null
  readonly endsAt: Date
}

/** @throws the network's error. */
export async function certificateOf(url: URL, signal: AbortSignal): Promise<ServerCertificate> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const socket = connect({
    host,
    port: Number(url.port) || 443,
    rejectUnauthorized: false,
    ...(!isIP(host) && { servername: host }),
  })
  const end = () => socket.destroy()
  signal.addEventListener('abort', end)
  try {
    await once(socket, 'secureConnect')
    const shown: DetailedPeerCertificate = socket.getPeerCertificate(true)
    const trustError = socket.authorized ? null : String(socket.authorizationError)
    return { trustError, endsAt: new Date(shown.valid_to) }
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
