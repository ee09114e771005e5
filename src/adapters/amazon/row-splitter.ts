import { StringDecoder } from 'node:string_decoder'
import { AmazonUnreadable } from '../../application/ports.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import { isRecord, quoteIds } from './amazon-http.ts'

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
/** No row of Amazon's comes near it; a broken file could grow without end. */
const longestRow = 1024 * 1024

/**
 * Cuts a JSON array of flat objects into rows as its bytes arrive: each piece is cut behind its last whole
 * object and parsed at once, so that memory does not grow with the file. Ids stay exact.
 */
export class RowSplitter {
  #depth = 0
  #inString = false
  #escaped = false
  #started = false
  #ended = false
  #rest: Buffer = Buffer.alloc(0)

  /** @throws {AmazonUnreadable} */
  push(chunk: Buffer): FileRow[] {
    const lastEnd = this.#scan(chunk)
    if (lastEnd === 0) {
      this.#rest = this.#started ? Buffer.concat([this.#rest, chunk]) : this.#rest
      if (this.#rest.length > longestRow) throw new AmazonUnreadable('a row is longer than any of Amazon')
      return []
    }
    const whole = Buffer.concat([this.#rest, chunk.subarray(0, lastEnd)])
    this.#rest = Buffer.from(chunk.subarray(lastEnd))
    return parseRows(whole)
  }

  /** @throws {AmazonUnreadable} when the array did not end. */
  end(): void {
    if (!this.#ended) throw new AmazonUnreadable('the file ends in the middle')
    // `[null]` or `[1, 2]` has no rows, but is not an empty report: its days must not be emptied for it.
    if (!/^\s*\[?\s*\]\s*$/.test(this.#rest.toString('utf8').replace(/^\uFEFF/, ''))) {
      throw new AmazonUnreadable('the file holds something that is no row')
    }
  }

  /** @returns where the last whole row of this chunk ends; 0 when none does. */
  #scan(chunk: Buffer): number {
    let lastEnd = 0
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index]
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#inString = false
      } else if (byte === quote) {
        if (this.#depth < 2) throw new AmazonUnreadable('the file is no array of objects')
        this.#inString = true
      } else if (byte === openBrace || byte === openBracket) {
        if (this.#depth === 0 && (byte !== openBracket || this.#started)) {
          throw new AmazonUnreadable('the file is no single array')
        }
        this.#started = true
        this.#depth += 1
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1
        if (this.#depth === 1) lastEnd = index + 1
        else if (this.#depth === 0) this.#ended = true
        else if (this.#depth < 0) throw new AmazonUnreadable('the file is out of balance')
      }
    }
    return lastEnd
  }
}

/** Whole objects, after the array's opening bracket or the comma of the row before. */
function parseRows(bytes: Buffer): FileRow[] {
  const text = new StringDecoder('utf8').end(bytes).replace(/^\uFEFF?\s*\[|^\s*,/, '')
  const rows = parsed(`[${quoteIds(text)}]`)
  if (!rows.every(isRecord)) throw new AmazonUnreadable('the file holds something that is no row')
  return rows as FileRow[]
}

function parsed(json: string): readonly unknown[] {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new AmazonUnreadable('a row is no JSON', { cause })
  }
}
