import { once } from 'node:events'
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** As much of a page as is looked at, in characters. */
const longest = 256 * 1024

/**
 * One request, without secrets and whoever signed the certificate: that is a line of its own, and one trouble is told once.
 * @throws what the way does to it.
 */
export async function answerOf(url: URL, signal: AbortSignal): Promise<WebAnswer> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain
  const sent = request(url, { signal, agent: false, rejectUnauthorized: false })
  sent.end()
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const piece of response.setEncoding('utf8')) {
    text += piece
    if (text.length > longest) break
  }
  return { status: response.statusCode, headers: response.headers, text }
}

/** Whether it is what `/healthz` of any of our processes says. */
export const isOurs = ({ status, text }: WebAnswer): boolean =>
  status === 200 && /^\{"status":"ok"\}$/.test(text.trim())

export interface ShownCertificate {
  /** Null where it is trusted; otherwise the code of its verification. */
  readonly distrust: string | null
  readonly endsAt: Date
}

/** @throws what the way does to it. */
export async function certificateOf(url: URL, signal: AbortSignal): Promise<ShownCertificate> {
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
    const distrust = socket.authorized ? null : String(socket.authorizationError)
    return { distrust, endsAt: new Date(shown.valid_to) }
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
