import { InvalidAmazonResponse } from '../../application/ports.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import { isRecord, quoteIds } from './amazon-http.ts'
import { lastCompleteRowEnd } from './row-scan.ts'

const closeBrace = 0x7d
/** Bytes. */
const maxRow = 1024 * 1024

/** Ids stay exact. */
export class RowSplitter {
  #rest: Buffer = Buffer.alloc(0)
  #hasRows = false

  /** @throws {InvalidAmazonResponse} */
  push(chunk: Buffer): FileRow[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const { rows, end } = this.#cut(bytes)
    this.#hasRows ||= end > 0
    // A copy releases the whole chunk.
    this.#rest = Buffer.from(bytes.subarray(end))
    if (this.#rest.length > maxRow) throw new InvalidAmazonResponse(`a row is longer than ${maxRow} bytes`)
    return rows
  }

  /** @throws {InvalidAmazonResponse} when the array did not end. */
  end(): void {
    const rest = this.#rest.toString('utf8').trim()
    // `[null]` or `[1, 2]` is not an empty report, which would erase its days.
    const isWhole = this.#hasRows ? rest === ']' : /^\[\s*\]$/.test(rest)
    if (!isWhole)
      throw new InvalidAmazonResponse('the file is truncated or contains something other than rows')
  }

  /** If parsing fails, searches byte by byte. */
  #cut(bytes: Buffer): { rows: FileRow[]; end: number } {
    const likely = bytes.lastIndexOf(closeBrace) + 1
    if (likely === 0) return { rows: [], end: 0 }
    const parsed = this.#parse(bytes.subarray(0, likely))
    if (parsed) return { rows: parsed, end: likely }
    const end = lastCompleteRowEnd(bytes)
    if (end === 0) return { rows: [], end }
    const rows = this.#parse(bytes.subarray(0, end))
    if (!rows) throw new InvalidAmazonResponse('a row is not valid JSON')
    return { rows, end }
  }

  #parse(bytes: Buffer): FileRow[] | null {
    const text = bytes.toString('utf8')
    const before = this.#hasRows ? /^\s*,/ : /^\uFEFF?\s*\[/
    const [skipped] = before.exec(text) ?? []
    if (skipped === undefined) throw new InvalidAmazonResponse('the file is not a single array of objects')
    let rows: readonly unknown[]
    try {
      rows = JSON.parse(`[${quoteIds(text.slice(skipped.length))}]`)
    } catch {
      return null
    }
    if (!rows.every(isRecord)) throw new InvalidAmazonResponse('the file contains something other than rows')
    return rows as FileRow[]
  }
}
