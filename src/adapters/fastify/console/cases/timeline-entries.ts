import { describeEvent, type NameOf } from '../../../../admin/cases/event-texts.ts'
import type { StoredTimelineEntry } from '../../../../admin/diagnosis/diagnosis-input.ts'
import { severityOf } from '../../../../domain/timeline/entry.ts'
import { referenceOf } from '../../../../domain/timeline/reference.ts'
import type { TimelineEntryView } from '../page-models/console.ts'
import { sellerVisibleText } from './seller-visible-text.ts'

/** Newest first (S-41). */
export function timelineEntryViews(
  entries: readonly StoredTimelineEntry[],
  zone: string | null,
  hrefForId: (id: string) => string,
  nameOf: NameOf,
): TimelineEntryView[] {
  const sellerClock = zone === null ? null : clockOf(zone)
  return entries.map((entry, index) => {
    const before = entries[index + 1]
    const level = severityOf[entry.event.kind]
    return {
      id: entry.id,
      iso: entry.at.toISOString(),
      utc: utcClock.format(entry.at),
      there: sellerClock?.format(entry.at) ?? null,
      gap: before ? gapText(entry.at.getTime() - before.at.getTime()) : null,
      level,
      isError: level === 'error',
      isWarning: level === 'warning',
      sentence: describeEvent(entry.event, nameOf),
      sellerText: sellerVisibleText(entry.event),
      ids: idsOf(entry, hrefForId),
    }
  })
}

const clockOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
const utcClock = clockOf('UTC')

function gapText(milliseconds: number): string {
  const seconds = Math.max(milliseconds, 0) / 1000
  if (seconds < 10) return `+${seconds.toFixed(1)} s`
  if (seconds < 120) return `+${Math.round(seconds)} s`
  if (seconds < 2 * 3600) return `+${Math.round(seconds / 60)} min`
  return seconds < 48 * 3600 ? `+${Math.round(seconds / 3600)} h` : `+${Math.round(seconds / 86_400)} d`
}

function idsOf(entry: StoredTimelineEntry, hrefForId: (id: string) => string): TimelineEntryView['ids'] {
  const { event, attemptId, syncRunId, reportId } = entry
  const ownIds = [
    { term: 'Attempt', id: attemptId },
    { term: 'Sync run', id: syncRunId },
    { term: 'Report', id: reportId },
  ].flatMap(({ term, id }) => (id ? [{ term, value: referenceOf(id), href: hrefForId(id) }] : []))
  const amazonIds = [
    { term: 'Amazon report', value: 'amazonReportId' in event ? event.amazonReportId : null },
    { term: 'Amazon request', value: amazonRequestIdOf(entry) },
  ].flatMap(({ term, value }) => (value ? [{ term, value, href: null }] : []))
  return [...ownIds, ...amazonIds]
}

const ownRequestKinds: ReadonlySet<string> = new Set([
  'support_request_submitted',
  'support_request_replied',
  'support_request_solved',
  'page_failed',
])

function amazonRequestIdOf({ event }: StoredTimelineEntry): string | null {
  if (event.kind === 'report_error') return event.error.requestId ?? null
  if (event.kind === 'report_failed') return event.reason.requestId ?? null
  return 'requestId' in event && typeof event.requestId === 'string' && !ownRequestKinds.has(event.kind)
    ? event.requestId
    : null
}
