import { Readable } from 'node:stream'
import {
  type AmazonCall,
  AmazonFailure,
  amazonRejection,
  isAmazonFailure,
  type ResponseMetadata,
} from '../../application/amazon-failure.ts'
import type { CallSignal } from '../../application/diagnostics-channels.ts'
import { userAgent } from './request-headers.ts'
import { traceCall } from './traced-call.ts'

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Decompressed. Far above 1,000 profiles (0.5 MB). An endless response must not fill memory. */
export const maxResponseBytes = 16 * 1024 * 1024

/** Far above Amazon's error bodies and token responses (a few kB). */
export const maxShortResponseBytes = 64 * 1024

/** Milliseconds. */
const errorTextTimeout = 2000

/** Milliseconds. */
export const workerCallTimeout = 20_000

type TimedRequest = Omit<RequestInit, 'headers'> & {
  readonly headers: Readonly<Record<string, string>>
  readonly timeout: number
}

export const callAmazon = <Result>(
  context: { readonly call: Exclude<AmazonCall, 'token'>; readonly region: CallSignal['region'] },
  url: string,
  request: TimedRequest,
  parse: (body: unknown) => Result,
): Promise<Result> =>
  traceCall(context, async signal => {
    const response = await send(url, request)
    signal.status = response.status
    signal.requestId = responseMetadata(name => response.headers.get(name), '').requestId
    return parse(parseResponse(response, context.call))
  })

/**
 * Doesn't follow redirects, which could leak the token.
 * @throws {AmazonFailure} `timeout`, `unreachable` or `unreadable`
 */
async function send(url: string, { timeout, headers, ...request }: TimedRequest): Promise<HttpResponse> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      ...request,
      headers: { ...userAgent, ...headers },
      signal: AbortSignal.timeout(timeout),
    })
    return { status: response.status, headers: response.headers, text: await readText(response) }
  } catch (cause) {
    if (isAmazonFailure(cause, 'unreadable')) throw cause
    throw toNetworkError(cause, new URL(url).host)
  }
}

