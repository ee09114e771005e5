import {
  type AdProduct,
  adProducts,
  definitionOf,
  type ReportType,
} from '../../domain/ingestion/catalogue.ts'
import { expectedDuration } from '../../domain/ingestion/progress.ts'
import type { FailedReport, OpenReport } from '../../domain/ingestion/report.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Cause } from './causes.ts'
import type { CaseFacts, StoryEntry } from './facts.ts'
import { type Evidence, type Finding, found, foundIn, known, told } from './finding.ts'
import { causeOfHold, causeOfTrouble } from './tables.ts'

const shown = 5

type Loading = NonNullable<CaseFacts['loading']>

/** Reports problems, and correct results that look wrong. */
export function findInLoading(facts: CaseFacts, now: Date): Finding[] {
  const { connection, loading } = facts
  if (connection?.status !== 'active' || !loading) return []
  const region = connection.profile.region
  return [
    ...troubles(loading, region, facts.story),
    ...slowness(facts, loading, region, now),
    ...differences(loading, facts.story),
    ...emptiness(loading),
    ...adoption(loading, facts.story),
  ]
}

interface Group {
  readonly failed: Set<ReportType>
  readonly tried: Set<ReportType>
  readonly evidence: Evidence[]
  since: Date
  nextTryAt: Date | null
  said: string | null
  skewSeconds: number | null
}

/** One finding per cause, over all its reports. */
function troubles(loading: Loading, region: Region, story: readonly StoryEntry[]): Finding[] {
  const groups = new Map<Cause, Group>()
  const groupOf = (cause: Cause, since: Date): Group => {
    const group = groups.get(cause) ?? {
      failed: new Set(),
      tried: new Set(),
      evidence: [],
      since,
      nextTryAt: null,
      said: null,
      skewSeconds: null,
    }
    if (since < group.since) group.since = since
    groups.set(cause, group)
    return group
  }

  for (const report of loading.open) {
    const met = troubleOf(report)
    if (!met) continue
    const group = groupOf(met.cause, met.since ?? report.nextTryAt)
    group.tried.add(report.type)
    group.said ??= met.said
    group.skewSeconds ??= met.skewSeconds
    if (!group.nextTryAt || report.nextTryAt < group.nextTryAt) group.nextTryAt = report.nextTryAt
    group.evidence.push(...entryOf(report, story))
  }
  for (const report of loading.settled) {
    if (report.status !== 'failed') continue
    const cause = causeOfTrouble(report.reason)
    if (!cause) continue
    const since = loading.failingSince.get(report.type) ?? report.failedAt
    const group = groupOf(cause, since)
    group.failed.add(report.type)
    group.said ??= report.reason.detail
    group.skewSeconds ??= report.reason.skewSeconds ?? null
    group.evidence.push(...entryOf(report, story))
  }

  return [...groups].map(([cause, { failed, tried, evidence, since, nextTryAt, said, skewSeconds }]) =>
    found(cause, since, mostRecent(evidence), {
      confidence: cause === 'clock_skewed' ? 'likely' : 'certain',
      regions: [region],
      failed: [...failed],
      tried: [...tried],
      ...(nextTryAt && { nextTryAt }),
      ...(said && { said }),
      ...(skewSeconds !== null && { skewSeconds }),
    }),
  )
}

interface Met {
  readonly cause: Cause
  readonly since: Date | null
  readonly said: string | null
  readonly skewSeconds: number | null
}

/** Returns the deferral, or the report's own error; null if it just waits. */
function troubleOf(report: OpenReport): Met | null {
  const { heldFor, heldSince, lastTrouble, troubledSince } = report
  if (heldFor) return { cause: causeOfHold[heldFor], since: heldSince, said: null, skewSeconds: null }
  const cause = lastTrouble && causeOfTrouble(lastTrouble)
  if (!cause) return null
  const said = 'detail' in lastTrouble ? lastTrouble.detail : null
  return { cause, since: troubledSince, said, skewSeconds: lastTrouble.skewSeconds ?? null }
}

