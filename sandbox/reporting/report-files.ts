import { randomUUID } from 'node:crypto'
import { createWriteStream, statSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pLimit from 'p-limit'
import type { Source } from '../figures/source.ts'
import type { Report } from './report.ts'
import { chunksOf } from './report-text.ts'

/** Each file is written once, as a stream; a lost one can be generated again. */
export class ReportFiles {
  readonly #folder: string
  readonly #isTemporary: boolean
  readonly #source: Source
  readonly #made = new Map<string, Promise<string>>()
  readonly #turn = pLimit(2)
  #stopping = new AbortController()

  constructor(source: Source, folder?: string) {
    this.#source = source
    this.#isTemporary = folder === undefined
    this.#folder = folder ?? join(tmpdir(), `amazon-sandbox-${randomUUID()}`)
  }

  /** Resolves when the file is complete. */
  generate(report: Report): Promise<string> {
    const existing = this.#made.get(report.reportId)
    if (existing) return existing
    const generating = this.#turn(() => this.#write(report))
    this.#made.set(report.reportId, generating)
    generating.catch(() => this.#made.delete(report.reportId))
    return generating
  }

  /** @returns undefined unless the file is complete. */
  sizeOf(report: Report): number | undefined {
    return statSync(this.#pathOf(report), { throwIfNoEntry: false })?.size
  }

  async remove(report: Report): Promise<void> {
    this.#made.delete(report.reportId)
    await rm(this.#pathOf(report), { force: true })
  }

  async deleteAll(): Promise<void> {
    await this.#stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async close(): Promise<void> {
    await this.#stop()
    if (this.#isTemporary) await rm(this.#folder, { recursive: true, force: true })
  }

  /** Unfinished files can be generated again. */
  async #stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.allSettled(this.#made.values())
    this.#made.clear()
    this.#stopping = new AbortController()
  }

  async #write(report: Report): Promise<string> {
    const path = this.#pathOf(report)
    if (this.sizeOf(report) !== undefined) return path
    await mkdir(this.#folder, { recursive: true })
    const chunks = Readable.from(chunksOf(report, this.#source))
    const { signal } = this.#stopping
    await pipeline(chunks, createGzip({ level: 1 }), createWriteStream(`${path}.part`), { signal })
    await rename(`${path}.part`, path)
    return path
  }

  #pathOf(report: Report): string {
    return join(this.#folder, `${report.reportId}.json.gz`)
  }
}
