import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ReportLocation } from '../../application/ingestion/ports.ts'
import { AmazonRefused, AmazonTimeout, AmazonUnreadable } from '../../application/ports.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import { refusalIn, wayFailure } from './amazon-http.ts'
import { RowSplitter } from './row-splitter.ts'

/** How long the storage may keep silent, at the start and between two pieces of this many bytes. */
const silence = 30_000
const pieceBytes = 16 * 1024
/** How long one file may take in all: a trickle is no silence, and would hold its place for days. */
const patience = 15 * 60_000

/**
 * A report's rows as they arrive: fetch → gunzip → split. The gzip is the file, not a transfer encoding.
 * No authorisation goes along: the address is signed, and S3 refuses two authentications.
 */
export async function* downloadRows(
  location: ReportLocation,
  allowedHosts: readonly string[],
  lost: AbortSignal,
): AsyncGenerator<readonly FileRow[]> {
  if (!location) return
  const url = allowedAddress(location.url.reveal(), allowedHosts)
  const watch = new SilenceWatch(lost)
  try {
    const response = await fetch(url, { redirect: 'error', signal: watch.signal }).catch(cause => {
      throw watch.failure(cause, url.host)
    })
    if (response.status !== 200 || !response.body) throw await storageRefusal(response)
    yield* readRows(Readable.fromWeb(response.body), watch, url.host)
  } finally {
    watch.end()
  }
}

async function* readRows(
  body: Readable,
  watch: SilenceWatch,
  host: string,
): AsyncGenerator<readonly FileRow[]> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  let bodyFailure: Error | null = null
  let unheard = 0
  body.on('data', (piece: Buffer) => {
    unheard += piece.length
    // A trickle is as good as silence: it would hold a worker's place for hours.
    if (unheard < pieceBytes) return
    unheard = 0
    watch.heard()
  })
  body.on('error', cause => {
    bodyFailure = watch.failure(cause, host)
    gunzip.destroy(bodyFailure)
  })
  const splitter = new RowSplitter()
  try {
    for await (const chunk of body.pipe(gunzip)) {
      // While PostgreSQL is the slow one, Amazon is not to blame for the silence.
      watch.pause()
      const rows = splitter.push(chunk)
      if (rows.length > 0) yield rows
      watch.resume()
    }
  } catch (cause) {
    if (bodyFailure) throw bodyFailure
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) {
      throw new AmazonUnreadable(`the file is no whole gzip: ${cause.message}`, { cause })
    }
    throw cause
  } finally {
    body.destroy()
    gunzip.destroy()
  }
  splitter.end()
}

/**
 * Only where Amazon keeps reports: an address from a body must not lead us to other machines (SSRF).
 * @throws {AmazonUnreadable}
 */
export function allowedAddress(address: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  const pattern = url && allowedHosts.find(allowed => matches(url.hostname, allowed))
  const isLoopback =
    url && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && pattern === url.hostname
  if (!url || !pattern || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new AmazonUnreadable(`reports are not fetched from ${url?.host ?? 'an address that is none'}`)
  }
  return url
}

const matches = (host: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[.[\]\\+?^$(){}|]/g, '\\$&').replaceAll('*', '[a-z0-9.-]*')}$`, 'i').test(
    host,
  )

/** S3 answers an expired signature with 403 and XML; the next look at the report signs a new one. */
async function storageRefusal(response: Response): Promise<Error> {
  const { status, headers } = response
  const text = await response.text().catch(() => '')
  if (status === 403) {
    const requestId = headers.get('x-amz-request-id')
    return new AmazonRefused({
      httpStatus: 403,
      code: 'address_expired',
      detail: 'the address expired',
      requestId,
    })
  }
  return refusalIn({ status, headers, text }) ?? new AmazonUnreadable(`the storage answered ${status}`)
}

/** Ends a download that keeps silent, takes too long in all, or whose lease was lost. */
class SilenceWatch {
  readonly #controller = new AbortController()
  readonly #lost: AbortSignal
  readonly #onLost = (): void => this.#controller.abort(this.#lost.reason)
  readonly #deadline: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  /** When the silence is too long, on the clock of `performance.now()`, and what is left of it in a pause. */
  #endsAt = 0
  #left = silence

  constructor(lost: AbortSignal) {
    this.#lost = lost
    lost.addEventListener('abort', this.#onLost, { once: true })
    this.#deadline = setTimeout(() => this.#end('the download took too long'), patience)
    this.resume()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Enough arrived: the silence begins anew. */
  heard(): void {
    const isPaused = this.#timer === undefined
    this.pause()
    this.#left = silence
    if (!isPaused) this.resume()
  }

  pause(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#left = Math.max(0, this.#endsAt - performance.now())
  }

  resume(): void {
    if (this.#timer !== undefined) return
    this.#endsAt = performance.now() + this.#left
    this.#timer = setTimeout(() => this.#end('the download fell silent'), this.#left)
  }

  end(): void {
    this.pause()
    clearTimeout(this.#deadline)
    this.#lost.removeEventListener('abort', this.#onLost)
  }

  failure(cause: unknown, host: string): Error {
    const { signal } = this.#controller
    return signal.aborted && signal.reason instanceof AmazonTimeout ? signal.reason : wayFailure(cause, host)
  }

  #end(why: string): void {
    this.#controller.abort(new AmazonTimeout(why))
  }
}
