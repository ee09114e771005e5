import { causeWords } from '../../../admin/diagnosis/words.ts'
import type { Alarm, RegionFare } from '../../../admin/index.ts'
import { hours, minutes } from '../../../domain/calendar.ts'
import type { CallStep } from '../../../domain/ingestion/call-times.ts'
import type { RunKind } from '../../../domain/ingestion/run.ts'
import { regionNames } from '../../../domain/profile/region.ts'
import { formatCount, formatMoment, formatTime } from '../formats.ts'
import type { Pill } from '../page-models/console.ts'
import type { AlarmLine } from '../page-models/overview.ts'

export const runNames: Readonly<Record<RunKind, string>> = {
  first: 'Initial syncs',
  renewal: 'After reauthorisation',
  daily: 'Daily syncs',
  retry: 'Retries',
  again: 'Backfills',
}

export const regionPills: Readonly<Record<RegionFare['state'], Pill>> = {
  well: { name: 'Open', tone: 'success' },
  slowed: { name: 'Throttled', tone: 'warning' },
  paused: { name: 'Paused', tone: 'error' },
}

/** `1 report`, `1,204 reports` */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : more}`

/** `12 minutes`, `3 hours`, `2 days` */
export function span(milliseconds: number): string {
  if (milliseconds < minutes(1)) return 'less than a minute'
  if (milliseconds < hours(1)) return counted(Math.floor(milliseconds / minutes(1)), 'minute')
  if (milliseconds < hours(48)) return counted(Math.floor(milliseconds / hours(1)), 'hour')
  return counted(Math.floor(milliseconds / hours(24)), 'day')
}

export const sinceWords = (since: Date, now: Date): string =>
  `since ${formatMoment(since)} (${span(now.getTime() - since.getTime())})`

/** `240 ms`, `2.5 s` */
export const callTime = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`

const longest = 60_000 satisfies CallStep

/** The last bucket has no upper end. */
export const withinWords = (step: CallStep): string => (step === longest ? 'over 30 s' : `${callTime(step)}`)

export function alarmLine(alarm: Alarm, now: Date): AlarmLine {
  const { sentence, way } = alarmWords(alarm)
  const since = alarm.since ? sinceWords(alarm.since, now) : 'start unknown'
  return { sentence, since, way }
}

function alarmWords(alarm: Alarm): Pick<AlarmLine, 'sentence' | 'way'> {
  switch (alarm.alarm) {
    case 'no_worker':
      return {
        sentence: alarm.since
          ? 'No worker running: no reports loaded, no email sent.'
          : 'No worker seen yet: no reports loaded, no email sent.',
        way: null,
      }
    case 'refused_for_all':
      return {
        sentence: `${causeWords[alarm.cause].name}: ${counted(alarm.count, 'case')}. We must fix it; one fix covers all.`,
        way: listed('Show cases', { cause: alarm.cause }),
      }
    case 'grants_refused':
      return {
        sentence: `Amazon rejected ${counted(alarm.count, 'grant')} in a row, no refresh succeeded in between: check our client id and secret. Until then, no more connections are marked as revoked.`,
        way: listed('Show cases', { health: 'needs_authorisation' }),
      }
    case 'region_paused':
      return {
        sentence: `${regionNames[alarm.region]} not responding. Calls paused; next probe at ${formatTime(alarm.until)}.`,
        way: listed('Show cases', { region: alarm.region }),
      }
    case 'reports_late':
      return {
        sentence: `${counted(alarm.count, 'report')} overdue: no worker picks them up.`,
        way: listed('Show cases', { cause: 'queue_late' }),
      }
    case 'figures_differ':
      return {
        sentence: `Figures of ${counted(alarm.count, 'account')} don’t match Amazon’s files.`,
        way: listed('Show cases', { cause: 'figures_differ' }),
      }
    case 'mails_given_up':
      return {
        sentence: `${counted(alarm.count, 'email')} failed in the last 24 hours.`,
        way: listed('Show cases', { cause: 'mail_given_up' }),
      }
  }
}

const listed = (label: string, filter: Readonly<Record<string, string>>) => ({
  label,
  href: `/admin/cases?${new URLSearchParams(filter)}`,
})
