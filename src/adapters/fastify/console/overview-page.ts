import { causes, rankOf } from '../../../admin/diagnosis/causes.ts'
import { causeWords } from '../../../admin/diagnosis/words.ts'
import { caseId, caseStages, type Overview, type RegionFare } from '../../../admin/index.ts'
import type { WaitingSeller } from '../../../admin/ports.ts'
import type { HealthName } from '../../../domain/health/health.ts'
import type { RunKind } from '../../../domain/ingestion/run.ts'
import { regionNames } from '../../../domain/profile/region.ts'
import { formatCount, formatShare, formatTime } from '../formats.ts'
import type { Pill } from '../page-models/console.ts'
import type {
  CountRow,
  CountTable,
  FailureRow,
  OverviewPage,
  QueueTile,
  RegionRow,
} from '../page-models/overview.ts'
import type { StaffShell } from '../page-models/staff.ts'
import { accountLabel } from '../shell.ts'
import { casesAddress } from './case-query.ts'
import { healthPills, ownerWords, stageNames } from './case-words.ts'
import { hourlyChart } from './hourly-chart.ts'
import {
  alarmLine,
  callTime,
  counted,
  regionPills,
  runNames,
  sinceWords,
  span,
  withinWords,
} from './overview-words.ts'

export function overviewPage(shell: StaffShell, overview: Overview): OverviewPage {
  const { at, alarms, queue, failures } = overview
  const runs = Object.entries(queue.runs) as [RunKind, number][]
  return {
    ...shell,
    section: 'overview',
    at: { iso: at.toISOString(), words: `${at.toISOString().slice(11, 19)} UTC` },
    alarms: alarms.map(alarm => alarmLine(alarm, at)),
    alarmsInShort: alarms.length === 0 ? 'No alerts' : counted(alarms.length, 'alert'),
    queue: queueTiles(overview),
    runs: runs.map(([kind, count]) => ({
      label: runNames[kind],
      count: formatCount(count),
      href: casesAddress({ health: 'loading' }, null),
    })),
    syncsDue: queue.syncsDue.since && syncsLine(queue.syncsDue.count, ageOf(queue.syncsDue.since, at)),
    longestWaiting: queue.longestWaiting && waitingLine(queue.longestWaiting, at),
    counts: countTables(overview),
    regions: overview.regions.map(fare => regionRow(fare, at)),
    failures: {
      chart: hourlyChart('Failed reports per hour', failures.byHour, at),
      rows: failureRows(overview),
      day: formatCount(failures.day),
      week: formatCount(failures.week),
    },
  }
}

function queueTiles({ queue, failures, at }: Overview): QueueTile[] {
  const loading = casesAddress({ health: 'loading' }, null)
  const late = queue.lateSince ? `oldest for ${ageOf(queue.lateSince, at)}` : 'overdue'
  return [
    { label: 'Waiting', value: queue.waiting, hint: 'not due yet', href: loading, isBad: false },
    { label: 'Running', value: queue.running, hint: 'in progress', href: loading, isBad: false },
    {
      label: 'Late',
      value: queue.late,
      hint: late,
      href: casesAddress({ cause: 'queue_late' }, null),
      isBad: queue.late > 0,
    },
    { label: 'Failed', value: failures.day, hint: 'in the last 24 hours', href: '#failures', isBad: false },
    { label: 'Failed', value: failures.week, hint: 'in the last 7 days', href: '#failures', isBad: false },
  ].map(tile => ({ ...tile, value: formatCount(tile.value) }))
}

const syncsLine = (count: number, age: string): string =>
  count === 1
    ? `1 daily sync overdue for ${age}.`
    : `${formatCount(count)} daily syncs overdue, oldest for ${age}.`

function waitingLine({ key, person, account, since }: WaitingSeller, now: Date) {
  return {
    person,
    href: `/admin/cases/${caseId(key)}`,
    account: accountLabel({ ...account, id: account.id as never }),
    since: sinceWords(since, now),
  }
}

function countTables({ cases }: Overview): CountTable[] {
  const healths = Object.keys(healthPills) as HealthName[]
  return [
    {
      id: 'health',
      title: 'Connections by health',
      head: 'Health',
      unit: 'Connections',
      rows: countRows(healths, cases.health, name => ({
        label: healthPills[name].name,
        pill: healthPills[name],
        tone: healthPills[name].tone,
        href: casesAddress({ health: name }, null),
      })),
    },
    {
      id: 'stage',
      title: 'Cases by stage',
      head: 'Stage',
      unit: 'Cases',
      rows: countRows(caseStages, cases.stage, name => ({
        label: stageNames[name],
        pill: null,
        tone: 'info',
        href: casesAddress({ stage: name }, null),
      })),
    },
    {
      id: 'cause',
      title: 'Cases by cause',
      head: 'Cause',
      unit: 'Cases',
      rows: countRows(causes, cases.cause, name => ({
        label: causeWords[name].name,
        pill: null,
        tone: toneOf(causeWords[name].owner),
        href: casesAddress({ cause: name }, null),
      })),
    },
  ]
}

function countRows<Name extends string>(
  names: readonly Name[],
  counts: ReadonlyMap<Name, number>,
  rowOf: (name: Name) => Pick<CountRow, 'label' | 'pill' | 'tone' | 'href'>,
): CountRow[] {
  const most = Math.max(1, ...counts.values())
  return names.flatMap(name => {
    const count = counts.get(name) ?? 0
    // A single case among thousands stays visible.
    const share = Math.max(1, Math.round((count / most) * 100))
    return count > 0 ? [{ ...rowOf(name), count: formatCount(count), share }] : []
  })
}

const ageOf = (moment: Date, now: Date): string => span(now.getTime() - moment.getTime())

const toneOf = (owner: keyof typeof ownerWords): Pill['tone'] => ownerWords[owner].tone

function regionRow({ region, state, ...fare }: RegionFare, now: Date): RegionRow {
  const { calls, pausedUntil, pausedSince } = fare
  const shareOf = (count: number) => formatShare(calls.count > 0 ? String(count / calls.count) : null)
  return {
    label: regionNames[region],
    href: casesAddress({ region }, null),
    state: regionPills[state],
    pause: pausedUntil
      ? [`until ${formatTime(pausedUntil)}`, pausedSince && `for ${ageOf(pausedSince, now)}`]
          .filter(Boolean)
          .join(', ')
      : null,
    pace: `${formatCount(fare.ordersPerMinute)} of ${formatCount(fare.usualOrdersPerMinute)}`,
    calls: formatCount(calls.count),
    throttled: shareOf(calls.throttled),
    unanswered: shareOf(calls.unanswered),
    mean: calls.meanMilliseconds === null ? '–' : callTime(calls.meanMilliseconds),
    most: calls.mostWithin === null ? '–' : withinWords(calls.mostWithin),
    throttledAt: fare.throttledAt ? `${ageOf(fare.throttledAt, now)} ago` : '–',
  }
}

function failureRows({ failures, cases }: Overview): FailureRow[] {
  return failures.byCause
    .toSorted(
      (one, other) => other.day - one.day || other.week - one.week || rankOf(one.cause) - rankOf(other.cause),
    )
    .map(({ cause, day, week }) => {
      const { name, owner } = causeWords[cause]
      return {
        label: name,
        owner: { name: ownerWords[owner].words, tone: ownerWords[owner].tone },
        day: formatCount(day),
        week: formatCount(week),
        cases: { count: formatCount(cases.cause.get(cause) ?? 0), href: casesAddress({ cause }, null) },
      }
    })
}
