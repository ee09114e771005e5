import t from 'tap'
import { dayOf, dayText } from '../../sandbox/figures/days.ts'
import { allowedColumns } from '../../sandbox/reporting/columns/report-type.ts'
import { reportTypes } from '../../sandbox/reporting/columns/report-types.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { aReport, noon, profileIdOf, type Row, reporting } from './amazon-client.ts'

const options = { now: () => noon, generationSeconds: { min: 0, max: 0 } }
const sandbox = await startSandbox(options)
t.teardown(() => sandbox.close())
t.afterEach(() => sandbox.controls.reset())

const from = '2026-10-25'
const to = '2026-11-23'
const metrics: Record<string, string[]> = {
  sp: ['impressions', 'clicks', 'cost', 'sales7d', 'sales14d', 'purchases7d', 'purchases14d'],
  sb: ['impressions', 'clicks', 'cost', 'sales', 'salesClicks', 'purchases', 'purchasesClicks'],
  sd: ['impressions', 'clicks', 'cost', 'sales', 'salesClicks', 'purchases', 'purchasesClicks'],
}
const withoutCost = /PurchasedProduct$/

/** Sums a column; amounts of money in whole minor units. */
function sumOf(rows: readonly Row[], name: string, minorUnits: number): number {
  const isMoney = name === 'cost' || name.startsWith('sales')
  return rows.reduce((sum, row) => sum + Math.round(Number(row[name]) * (isMoney ? minorUnits : 1)), 0)
}

async function rowsOf(
  user: string,
  reportType: string,
  columns: string[],
  overrides = {},
  region = 'NA',
): Promise<Row[]> {
  const profileId = await profileIdOf(sandbox, user, region)
  const groupBy = Object.keys(reportTypes[reportType]?.groupBys ?? {}).slice(0, 1)
  return JSON.parse(
    await reporting(sandbox, user, profileId, region).text(aReport(reportType, groupBy, columns, overrides)),
  )
}

for (const [user, region] of [
  ['us-seller', 'NA'],
  ['three-regions', 'FE'],
  ['equal-terms', 'NA'],
  ['odd-rows', 'NA'],
] as const) {
  t.test(`the reports of ${user} in ${region} match the truth on every day`, async t => {
    const profileId = await profileIdOf(sandbox, user, region)
    let compared = 0
    for (const reportType of Object.keys(reportTypes).filter(name => !withoutCost.test(name))) {
      const names = metrics[reportType.slice(0, 2)] ?? []
      const truth = sandbox.controls.truth({ profileId, reportType, from, to })
      const rows = await rowsOf(user, reportType, ['date', ...names], {}, region)
      for (const day of truth?.days ?? []) {
        const dayRows = rows.filter(row => row['date'] === day.date)
        t.equal(dayRows.length, day['rows'], `${reportType} ${day.date} rows`)
        for (const name of names) {
          const sum = sumOf(dayRows, name, truth?.minorUnits ?? 0)
          if (sum !== day[name])
            t.fail(`${reportType} ${day.date} ${name}: served ${sum}, truth ${day[name]}`)
          compared += 1
        }
      }
      t.ok((truth?.total['cost'] ?? 0) > 0, `${reportType} has a cost`)
    }
    t.ok(compared > 2000, `${compared} sums were compared`)
  })
}

t.test('odd rows have negative corrections, theme targets and unnamed search terms', async t => {
  const rows = await rowsOf('odd-rows', 'spSearchTerm', ['date', 'cost', 'clicks', 'matchType', 'searchTerm'])
  t.ok(rows.some(row => Number(row['cost']) < 0 && row['clicks'] === -1))
  t.ok(rows.some(row => row['matchType'] === 'THEME'))
  t.ok(rows.some(row => row['searchTerm'] === '*'))
})

t.test('targets without an id have equal search terms, keywords have none', async t => {
  const columns = ['date', 'keywordId', 'searchTerm', 'cost']
  const rows = await rowsOf('equal-terms', 'sbSearchTerm', columns)
  const copies = Map.groupBy(rows, row => JSON.stringify(row))
  t.ok(rows.some(row => row['keywordId'] === null))
  for (const [{ keywordId } = {}, ...others] of copies.values())
    t.equal(others.length, keywordId === null ? 1 : 0)
})

