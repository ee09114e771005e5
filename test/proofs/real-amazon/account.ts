import type { Sandbox } from '../../../sandbox/sandbox.ts'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { DecimalSum } from '../../../src/domain/decimal-sum.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { allReports, definitionFor, reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { Report } from '../../../src/domain/ingestion/report.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { factKey } from '../../support/fakes/ingestion/report-loader.ts'
import { amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { randomIntegerBelow } from '../../support/seed.ts'
import { Seller } from '../diagnosis/seller.ts'
import type { World } from '../faults/driver/world.ts'

type Fault = Parameters<Sandbox['controls']['set']>[0]['faults'] extends readonly (infer One)[] | undefined
  ? One
  : never

/** What Amazon does to one account; each is on or off at random. */
export interface Behaviours {
  readonly user: string
  readonly profile: string
  readonly usesV1: boolean
  /** Hours for which report types are throttled without Retry-After. */
  readonly throttledHours: Readonly<Record<string, number>>
  readonly pollsPerMinute: number | null
  /** The wording of one 401 about a profile that Amazon still lists. */
  readonly passingLoss: 'profile_access_lost' | 'profile_access_lost_short' | null
  /** Wrong once, when its days are loaded already. */
  readonly wrongFile: {
    readonly fault: 'empty_report' | 'shrunken_report'
    readonly reportType: string
  } | null
  /** Amazon revises the figures of the last 14 days. */
  readonly restatement: number
  readonly lostAtEnd: 'short' | 'long' | null
}

const accounts: readonly (readonly [user: string, profile: string])[] = [
  ['us-seller', 'My Brand US'],
  ['three-regions', 'My Store US'],
  ['three-regions', 'My Store DE'],
  ['three-regions', 'My Store JP'],
  ['three-regions', 'My Store IN'],
  ['vendor-and-agency', 'Acme Vendor'],
  ['vendor-and-agency', 'Sponsored ads - KDP'],
  ['equal-terms', 'Equal Brand US'],
  ['legacy-brands', 'Legacy Brand US'],
  ['odd-rows', 'Odd Brand US'],
  ['no-display', 'My Brand EG'],
  ['attribution', 'Attributed Brand US'],
]

const reportTypes = [...new Set(reportCatalogue.map(({ reportTypeId }) => reportTypeId))]

export function pickBehaviours(random: () => number): Behaviours {
  const isOn = (share: number) => random() < share
  const one = <Value>(values: readonly Value[]): Value => {
    const value = values[randomIntegerBelow(values.length, random)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }
  const [user, profile] = one(accounts)
  const wrongFile = isOn(0.5)
    ? { fault: one(['empty_report', 'shrunken_report'] as const), reportType: one(reportTypes) }
    : null
  return {
    user,
    profile,
    usesV1: isOn(0.5),
    throttledHours: Object.fromEntries(
      reportTypes.filter(() => isOn(0.1)).map(type => [type, 1 + 18 * random()]),
    ),
    pollsPerMinute: isOn(0.3) ? one([60, 120]) : null,
    passingLoss: isOn(0.3) ? one(['profile_access_lost', 'profile_access_lost_short']) : null,
    wrongFile,
    // Revised figures have more rows, so that a third of them can be more than half of the earlier ones.
    restatement: wrongFile?.fault !== 'shrunken_report' && isOn(0.5) ? 1 : 0,
    lostAtEnd: isOn(0.1) ? one(['short', 'long']) : null,
  }
}

/** @returns what is wrong with the account after some days, in words; empty if nothing is. */
export async function drive(world: World, behaviours: Behaviours): Promise<string[]> {
  const { user, profile: name, usesV1, throttledHours, pollsPerMinute, passingLoss, wrongFile } = behaviours
  const { controls } = world.sandbox
  const settings = { ...amazonSettingsOf(world.sandbox.settings), adsV1: usesV1 ? 'on' : 'off' } as const
  const seller = await Seller.of({
    ...world,
    begin: world.begin,
    reports: new AmazonAdvertisingReports(settings),
    directory: new AmazonProfileDirectory(settings),
  })
  const { fakes } = seller
  const anywhere = { region: null, times: 1 } as const
  const setFaults = (...faults: Fault[]) => controls.set({ faults })

  controls.set({
    pollsPerMinute,
    throttledReports: Object.fromEntries(
      Object.entries(throttledHours).map(([type, count]) => [
        type,
        after(fakes.clock.now(), hours(count)).getTime(),
      ]),
    ),
  })
  const id = await seller.connect(user, name)
  if (passingLoss) setFaults({ ...anywhere, call: 'status', fault: passingLoss })
  await seller.runWorker()
  const found = await mismatches(world.sandbox, seller, id, 'after the first load')

  // The first daily sync also loads the 30 days before, which no earlier figures protect.
  controls.set({ throttledReports: {} })
  setFaults()
  await syncAt(seller, hours(24))
  controls.set({ restatement: behaviours.restatement })
  if (wrongFile) setFaults({ ...anywhere, call: 'download', ...wrongFile })
  await syncAt(seller, hours(24))
  setFaults()
  found.push(...(await mismatches(world.sandbox, seller, id, 'two days later')))

  if (behaviours.lostAtEnd)
    found.push(...(await afterRealLoss(world.sandbox, seller, id, behaviours.lostAtEnd)))
  return found
}

/** Moves the clock and runs the daily sync that is due by then. */
async function syncAt(seller: Seller, milliseconds: number): Promise<void> {
  seller.fakes.clock.advance(milliseconds)
  await seller.startDueSyncs()
  await seller.runWorker()
}

async function afterRealLoss(
  { controls }: Sandbox,
  seller: Seller,
  id: ConnectionId,
  wording: 'short' | 'long',
): Promise<string[]> {
  const { profile } = await activeConnection(seller, id)
  const rows = factCount(seller, id, profile)
  controls.set({ lostProfiles: { [profile.id]: wording } })
  await syncAt(seller, hours(48))
  const [connection] = await seller.fakes.connections.liveByUser(seller.user.id)
  const first = (await seller.console().causes())[0]
  return [
    ...(connection?.status === 'needs_authorisation' ? [] : ['a lost profile did not end the authorisation']),
    ...(first === 'profile_access_lost' ? [] : [`a lost profile is called ${first}`]),
    ...(factCount(seller, id, profile) === rows ? [] : ['the loss changed loaded figures']),
  ]
}

async function activeConnection(seller: Seller, id: ConnectionId) {
  const connection = await seller.fakes.connections.find(id)
  if (connection?.status !== 'active') throw new Error(`the connection is ${connection?.status}`)
  return connection
}

const factCount = ({ fakes }: Seller, id: ConnectionId, profile: AdvertisingProfile): number =>
  allReports.reduce(
    (count, { type }) =>
      count + (fakes.loader.facts.get(factKey(id, definitionFor(type, profile)))?.length ?? 0),
    0,
  )

const reasonOf = (report: Report): string =>
  report.status === 'failed' ? `${report.reason.error} ${report.reason.detail ?? ''}` : 'not finished'

/** Reporting v2's names for figures of the truth. */
const truthNames: Readonly<Record<string, string>> = {
  attributedConversions14d: 'purchases',
  attributedSales14d: 'sales',
}

/** Compares each figure of each report type with the sandbox's truth. */
async function mismatches(
  { controls }: Sandbox,
  seller: Seller,
  id: ConnectionId,
  when: string,
): Promise<string[]> {
  const { fakes } = seller
  const connection = await fakes.connections.find(id)
  if (connection?.status !== 'active') return [`${when}: the authorisation ended`]
  const { profile } = connection
  const found: string[] = []
  for (const { type, reportTypeId, adProduct } of allReports) {
    const reports = fakes.syncRuns.reports
      .all()
      .flatMap(({ report }) => (report.type === type ? [report] : []))
    const unloaded = reports.filter(({ status }) => status !== 'loaded')
    // Amazon rejects these for an account without Brand Registry.
    if (unloaded.length === reports.length && adProduct !== 'SP') continue
    for (const report of unloaded) found.push(`${when}: ${type} is ${report.status} (${reasonOf(report)})`)
    const days = reports.map(report => report.days)
    const [from, to] = [
      days.map(day => day.from).sort()[0],
      days
        .map(day => day.to)
        .sort()
        .at(-1),
    ]
    const truth = from && to && controls.truth({ profileId: profile.id, reportType: reportTypeId, from, to })
    if (!truth) {
      found.push(`${when}: ${type} has no truth`)
      continue
    }
    const definition = definitionFor(type, profile)
    // Amazon reports 60 days, so the oldest loaded day has no truth once a day has passed.
    const known = new Set(truth.days.map(({ date }) => date))
    const rows = (fakes.loader.facts.get(factKey(id, definition)) ?? []).filter(([day]) => known.has(day))
    definition.columns.forEach(({ name, kind, amazonName }, index) => {
      if (kind !== 'count' && kind !== 'money') return
      const expected = truth.total[truthNames[amazonName] ?? amazonName]
      // The truth has no units.
      if (expected === undefined) return
      const sum = new DecimalSum()
      for (const row of rows) sum.add(String(row[index + 1] ?? 0))
      const loaded = Math.round(Number(sum.toString()) * (kind === 'money' ? truth.minorUnits : 1))
      if (loaded !== expected) found.push(`${when}: ${type} has ${loaded} ${name}, not ${expected}`)
    })
  }
  return found
}
