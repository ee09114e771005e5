import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AmazonFailure, amazonRejection, isAmazonFailure } from '../../application/amazon-failure.ts'
import type { CallSignal } from '../../application/diagnostics-channels.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import type { Secret } from '../../domain/secret.ts'
import { readErrorText, responseMetadata, toNetworkError, toResponseError } from './amazon-http.ts'
import { assertAllowedDownloadUrl } from './download-address.ts'
import { userAgent } from './request-headers.ts'
import { RowSplitter } from './row-splitter.ts'
import { traceCall } from './traced-call.ts'

export interface DownloadLimits {
  /** Milliseconds without progress. */
  readonly silence: number
  /** Compressed bytes that count as progress. */
  readonly progressBytes: number
  /** Milliseconds for one file: an endless body would occupy its load slot. */
  readonly timeout: number
  /** Decompressed. A million rows of search terms have 0.44 GB, the five million of `npm run bench -- memory` 1.3 GB. */
  readonly fileBytes: number
  /** Rows compress to about an eleventh; a gzip bomb reaches a thousandth. */
  readonly compressionRatio: number
  /** Decompressed bytes before the ratio counts: a small file of equal rows compresses well. */
  readonly ratioFromBytes: number
}

export const downloadLimits: DownloadLimits = {
  silence: 30_000,
  progressBytes: 16 * 1024,
  timeout: 15 * 60_000,
  fileBytes: 4 * 1024 ** 3,
  compressionRatio: 100,
  ratioFromBytes: 16 * 1024 ** 2,
}

/** The file itself is gzip. Sends no authorisation: the URL is signed, and S3 rejects both together. */
export async function* downloadRows(
  address: Secret,
  allowedHosts: readonly string[],
  leaseLost: AbortSignal,
  limits: DownloadLimits,
): AsyncGenerator<readonly FileRow[]> {
  const url = assertAllowedDownloadUrl(address.reveal(), allowedHosts)
  const watch = new DownloadWatch(limits, leaseLost)
  try {
    const body = await traceCall({ call: 'download', region: null }, signal => open(url, watch, signal))
    yield* readRows(Readable.fromWeb(body), watch, url.host, limits)
  } finally {
    watch.end()
  }
}

/** The traced call ends with the headers: after that, our own speed counts too. */
async function open(url: URL, watch: DownloadWatch, signal: CallSignal): Promise<ReadableStream> {
  const response = await fetch(url, { redirect: 'error', headers: userAgent, signal: watch.signal }).catch(
    cause => {
      throw watch.toError(cause, url.host)
    },
  )
  signal.status = response.status
  signal.requestId = responseMetadata(name => response.headers.get(name), '').requestId
  if (response.status !== 200 || !response.body) throw await storageError(response)
  return response.body
}

async function* readRows(
  body: Readable,
  watch: DownloadWatch,
  host: string,
  limits: DownloadLimits,
): AsyncGenerator<readonly FileRow[]> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  let bodyError: Error | null = null
  let received = 0
  body.on('data', (bytes: Buffer) => {
    watch.countBytes(bytes.length)
    received += bytes.length
    // Empty members decompress to nothing, so the loop below doesn't see them.
    if (received > limits.fileBytes)
      body.destroy(fileTooLarge(`the file is larger than ${limits.fileBytes} bytes`))
  })
  body.on('error', cause => {
    bodyError = isAmazonFailure(cause, 'unreadable') ? cause : watch.toError(cause, host)
    gunzip.destroy(bodyError)
  })
  const splitter = new RowSplitter()
  let length = 0
  try {
    for await (const chunk of body.pipe(gunzip)) {
      watch.pause()
      length += chunk.length
      assertPlausibleSize(length, gunzip.bytesWritten, limits)
      const rows = splitter.push(chunk)
      if (rows.length > 0) yield rows
      watch.resume()
    }
  } catch (cause) {
    if (bodyError) throw bodyError
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) {
      throw new AmazonFailure('unreadable', `the file is not a complete gzip: ${cause.message}`, { cause })
    }
    throw cause
  } finally {
    body.destroy()
    gunzip.destroy()
  }
  splitter.end()
}

