import { causeTexts } from '../../../../admin/diagnosis/cause-texts.ts'
import type { Alert } from '../../../../admin/overview/alerts.ts'
import type { RecurringJobStatus } from '../../../../admin/overview/recurring-jobs.ts'
import type { RegionStatus } from '../../../../admin/overview/region-status.ts'
import { hours, minutes, seconds } from '../../../../domain/calendar.ts'
import type { LatencyBucket } from '../../../../domain/ingestion/call-latency.ts'
import type { SyncRunKind } from '../../../../domain/ingestion/sync-run.ts'
import { regionNames } from '../../../../domain/profile/region.ts'
import { formatCount, formatDateTime, formatTime } from '../../kit/formats.ts'
import type { Pill } from '../page-models/console.ts'
import type { AlertRow } from '../page-models/overview.ts'

export const runNames: Readonly<Record<SyncRunKind, string>> = {
  initial: 'Initial syncs',
  reauthorisation: 'After reauthorisation',
  daily: 'Daily syncs',
  retry: 'Retries',
  backfill: 'Backfills',
}

export const regionPills: Readonly<Record<RegionStatus['state'], Pill>> = {
  normal: { name: 'Normal', tone: 'success' },
  slowed: { name: 'Throttled', tone: 'warning' },
  paused: { name: 'Paused', tone: 'error' },
}

export function recurringJobPill({ lastRun, isLate }: RecurringJobStatus): Pill {
  if (isLate) return { name: 'Late', tone: 'error' }
  return lastRun?.error
    ? { name: `Failed: ${lastRun.error}`, tone: 'warning' }
    : { name: 'On time', tone: 'success' }
}

export const countWithNoun = (count: number, one: string, more = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : more}`

export function formatDuration(milliseconds: number): string {
  if (milliseconds < minutes(1)) return 'less than a minute'
  if (milliseconds < hours(1)) return countWithNoun(Math.floor(milliseconds / minutes(1)), 'minute')
  if (milliseconds < hours(48)) return countWithNoun(Math.floor(milliseconds / hours(1)), 'hour')
  return countWithNoun(Math.floor(milliseconds / hours(24)), 'day')
}

export const formatInterval = (milliseconds: number): string =>
  milliseconds < minutes(1) ? `${milliseconds / seconds(1)} s` : `${milliseconds / minutes(1)} min`

export const sinceText = (since: Date, now: Date): string =>
  `since ${formatDateTime(since)} (${formatDuration(now.getTime() - since.getTime())})`

export const formatCallTime = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`

const lastBucket = 60_000 satisfies LatencyBucket

export const latencyBucketText = (bucket: LatencyBucket): string =>
  bucket === lastBucket ? 'over 30 s' : `${formatCallTime(bucket)}`

export function alertRow(alert: Alert, now: Date): AlertRow {
  const { sentence, link } = alertText(alert)
  const since = alert.since ? sinceText(alert.since, now) : 'since an unknown time'
  return { sentence, since, link }
}

function alertText(alert: Alert): Pick<AlertRow, 'sentence' | 'link'> {
  switch (alert.alert) {
    case 'no_worker':
      return {
        sentence: alert.since
          ? 'No worker running: no reports loaded, no email sent.'
          : 'No worker seen yet: no reports loaded, no email sent.',
        link: null,
      }
    case 'system_wide_rejection':
      return {
        sentence: `${causeTexts[alert.cause].name}: ${countWithNoun(alert.count, 'case')}. We must fix it; one fix covers all.`,
        link: casesLink('Show cases', { cause: alert.cause }),
      }
    case 'mass_revocation':
      return {
        sentence: `Amazon ended ${countWithNoun(alert.count, 'authorisation')} in a row, with no successful refresh or load in between: check our client id and secret. No more authorisations end until one succeeds.`,
        link: casesLink('Show cases', { health: 'needs_authorisation' }),
      }
    case 'grants_invalidated':
      return {
        sentence: `Amazon rejects the refresh tokens of ${countWithNoun(alert.count, 'account')}, and no earlier token works. Were the client’s credentials changed?`,
        link: { label: 'Ask all to authorise again', href: '/admin/authorise-again' },
      }
    case 'region_paused':
      return {
        sentence: `${regionNames[alert.region]} not responding. Calls paused; next probe at ${formatTime(alert.until)}.`,
        link: casesLink('Show cases', { region: alert.region }),
      }
    case 'reports_late':
      return {
        sentence: `${countWithNoun(alert.count, 'report')} overdue: no worker is picking them up.`,
        link: casesLink('Show cases', { cause: 'queue_delayed' }),
      }
    case 'figures_mismatch':
      return {
        sentence: `Figures of ${countWithNoun(alert.count, 'account')} don’t match Amazon’s files.`,
        link: casesLink('Show cases', { cause: 'figures_mismatch' }),
      }
    case 'emails_failed':
      return {
        sentence: `${countWithNoun(alert.count, 'email')} failed in the last 24 hours.`,
        link: casesLink('Show cases', { cause: 'email_failed' }),
      }
  }
}

const casesLink = (label: string, filter: Readonly<Record<string, string>>) => ({
  label,
  href: `/admin/cases?${new URLSearchParams(filter)}`,
})