t.test('conversions after a view count only for campaigns billed by views, and outnumber clicks', async t => {
  const columns = ['date', 'campaignId', 'costType', 'sales', 'salesClicks']
  for (const reportType of ['sbCampaigns', 'sdCampaigns']) {
    const byCostType = Map.groupBy(await rowsOf('us-seller', reportType, columns), row => row['costType'])
    const [byClick, byView] = [byCostType.get('CPC') ?? [], byCostType.get('vCPM') ?? []]
    t.equal(sumOf(byClick, 'sales', 100), sumOf(byClick, 'salesClicks', 100), reportType)
    t.ok(sumOf(byView, 'sales', 100) > 2 * sumOf(byView, 'salesClicks', 100), reportType)
  }
})

t.test('amounts in yen are whole numbers', async t => {
  const rows = await rowsOf('three-regions', 'spCampaigns', ['date', 'cost'], {}, 'FE')
  t.ok(rows.length > 0)
  t.ok(rows.every(row => Number.isInteger(row['cost'])))
})

t.test('a day has the same figures in any range', async t => {
  const columns = ['date', 'campaignId', 'impressions', 'clicks', 'cost', 'sales7d']
  const long = await rowsOf('us-seller', 'spCampaigns', columns)
  const short = await rowsOf('us-seller', 'spCampaigns', columns, {
    startDate: '2026-11-10',
    endDate: '2026-11-10',
  })

  t.ok(short.length > 5)
  t.same(
    short,
    long.filter(row => row['date'] === '2026-11-10'),
  )
})

t.test('a summary is the sum of its days', async t => {
  const columns = ['campaignId', 'impressions', 'clicks', 'cost', 'sales7d', 'addToList']
  const daily = await rowsOf('us-seller', 'spCampaigns', ['date', ...columns])
  const summary = await rowsOf('us-seller', 'spCampaigns', ['startDate', 'endDate', ...columns], {
    timeUnit: 'SUMMARY',
  })

  t.equal(new Set(summary.map(row => row['campaignId'])).size, summary.length)
  for (const name of columns.slice(1)) t.equal(sumOf(summary, name, 100), sumOf(daily, name, 100), name)
  t.ok(summary.every(row => row['startDate'] === from && row['endDate'] === to))
})

t.test('a finer groupBy splits the same figures', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  const reports = reporting(sandbox, 'us-seller', profileId)
  const total = sandbox.controls.truth({ profileId, reportType: 'spCampaigns', from, to })?.total ?? {}
  for (const groupBy of [['campaign', 'adGroup'], ['campaignPlacement']]) {
    const rows: Row[] = JSON.parse(
      await reports.text(aReport('spCampaigns', groupBy, ['date', 'clicks', 'cost'])),
    )
    t.ok(rows.length > (total['rows'] ?? 0))
    t.equal(sumOf(rows, 'cost', 100), total['cost'], groupBy.join())
    t.equal(sumOf(rows, 'clicks', 100), total['clicks'], groupBy.join())
  }
})

t.test('every allowed column of every report type is served', async t => {
  let served = 0
  for (const [reportType, type] of Object.entries(reportTypes)) {
    const columns = [...allowedColumns(type, Object.keys(type.groupBys).slice(0, 1), 'DAILY')]
    const [row] = await rowsOf('us-seller', reportType, columns)
    t.strictSame(Object.keys(row ?? {}).sort(), [...columns].sort(), reportType)
    served += columns.length
  }
  t.ok(served > 700, `${served} columns were requested`)
})

t.test('reports list only search terms with clicks and products with purchases', async t => {
  const searchTerms = await rowsOf('us-seller', 'spSearchTerm', ['date', 'clicks', 'searchTerm'])
  const purchases = await rowsOf('us-seller', 'spPurchasedProduct', ['date', 'purchases30d'])

  t.ok(searchTerms.length > 1000)
  t.ok(searchTerms.every(row => Number(row['clicks']) > 0))
  t.ok(purchases.length > 100)
  t.ok(purchases.every(row => Number(row['purchases30d']) > 0))
})

