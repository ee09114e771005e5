import { AmazonFailure } from '../../application/amazon-failure.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import { type IdEnding, isRecord, quoteIds } from './amazon-http.ts'
import { lastCompleteRowEnd } from './row-scan.ts'

const closeBrace = 0x7d
const maxRowBytes = 1024 * 1024

/** Splits a file that arrives in chunks into rows. Long ids keep all their digits. */
export class RowSplitter {
  #rest: Buffer = Buffer.alloc(0)
  #hasRows = false
  #idEnding: IdEnding | null = null

  /** @throws {AmazonFailure} `unreadable` */
  push(chunk: Buffer): FileRow[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const { rows, end } = this.#cut(bytes)
    this.#hasRows ||= end > 0
    // Copied, so that the chunk can be freed.
    this.#rest = Buffer.from(bytes.subarray(end))
    if (this.#rest.length > maxRowBytes)
      throw new AmazonFailure('unreadable', `a row is longer than ${maxRowBytes} bytes`)
    return rows
  }

  /** @throws {AmazonFailure} `unreadable`, when the array is not closed. */
  end(): void {
    const rest = this.#rest.toString('utf8').trim()
    // `[null]` and `[1, 2]` must not pass as empty reports, which erase their days.
    const isComplete = this.#hasRows ? rest === ']' : /^\[\s*\]$/.test(rest)
    if (!isComplete)
      throw new AmazonFailure('unreadable', 'the file is truncated or contains something other than rows')
  }

  /** Tries up to the last brace. If that isn't valid JSON, searches for the last row's end byte by byte. */
  #cut(bytes: Buffer): { rows: FileRow[]; end: number } {
    const likelyEnd = bytes.lastIndexOf(closeBrace) + 1
    if (likelyEnd === 0) return { rows: [], end: 0 }
    const parsed = this.#parse(bytes.subarray(0, likelyEnd))
    if (parsed) return { rows: parsed, end: likelyEnd }
    const end = lastCompleteRowEnd(bytes)
    if (end === 0) return { rows: [], end }
    const rows = this.#parse(bytes.subarray(0, end))
    if (!rows) throw new AmazonFailure('unreadable', 'a row is not valid JSON')
    return { rows, end }
  }

  #parse(bytes: Buffer): FileRow[] | null {
    const text = bytes.toString('utf8')
    const opening = this.#hasRows ? /^\s*,/ : /^\uFEFF?\s*\[/
    const [skipped] = opening.exec(text) ?? []
    if (skipped === undefined)
      throw new AmazonFailure('unreadable', 'the file is not a single array of objects')
    // Reporting v1 names ids `campaign.id`. Looking for both endings in every chunk would slow v3's large files.
    this.#idEnding ??= /\.id"\s*:/.test(text) ? '.id"' : 'Id"'
    let rows: readonly unknown[]
    try {
      rows = JSON.parse(`[${quoteIds(text.slice(skipped.length), this.#idEnding)}]`)
    } catch {
      return null
    }
    if (!rows.every(isRecord))
      throw new AmazonFailure('unreadable', 'the file contains something other than rows')
    return rows as FileRow[]
  }
}
