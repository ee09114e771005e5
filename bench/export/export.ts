import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { ProfileDirectory } from '../../src/application/connection/ports.ts'
import type { DayRange } from '../../src/domain/calendar.ts'
import { describeMachine } from '../machine.ts'
import type { Measure } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { rollUp, type Size, seedFacts } from '../pages/seed.ts'
import { connectProfile } from '../product.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'

/** Almost no search terms: `seedTerms` adds them, each once, so that the table has one row per fact. */
const sizeWithoutTerms: Size = {
  campaigns: 20,
  adGroups: 40,
  targets: 100,
  products: 50,
  headTerms: 1,
  tailTerms: 1,
  tailTermsPerDay: 1,
}
const full = { terms: 1_000_000 }
const quick = { terms: 20_000 }

const allowedFirstByteMilliseconds = 100
/** Megabytes above the web server's idle memory. */
const allowedMegabytes = 100

export async function benchExport({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const { terms } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  const { amazon, product, pool } = fixture
  log(await describeMachine(pool))

  const tokens = await amazon.consent('us-seller')
  const [profile] = await product.container.get(ProfileDirectory).listProfiles('na', tokens.accessToken)
  if (!profile) throw new Error('there is no profile')
  const connection = await connectProfile(product, profile, tokens)
  const { days } = await seedFacts(product, connection, sizeWithoutTerms, 1)
  await seedTerms(pool, connection.id, days, terms)
  await rollUp(product)
  await vacuumAndCheckpoint(pool)

  const { web, address } = await fixture.serve()
  const [reader] = await fixture.signInSellers(address, 1)
  if (!reader) throw new Error('no reader is signed in')
  await reader.download('/dashboard/ads/campaigns.csv')
  const before = web.memory().now

  const path = `/dashboard/ads/search-terms.csv?from=${days.from}&to=${days.to}`
  // The same table, filtered to every ninth row.
  const part = await reader.download(`${path}&q=type+1`)
  const peakOfPart = web.memory().peak
  log(`${part.lines.toLocaleString('en-US')} lines took ${Math.round(peakOfPart - before)} MB above idle.`)
  const file = await reader.download(path)
  // The file also has a header line and a row from `seedFacts`.
  if (file.lines < terms) throw new Error(`the file has only ${file.lines} lines for ${terms} rows`)
  log(`${file.lines.toLocaleString('en-US')} lines, ${Math.round(file.bytes / 1e6)} MB.`)
  const copyMilliseconds = await copy(pool, connection.id)
  const name = `export: ${terms.toLocaleString('en-US')} rows`
  return [
    {
      name: `${name}, first byte`,
      unit: 'ms',
      ours: file.firstByte,
      reference: allowedFirstByteMilliseconds,
      referenceName: 'limit',
      target: 1,
    },
    {
      name: `${name}, memory above idle`,
      unit: 'MB',
      ours: Math.max(1, web.memory().peak - before),
      reference: allowedMegabytes,
      referenceName: 'limit',
      target: 1,
    },
    {
      name: `${name}, peak memory, compared with ${part.lines.toLocaleString('en-US')} rows`,
      unit: 'MB',
      ours: web.memory().peak,
      reference: peakOfPart,
      referenceName: 'a ninth of the rows',
      target: 0.9,
    },
    {
      name: `${name}, time`,
      unit: 's',
      ours: file.milliseconds / 1000,
      reference: copyMilliseconds / 1000,
      referenceName: 'COPY of the same sums',
      target: null,
    },
  ]
}

const seedTerms = (pool: Pool, connectionId: string, { from }: DayRange, terms: number) =>
  pool.query(
    `insert into search_term_fact (connection_id, ad_product, day, campaign_id, campaign_name, ad_group_id,
       ad_group_name, target_id, targeting, match_type, search_term, impressions, clicks, cost, orders, sales, units,
       orders_14d, sales_14d)
     select $1::uuid, 'SP', $2::date + n % 60, '300000000000000', 'Campaign of brand 1', '400000000000000', 'Ad group 1',
       '500000000000000', 'running shoes', 'BROAD', 'words that buyers type ' || n, 12, 1, 0.73, 0, 0, 0, 0, 0
     from generate_series(1, $3::int) n`,
    [connectionId, from, terms],
  )

/** Reference: PostgreSQL alone aggregates and writes the same rows. @returns milliseconds. */
async function copy(pool: Pool, connectionId: string): Promise<number> {
  const client = await pool.connect()
  const startedAt = performance.now()
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
  const statement = `copy (
    select search_term, targeting, match_type, ad_group_id, campaign_id, sum(cost) as cost, sum(sales), sum(clicks)
    from search_term_fact where connection_id = '${connectionId}'
    group by search_term, targeting, match_type, ad_group_id, campaign_id order by cost desc) to stdout with csv`
  await pipeline(client.query(copyTo(statement)), sink)
  client.release()
  return performance.now() - startedAt
}