t.test('a profile that never advertised has empty files of 22 bytes', async t => {
  const profileId = await profileIdOf(sandbox, 'empty')
  const reports = reporting(sandbox, 'empty', profileId)
  const body = aReport('spCampaigns', ['campaign'], ['date', 'cost'])

  t.equal(await reports.text(body), '[]')
  const { reportId } = JSON.parse(await (await reports.create(body)).text())
  t.equal((await reports.waitUntilCompleted(reportId))['fileSize'], 22)
})

t.test('without Brand Registry there are no Sponsored Brands or Display reports', async t => {
  const profileId = await profileIdOf(sandbox, 'three-regions', 'EU', 6)
  const india = reporting(sandbox, 'three-regions', profileId, 'EU')

  t.equal(await india.text(aReport('sbCampaigns', ['campaign'], ['date', 'cost'])), '[]')
  t.not(await india.text(aReport('spCampaigns', ['campaign'], ['date', 'cost'])), '[]')
})

t.test('ids above 2^53 stay distinct in a file, and awkward names are kept', async t => {
  const profileId = await profileIdOf(sandbox, 'lossy-ids')
  const columns = ['date', 'campaignId', 'campaignName']
  const text = await reporting(sandbox, 'lossy-ids', profileId).text(
    aReport('spCampaigns', ['campaign'], columns),
  )
  const ids = new Set([...text.matchAll(/"campaignId":(\d+)/g)].map(match => match[1]))
  const rows: Row[] = JSON.parse(text)

  t.ok(ids.size > new Set(rows.map(row => row['campaignId'])).size, 'doubles merge some of the ids')
  t.ok(rows.some(row => String(row['campaignName']).includes('"')))
  t.ok(rows.some(row => String(row['campaignName']).includes('\n')))
})

t.test('Sponsored Products have 65 days of data, even when a request reaches back further', async t => {
  const rows = await rowsOf('us-seller', 'spCampaigns', ['date', 'cost'], {
    startDate: '2026-09-01',
    endDate: '2026-09-25',
  })
  t.equal(rows.map(row => row['date']).sort()[0], dayText((dayOf('2026-11-24') ?? 0) - 65))
})

t.test('the same seed gives the same file, another seed another file', async t => {
  const body = aReport('spTargeting', ['targeting'], ['date', 'keywordId', 'keyword', 'cost'])
  const textWith = async (seed: string) => {
    const other = await startSandbox({ ...options, seed })
    const text = await reporting(other, 'us-seller', await profileIdOf(other, 'us-seller')).text(body)
    await other.close()
    return text
  }

  t.equal(await textWith('one'), await textWith('one'))
  t.not(await textWith('one'), await textWith('two'))
})

t.test('an extra cent is served but not part of the truth', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  sandbox.controls.set({ extraCent: { profileId, reportType: 'sbCampaigns', day: '2026-11-11' } })
  const rows = await rowsOf('us-seller', 'sbCampaigns', ['date', 'cost'])
  const truth = sandbox.controls.truth({ profileId, reportType: 'sbCampaigns', from, to })

  t.equal(sumOf(rows, 'cost', 100), (truth?.total['cost'] ?? 0) + 1)
})

t.test('a restatement changes conversions of the last fourteen days in the files and the truth', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  const query = { profileId, reportType: 'spCampaigns', from, to }
  const before = sandbox.controls.truth(query)
  sandbox.controls.set({ restatement: 1 })
  const after = sandbox.controls.truth(query)
  const rows = await rowsOf('us-seller', 'spCampaigns', ['date', 'cost', 'sales7d'])

  t.equal(after?.total['cost'], before?.total['cost'])
  t.ok(Number(after?.total['sales7d']) > Number(before?.total['sales7d']))
  t.strictSame(after?.days.slice(0, 15), before?.days.slice(0, 15))
  t.equal(sumOf(rows, 'sales7d', 100), after?.total['sales7d'])
})
