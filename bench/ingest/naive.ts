import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql'
import { chain } from 'stream-chain'
import { parser } from 'stream-json'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import batch from 'stream-json/utils/batch.js'
import { answerCalls } from '../bench-process.ts'
import { rollUp } from './roll-up.ts'

/** Naive reference, as a process: a streaming JSON parser and the ORM's own upsert. */

const CampaignFact = defineEntity({
  name: 'CampaignFact',
  tableName: 'campaign_fact',
  properties: {
    connectionId: p.uuid().primary(),
    adProduct: p.text().primary(),
    day: p.date().primary(),
    campaignId: p.text().primary(),
    campaignName: p.text().nullable(),
    campaignStatus: p.text().nullable(),
    impressions: p.bigint('number'),
    clicks: p.bigint('number'),
    cost: p.decimal('string'),
    orders: p.bigint('number'),
    sales: p.decimal('string'),
    units: p.bigint('number'),
    orders14d: p.bigint('number').fieldName('orders_14d'),
    sales14d: p.decimal('string').fieldName('sales_14d'),
  },
})

interface FileRow {
  readonly date: string
  readonly campaignId: number
  readonly campaignName: string
  readonly campaignStatus: string
  readonly impressions: number
  readonly clicks: number
  readonly cost: number
  readonly purchases7d: number
  readonly sales7d: number
  readonly unitsSoldClicks7d: number
  readonly purchases14d: number
  readonly sales14d: number
}

const factOf = (connectionId: string, row: FileRow) => ({
  connectionId,
  adProduct: 'SP',
  day: row.date,
  campaignId: String(row.campaignId),
  campaignName: row.campaignName,
  campaignStatus: row.campaignStatus,
  impressions: row.impressions,
  clicks: row.clicks,
  cost: String(row.cost),
  orders: row.purchases7d,
  sales: String(row.sales7d),
  units: row.unitsSoldClicks7d,
  orders14d: row.purchases14d,
  sales14d: String(row.sales14d),
})

/**
 * From 300 (MikroORM's default) to 4,000 rows the processor time differs by less than a sixth; 1,000 took the least.
 * PostgreSQL accepts 65,535 parameters, and a row has 14.
 */
const batchSize = 1000

let orm: MikroORM | undefined

const calls = {
  async open(databaseUrl: string) {
    orm = await MikroORM.init({
      clientUrl: databaseUrl,
      entities: [CampaignFact],
      forceUtcTimezone: true,
      logger: () => undefined,
    })
    await orm.em.fork().execute('select 1')
  },
  /** @returns milliseconds for download, decoding, upserts and roll-up in one transaction. */
  async load({ url, connectionId }: { url: string; connectionId: string }) {
    if (!orm) throw new Error('no database is open')
    const startedAt = performance.now()
    await orm.em.fork().transactional(async em => {
      const response = await fetch(url)
      if (!response.ok || !response.body) throw new Error(`the storage answered ${response.status}`)
      const facts: Duplex = chain([
        // No partial values, and one pipeline step per row: the advice of stream-json's Performance page.
        parser({ streamValues: false }),
        streamArray<FileRow>(),
        ({ value }: { value: FileRow }) => factOf(connectionId, value),
        batch({ batchSize }),
      ])
      await pipeline(
        Readable.fromWeb(response.body),
        createGunzip(),
        facts,
        async (batches: AsyncIterable<ReturnType<typeof factOf>[]>) => {
          for await (const rows of batches) {
            await em.upsertMany(CampaignFact, rows, { batchSize })
            em.clear()
          }
        },
      )
      await em.execute(rollUp, [connectionId])
    })
    return performance.now() - startedAt
  },
}
export type NaiveCalls = typeof calls

answerCalls(calls, async () => orm?.close(true))