async function readText({ status, body }: Response): Promise<string> {
  if (status >= 400) return body ? readErrorText(body) : ''
  const decoder = new TextDecoder()
  let [text, length] = ['', 0]
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > maxResponseBytes)
      throw new AmazonFailure('unreadable', `the response is larger than ${maxResponseBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** As much as arrives in time, decompressed: the status counts even without its text. */
export async function readErrorText(body: ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    const signal = AbortSignal.timeout(errorTextTimeout)
    for await (const chunk of Readable.fromWeb(body, { signal })) {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxShortResponseBytes) break
    }
  } catch {
    // Broken or too slow.
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function toNetworkError(cause: unknown, host: string): AmazonFailure {
  const names = [cause, cause instanceof Error ? cause.cause : null].map(error =>
    error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '',
  )
  if (names.some(name => / Z_\w+_ERROR$/.test(name)))
    return new AmazonFailure('unreadable', `${host} sent a body that can’t be decompressed`, { cause })
  return names.some(name => /Timeout|TIMEOUT|ETIMEDOUT/.test(name))
    ? new AmazonFailure('timeout', `${host} did not respond in time`, { cause })
    : new AmazonFailure('unreachable', `${host} could not be reached`, { cause })
}

/**
 * @returns a redirect as its location, for a request that allows one.
 * @throws {AmazonFailure}
 */
export function parseResponse(response: HttpResponse, call: AmazonCall): unknown {
  const error = toResponseError(response, call)
  if (error) throw error
  if (response.status >= 300) return { location: response.headers.get('location') }
  return parseJsonWithBigIds(response.text)
}

/** @returns null below 400. */
export function toResponseError(
  { status, headers, text }: HttpResponse,
  call: AmazonCall,
): AmazonFailure | null {
  if (status < 400) return null
  const { code, detail, requestId } = readErrorBody(text)
  const metadata = responseMetadata(name => headers.get(name), requestId)
  if (status === 429) {
    const wait = retryAfterSeconds(headers.get('retry-after'), respondedAt(headers.get('date')))
    return new AmazonFailure('throttled', 'Amazon answered 429', { retryAfterSeconds: wait, ...metadata })
  }
  if (isRetryableStatus(status, call))
    return new AmazonFailure('unreachable', `Amazon answered ${status}`, { httpStatus: status, ...metadata })
  return amazonRejection({ httpStatus: status, code, detail, ...metadata, call })
}

/** The id is in the body or one of three headers (docs/product/amazon.md, "Ads API: errors"). */
export function responseMetadata(
  header: (name: string) => string | null | undefined,
  bodyId: string,
): ResponseMetadata {
  const headerId = ['x-amzn-requestid', 'x-amz-rid', 'x-amz-request-id'].map(header).find(Boolean)
  const at = Date.parse(header('date') ?? '')
  return {
    requestId: sanitiseText(bodyId || headerId || '').slice(0, 200) || null,
    answeredAt: Number.isNaN(at) ? null : new Date(at),
  }
}

/** RFC 9110 §15.6, §15.5.9; RFC 8470 §5.2. Amazon's 425 to a report request means a duplicate. */
export const isRetryableStatus = (status: number, call: AmazonCall): boolean =>
  status >= 500 || status === 408 || (status === 425 && call !== 'report_request')

/**
 * Seconds or a date (RFC 9110 §10.2.3).
 * @param now in milliseconds, by the server's clock.
 */
export function retryAfterSeconds(header: string | null, now = Date.now()): number | null {
  if (!header) return null
  if (/^\d+$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}

/** Milliseconds, by the `Date` header (RFC 9110 §6.6.1) or our clock. */
export function respondedAt(date: string | null | undefined): number {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? Date.now() : at
}

/**
 * Amazon's five shapes: `{code, details}` (classic Ads), `{code, detail}` (Reporting v3), `{message}` (gateway),
 * `{error, error_description}` (Login with Amazon), `{errors: [{errorCode, errorMessage}]}` (Accounts).
 */
export function readErrorBody(text: string): { code: string; detail: string; requestId: string } {
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // HTML or empty: only the status is known.
  }
  const [first] = isRecord(body) && Array.isArray(body['errors']) ? body['errors'] : []
  const errorBody = isRecord(first) ? first : body
  const field = (...names: string[]): string => {
    for (const name of names) {
      const value = isRecord(errorBody) ? errorBody[name] : null
      if (typeof value === 'string' || typeof value === 'number') return sanitiseText(String(value))
    }
    return ''
  }
  return {
    code: field('error', 'code', 'errorCode'),
    detail: field('error_description', 'detail', 'details', 'message', 'errorMessage').slice(0, 2000),
    requestId: field('request_id', 'requestId'),
  }
}

/**
 * Replaces control characters except tab and line breaks, lone surrogates and bidirectional controls (Unicode UAX #9
 * §2).
 */
export const sanitiseText = (text: string): string =>
  text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\u202A-\u202E\u2066-\u2069]/gu, ' ')

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Turns integers named `…Id` into strings: Amazon's ids are unsigned 64-bit.
 * @throws {AmazonFailure} `unreadable`
 */
export function parseJsonWithBigIds(text: string): unknown {
  try {
    return JSON.parse(quoteIds(text))
  } catch (cause) {
    throw new AmazonFailure('unreadable', 'the body is not JSON', { cause })
  }
}

export type IdEnding = 'Id"' | '.id"'

const integerIds: Readonly<Record<IdEnding, RegExp>> = {
  'Id"': /Id"\s*:\s*(\d+)(?=\s*[,}])/y,
  '.id"': /\.id"\s*:\s*(\d+)(?=\s*[,}])/y,
}

/** An ending before a colon always ends a name. `indexOf` is five times as fast as a regex. */
export function quoteIds(json: string, ending: IdEnding = 'Id"'): string {
  const integerId = integerIds[ending]
  let quoted = ''
  let done = 0
  for (let at = json.indexOf(ending); at >= 0; at = json.indexOf(ending, at + ending.length)) {
    integerId.lastIndex = at
    const [, digits] = integerId.exec(json) ?? []
    if (digits === undefined) continue
    const end = integerId.lastIndex
    quoted += `${json.slice(done, end - digits.length)}"${digits}"`
    done = end
  }
  return done === 0 ? json : quoted + json.slice(done)
}
