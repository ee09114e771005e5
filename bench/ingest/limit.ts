import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { answerCalls } from '../bench-process.ts'

/** Lower bound, as a process: the rows are CSV already and only need to be copied into the table. */
let client: pg.Client | undefined

const calls = {
  async open(databaseUrl: string) {
    client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
  },
  /** @returns milliseconds. */
  async load(csv: string) {
    if (!client) throw new Error('no database is open')
    const startedAt = performance.now()
    await pipeline(
      createReadStream(csv, { highWaterMark: 256 * 1024 }),
      client.query(copyFrom('copy campaign_fact from stdin (format csv)')),
    )
    return performance.now() - startedAt
  },
}
export type LimitCalls = typeof calls

answerCalls(calls, async () => client?.end())
