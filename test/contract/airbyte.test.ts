import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { profileIdOf, type Row } from '../sandbox/amazon-client.ts'
import { airbyte, columnsOf, type Variant } from './airbyte/connector.ts'
import { listStreams, reportStreams } from './airbyte/streams.ts'

let now = 0
const waited: number[] = []
const sandbox = await startSandbox({ now: () => now, usual: 'small' })
t.teardown(() => sandbox.close())
t.beforeEach(async () => {
  // 19:00 on the 28th in the United States.
  now = Date.parse('2026-11-29T03:00:00Z')
  waited.length = 0
  await sandbox.controls.reset()
  sandbox.controls.set({ generationSeconds: { min: 0, max: 0 } })
})

const connectorOf = (user: string) =>
  airbyte(sandbox, {
    refreshToken: sandbox.controls.grant(user).refreshToken,
    now: () => now,
    wait: seconds => {
      waited.push(seconds)
      now += seconds * 1000
    },
  })
const us = await profileIdOf(sandbox, 'us-seller')
const campaigns = (user = 'us-seller') =>
  connectorOf(user).report('sponsored_products_campaigns_report_stream', 'daily', us, '2026-11-20')

/** What the connector takes for a row's key, with the day or the interval. */
const keyOf = (name: string, variant: Variant, row: Row): string =>
  JSON.stringify([
    row[variant === 'daily' ? 'date' : 'reportDate'],
    ...(reportStreams[name]?.key ?? []).map(column => row[column] ?? 'missing'),
  ])

/** Rows of these streams share their key if only the bought product differs, so the connector loses some. */
const ambiguous = [
  'sponsored_display_asins_report_stream',
  'sponsored_products_asins_keywords_report_stream',
  'sponsored_products_asins_targets_report_stream',
]

t.test('contract: another connector loads all its report streams from the sandbox', async t => {
  const connector = connectorOf('us-seller')
  let rowCount = 0
  for (const name of Object.keys(reportStreams))
    for (const variant of ['summary', 'daily'] as const) {
      const rows = await connector.report(name, variant, us, '2026-11-01')
      const stream = `${name} ${variant}`
      const expectedFields = [...columnsOf(name, variant), 'profileId', 'reportDate'].sort()
      const keys = rows.map(row => keyOf(name, variant, row))

      t.ok(rows.length > 0, `${stream} has rows`)
      t.strictSame(
        rows.map(row => Object.keys(row).sort()).filter(fields => fields.join() !== expectedFields.join()),
        [],
        `${stream} has the requested columns`,
      )
      t.notMatch(keys.join(), /missing/, `${stream} has its key`)
      if (!ambiguous.includes(name)) t.equal(new Set(keys).size, keys.length, `${stream} has each key once`)
      if (variant === 'daily')
        t.notOk(
          rows.some(({ date }) => String(date) < '2026-11-01' || String(date) > '2026-11-28'),
          `${stream} has days that have begun`,
        )
      rowCount += rows.length
    }
  t.ok(rowCount > 1000, `${rowCount} rows were loaded`)
})

t.test('contract: another connector’s first sync reaches back 60 days, up to today in UTC', async t => {
  const connector = connectorOf('us-seller')
  t.strictSame(connector.intervals('2026-01-01'), [
    ['2026-09-30', '2026-10-29'],
    ['2026-10-30', '2026-11-28'],
    ['2026-11-29', '2026-11-29'],
  ])

  const rows = await connector.report('sponsored_brands_campaigns_report_stream', 'daily', us, '2026-01-01')

  t.ok(rows.length > 0)
  t.strictSame(
    await connector.report('sponsored_brands_campaigns_report_stream', 'daily', us, '2026-11-29'),
    [],
  )
})

t.test(
  'contract: another connector lists the profiles of sellers and vendors, view-only ones too',
  async t => {
    const types = async (user: string) =>
      (await connectorOf(user).profiles()).map(({ accountInfo }) => accountInfo.type)

    t.strictSame(await types('vendor-and-agency'), ['vendor', 'vendor'])
    t.strictSame(await types('view-only'), ['seller'])
  },
)

t.test('contract: another connector takes the running report that a duplicate names', async t => {
  sandbox.controls.set({ generationSeconds: { min: 60, max: 60 } })
  const reportCount = () => sandbox.controls.events().filter(({ event }) => event === 'report').length
  const before = reportCount()

  const [first, second] = await Promise.all([campaigns(), campaigns()])

  t.ok(first.length > 0)
  t.strictSame(second, first)
  t.equal(sandbox.controls.calls().create, 2)
  t.equal(reportCount() - before, 1)
})

t.test('contract: another connector repeats throttled, failing and unauthorised calls', async t => {
  const region = 'NA' as const
  sandbox.controls.set({
    faults: [
      { call: 'create', region, fault: '429', times: 1, retryAfterSeconds: 60 },
      { call: 'create', region, fault: '503', times: 1 },
      { call: 'status', region, fault: '401', times: 1 },
      { call: 'status', region, fault: '429', times: 1, retryAfterSeconds: 7 },
    ],
    failReports: { spCampaigns: 1 },
    generationSeconds: { min: 4, max: 4 },
  })

  t.ok((await campaigns()).length > 0)

  t.ok(waited.includes(60) && waited.includes(7), `waited ${waited.join(', ')} seconds`)
  sandbox.controls.set({ failReports: { spCampaigns: 3 } })
  await t.rejects(campaigns(), { message: 'report is FAILED' })
})

t.test('contract: the sandbox serves none of another connector’s streams without reports', async t => {
  const connector = connectorOf('us-seller')
  for (const name of Object.keys(listStreams)) {
    const response = await connector.list(name, us)

    t.equal(response.status, 404, name)
    t.match(await response.json(), { code: 'NOT_FOUND' }, name)
  }
})