/** @throws {AmazonFailure} `file_too_large` */
function assertPlausibleSize(
  length: number,
  compressed: number,
  { fileBytes, compressionRatio, ratioFromBytes }: DownloadLimits,
): void {
  if (length > fileBytes) throw fileTooLarge(`the file is larger than ${fileBytes} bytes`)
  if (length > ratioFromBytes && length > compressed * compressionRatio)
    throw fileTooLarge(`the file is compressed more than ${compressionRatio} to 1`)
}

const fileTooLarge = (message: string): AmazonFailure =>
  new AmazonFailure('unreadable', message, { code: 'file_too_large' })

/**
 * S3 answers an expired signature with 403 and the end of the signer's own token with 400; the next poll signs a new URL
 * (docs/product/amazon.md, "Reporting v3: generation and download").
 */
async function storageError(response: Response): Promise<Error> {
  const { status, headers } = response
  const text = response.body ? await readErrorText(response.body) : ''
  if (status === 403 || (status === 400 && text.includes('<Code>ExpiredToken</Code>'))) {
    return amazonRejection({
      httpStatus: status,
      code: 'download_url_expired',
      detail: 'the download URL expired',
      ...responseMetadata(name => headers.get(name), ''),
      call: 'download',
    })
  }
  return (
    toResponseError({ status, headers, text: '' }, 'download') ??
    new AmazonFailure('unreadable', `Amazon’s storage responded with ${status}`)
  )
}

class DownloadWatch {
  readonly #controller = new AbortController()
  readonly #leaseLost: AbortSignal
  readonly #onLeaseLost = (): void => this.#controller.abort(this.#leaseLost.reason)
  readonly #silence: Countdown
  readonly #timeout: Countdown
  readonly #progressBytes: number
  #bytesSinceProgress = 0

  constructor({ silence, progressBytes, timeout }: DownloadLimits, leaseLost: AbortSignal) {
    this.#silence = new Countdown(silence, () => this.#abort('the download stalled'))
    this.#timeout = new Countdown(timeout, () => this.#abort('the download took too long'))
    this.#progressBytes = progressBytes
    this.#leaseLost = leaseLost
    if (leaseLost.aborted) this.#onLeaseLost()
    else leaseLost.addEventListener('abort', this.#onLeaseLost, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  countBytes(bytes: number): void {
    this.#bytesSinceProgress += bytes
    if (this.#bytesSinceProgress < this.#progressBytes) return
    this.#bytesSinceProgress = 0
    this.#silence.restart()
  }

  pause(): void {
    this.#silence.pause()
    this.#timeout.pause()
  }

  resume(): void {
    this.#silence.resume()
    this.#timeout.resume()
  }

  end(): void {
    this.pause()
    this.#leaseLost.removeEventListener('abort', this.#onLeaseLost)
  }

  toError(cause: unknown, host: string): Error {
    const { signal } = this.#controller
    return signal.aborted && isAmazonFailure(signal.reason, 'timeout')
      ? signal.reason
      : toNetworkError(cause, host)
  }

  #abort(message: string): void {
    this.#controller.abort(new AmazonFailure('timeout', message))
  }
}

class Countdown {
  readonly #milliseconds: number
  readonly #onElapsed: () => void
  #timer: NodeJS.Timeout | undefined
  /** By `performance.now()`. */
  #endsAt = 0
  #remaining: number

  constructor(milliseconds: number, onElapsed: () => void) {
    this.#milliseconds = milliseconds
    this.#onElapsed = onElapsed
    this.#remaining = milliseconds
    this.resume()
  }

  pause(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#remaining = Math.max(0, this.#endsAt - performance.now())
  }

  resume(): void {
    if (this.#timer !== undefined) return
    this.#endsAt = performance.now() + this.#remaining
    this.#timer = setTimeout(this.#onElapsed, this.#remaining)
  }

  restart(): void {
    const isPaused = this.#timer === undefined
    this.pause()
    this.#remaining = this.#milliseconds
    if (!isPaused) this.resume()
  }
}