function entryOf(report: OpenReport | FailedReport, story: readonly StoryEntry[]): Evidence[] {
  const entry = story.find(
    ({ reportId, happening }) =>
      reportId === report.id &&
      ['report_troubled', 'report_held_back', 'report_failed'].includes(happening.kind),
  )
  return entry ? [told(entry)] : []
}

const mostRecent = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.toSorted((one, other) => other.at.getTime() - one.at.getTime()).slice(0, shown)

/** A report is slow beyond twice its type's high duration in the region, counted from Amazon's acceptance. */
function slowness({ usual, story }: CaseFacts, loading: Loading, region: Region, now: Date): Finding[] {
  const slow = loading.open.flatMap(report => {
    if (report.status !== 'generating' || troubleOf(report)) return []
    const { slowSeconds } = usual.get(report.type) ?? expectedDuration
    const seconds = (now.getTime() - report.acceptedAt.getTime()) / 1000
    return seconds > 2 * slowSeconds ? [{ report, slowSeconds }] : []
  })
  const [first] = slow.toSorted(
    (one, other) => one.report.acceptedAt.getTime() - other.report.acceptedAt.getTime(),
  )
  if (!first) return []
  const evidence = slow.map(({ report, slowSeconds }) => {
    const entry = story.find(
      ({ reportId, happening }) =>
        reportId === report.id && ['report_accepted', 'report_adopted'].includes(happening.kind),
    )
    const usually = `Usually up to ${Math.ceil(slowSeconds / 60)} minutes.`
    return entry ? told(entry) : known(report.acceptedAt, `Amazon accepted the report request. ${usually}`)
  })
  return [
    found('amazon_slow', first.report.acceptedAt, mostRecent(evidence), {
      regions: [region],
      tried: [...new Set(slow.map(({ report }) => report.type))],
      nextTryAt: first.report.nextTryAt,
      count: Math.ceil(first.slowSeconds / 60),
    }),
  ]
}

function differences({ differences: count }: Loading, story: readonly StoryEntry[]): Finding[] {
  if (count === 0) return []
  const entry = story.find(({ happening }) => happening.kind === 'figures_differ')
  return [found('figures_differ', entry?.at ?? null, entry ? [told(entry)] : [], { count })]
}

/**
 * Explains empty files: no ad activity, or ad products the account can't use. Waits until every file that could
 * disprove it has finished.
 */
function emptiness({ settled, open }: Loading): Finding[] {
  const settledTypes = new Set(settled.map(({ type }) => type))
  const awaited = open.map(({ type }) => type).filter(type => !settledTypes.has(type))
  const loaded = settled.filter(report => report.status === 'loaded')
  if (loaded.length === 0) return []
  const latest = new Date(Math.max(...loaded.map(({ loadedAt }) => loadedAt.getTime())))
  if (loaded.every(({ rows }) => rows === 0)) {
    const evidence = [known(latest, `All of Amazon’s latest ${loaded.length} files have no rows.`)]
    const isWhole = loaded.length === settled.length && awaited.length === 0
    return isWhole ? [found('no_ad_activity', null, evidence)] : []
  }
  const products = (Object.keys(adProducts) as AdProduct[]).filter(product => {
    const own = loaded.filter(({ type }) => definitionOf(type).adProduct === product)
    return (
      adProducts[product].needsBrandRegistry &&
      own.length > 0 &&
      own.every(({ rows }) => rows === 0) &&
      !awaited.some(type => definitionOf(type).adProduct === product)
    )
  })
  if (products.length === 0) return []
  const evidence = [known(latest, 'These files have no rows, others do.')]
  return [found('brand_ads_empty', null, evidence, { confidence: 'likely', products })]
}

/** Amazon was already generating the same report, and its result serves this one. */
function adoption({ asked, open }: Loading, story: readonly StoryEntry[]): Finding[] {
  const current = new Set([...asked.reports, ...open].map(({ id }) => id))
  const entries = story.filter(
    ({ happening, reportId }) =>
      happening.kind === 'report_adopted' && reportId !== null && current.has(reportId),
  )
  const [latest] = entries
  if (!latest) return []
  const { evidence, ...finding } = foundIn(latest, 'duplicate_adopted', { count: entries.length })
  return [{ ...finding, evidence: entries.slice(0, shown).map(told) }]
}
