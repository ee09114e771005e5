import { caseId, caseStages } from '../../../../admin/cases/case-key.ts'
import { causeTexts } from '../../../../admin/diagnosis/cause-texts.ts'
import { causes, rankOf } from '../../../../admin/diagnosis/causes.ts'
import type { Overview } from '../../../../admin/overview/read-overview.ts'
import type { RecurringJobStatus } from '../../../../admin/overview/recurring-jobs.ts'
import type { RegionStatus } from '../../../../admin/overview/region-status.ts'
import type { WaitingSeller } from '../../../../admin/ports.ts'
import type { HealthName } from '../../../../domain/health/health.ts'
import type { SyncRunKind } from '../../../../domain/ingestion/sync-run.ts'
import { regionNames } from '../../../../domain/profile/region.ts'
import { formatCount, formatShare, formatTime } from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { StaffShell } from '../../kit/shell-model.ts'
import { casesUrl } from '../cases/case-query.ts'
import { healthPills, ownerText, stageNames } from '../cases/case-texts.ts'
import type { Pill } from '../page-models/console.ts'
import type {
  CountRow,
  CountTable,
  FailureRow,
  OverviewPage,
  QueueTile,
  RecurringJobRow,
  RegionRow,
} from '../page-models/overview.ts'
import { hourlyChart } from './hourly-chart.ts'
import {
  alertRow,
  countWithNoun,
  formatCallTime,
  formatDuration,
  formatInterval,
  latencyBucketText,
  recurringJobPill,
  regionPills,
  runNames,
  sinceText,
} from './overview-texts.ts'

export function overviewPage(shell: StaffShell, overview: Overview): OverviewPage {
  const { at, alerts, queue, failures } = overview
  const runs = Object.entries(queue.runs) as [SyncRunKind, number][]
  return {
    ...shell,
    section: 'overview',
    at: { iso: at.toISOString(), text: `${at.toISOString().slice(11, 19)} UTC` },
    alerts: alerts.map(alert => alertRow(alert, at)),
    alertSummary: alerts.length === 0 ? 'No alerts' : countWithNoun(alerts.length, 'alert'),
    queue: queueTiles(overview),
    syncRuns: runs.map(([kind, count]) => ({
      label: runNames[kind],
      count: formatCount(count),
      href: casesUrl({ health: 'loading' }, null),
    })),
    syncsDue: queue.syncsDue.since && syncsLine(queue.syncsDue.count, ageOf(queue.syncsDue.since, at)),
    longestWaiting: queue.longestWaiting && waitingLine(queue.longestWaiting, at),
    counts: countTables(overview),
    regions: overview.regions.map(status => regionRow(status, at)),
    failures: {
      chart: hourlyChart('Failed reports per hour', failures.byHour, at),
      rows: failureRows(overview),
      day: formatCount(failures.day),
      week: formatCount(failures.week),
    },
    recurringJobs: overview.recurringJobs.map(job => recurringJobRow(job, at)),
  }
}

function queueTiles({ queue, failures, at }: Overview): QueueTile[] {
  const loading = casesUrl({ health: 'loading' }, null)
  const late = queue.lateSince ? `oldest for ${ageOf(queue.lateSince, at)}` : 'overdue'
  return [
    { label: 'Waiting', value: queue.waiting, hint: 'not due yet', href: loading, isBad: false },
    { label: 'Running', value: queue.running, hint: 'in progress', href: loading, isBad: false },
    {
      label: 'Late',
      value: queue.late,
      hint: late,
      href: casesUrl({ cause: 'queue_delayed' }, null),
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

function waitingLine({ key, user, account, since }: WaitingSeller, now: Date) {
  return {
    user,
    href: `/admin/cases/${caseId(key)}`,
    account: accountLabel({ ...account, id: account.id as never }),
    since: sinceText(since, now),
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
        href: casesUrl({ health: name }, null),
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
        href: casesUrl({ stage: name }, null),
      })),
    },
    {
      id: 'cause',
      title: 'Cases by cause',
      head: 'Cause',
      unit: 'Cases',
      rows: countRows(causes, cases.cause, name => ({
        label: causeTexts[name].name,
        pill: null,
        tone: toneOf(causeTexts[name].owner),
        href: casesUrl({ cause: name }, null),
      })),
    },
  ]
}

function countRows<Name extends string>(
  names: readonly Name[],
  counts: ReadonlyMap<Name, number>,
  rowOf: (name: Name) => Pick<CountRow, 'label' | 'pill' | 'tone' | 'href'>,
): CountRow[] {
  const max = Math.max(1, ...counts.values())
  return names.flatMap(name => {
    const count = counts.get(name) ?? 0
    // Keeps one case among thousands visible.
    const share = Math.max(1, Math.round((count / max) * 100))
    return count > 0 ? [{ ...rowOf(name), count: formatCount(count), share }] : []
  })
}

const ageOf = (date: Date, now: Date): string => formatDuration(now.getTime() - date.getTime())

const toneOf = (owner: keyof typeof ownerText): Pill['tone'] => ownerText[owner].tone

function regionRow({ region, state, ...status }: RegionStatus, now: Date): RegionRow {
  const { calls, pausedUntil, pausedSince } = status
  const shareOf = (count: number) => formatShare(calls.count > 0 ? String(count / calls.count) : null)
  return {
    label: regionNames[region],
    href: casesUrl({ region }, null),
    state: regionPills[state],
    pause: pausedUntil
      ? [`until ${formatTime(pausedUntil)}`, pausedSince && `for ${ageOf(pausedSince, now)}`]
          .filter(Boolean)
          .join(', ')
      : null,
    pace: `${formatCount(status.requestsPerMinute)} of ${formatCount(status.defaultRequestsPerMinute)}`,
    calls: formatCount(calls.count),
    throttled: shareOf(calls.throttled),
    unanswered: shareOf(calls.unanswered),
    mean: calls.meanMilliseconds === null ? '–' : formatCallTime(calls.meanMilliseconds),
    p95: calls.p95Bucket === null ? '–' : latencyBucketText(calls.p95Bucket),
    throttledAt: status.throttledAt ? `${ageOf(status.throttledAt, now)} ago` : '–',
  }
}

function failureRows({ failures, cases }: Overview): FailureRow[] {
  return failures.byCause
    .toSorted(
      (one, other) => other.day - one.day || other.week - one.week || rankOf(one.cause) - rankOf(other.cause),
    )
    .map(({ cause, day, week }) => {
      const { name, owner } = causeTexts[cause]
      return {
        label: name,
        owner: { name: ownerText[owner].text, tone: ownerText[owner].tone },
        day: formatCount(day),
        week: formatCount(week),
        cases: { count: formatCount(cases.cause.get(cause) ?? 0), href: casesUrl({ cause }, null) },
      }
    })
}

function recurringJobRow(job: RecurringJobStatus, now: Date): RecurringJobRow {
  const { name, purpose, interval, whenLate, lastRun, isLate } = job
  return {
    name,
    purpose,
    interval: formatInterval(interval),
    started: lastRun ? `${ageOf(lastRun.startedAt, now)} ago` : 'never',
    finished: lastRun?.finishedAt ? `${ageOf(lastRun.finishedAt, now)} ago` : '–',
    state: recurringJobPill(job),
    consequence: isLate ? whenLate : null,
  }
}
