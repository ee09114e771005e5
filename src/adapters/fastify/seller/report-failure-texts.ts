import { definitionOf } from '../../../domain/ingestion/catalogue.ts'
import type { FailedReport, LoadedReport, OpenReport } from '../../../domain/ingestion/report.ts'
import type { ReportErrorCode } from '../../../domain/ingestion/report-error.ts'
import { unconfirmedTypes } from '../../../domain/performance/missing-reports.ts'

export const failureMessages: Readonly<Record<ReportErrorCode, string>> = {
  throttled: 'Amazon was too busy to create this report. The next daily sync requests it again.',
  unreachable: 'We couldn’t reach Amazon for this report. The next daily sync requests it again.',
  timeout: 'Amazon didn’t respond in time for this report. The next daily sync requests it again.',
  invalid_response:
    'We couldn’t read Amazon’s response for this report. The next daily sync requests it again.',
  token_rejected: 'Amazon rejected our access for this report. Please contact support.',
  profile_access_lost:
    'Your Amazon login can no longer read this advertising account. Connect it again with a login that can.',
  profile_access_unconfirmed:
    'Amazon denied access to this account, perhaps only for now. The next daily sync requests this report again.',
  grant_revoked: 'Our access at Amazon was removed. Connect the account again.',
  forbidden:
    'Amazon denied your login access to this account. Check at advertising.amazon.com whether it’s suspended. The next daily sync retries.',
  account_unknown:
    'Amazon can’t find this advertising account under your login. If you use another account now, connect it instead.',
  client_rejected:
    'Amazon doesn’t recognise us right now. The problem is on our side, and we’ve been notified. Your permission is still valid. The next daily sync requests the report again.',
  request_rejected:
    'Amazon rejected our request for this report. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  refused: 'Amazon refused to create this report. Please contact support.',
  duplicate_mismatch:
    'Amazon was already creating another report of this type. The next daily sync requests it again.',
  report_lost: 'Amazon lost this report more than once. The next daily sync requests it again.',
  failed_at_amazon: 'Amazon couldn’t create this report. The next daily sync requests it again.',
  never_finished: 'Amazon didn’t finish this report in time. The next daily sync requests it again.',
  download_url_expired: 'The download link for this report expired. The next daily sync requests it again.',
  download_host_untrusted:
    'Amazon stored this report at an address we don’t allow yet. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  download_rejected:
    'Amazon’s storage refused the download of this report. The next daily sync requests it again.',
  internal_error:
    'Something went wrong on our side with this report. We’ve been notified. The next daily sync requests it again.',
  connection_closed: 'The account was disconnected before this report loaded.',
  cancelled: 'Support stopped this sync. The next daily sync requests the report again.',
  file_corrupt:
    'We couldn’t read the file Amazon sent for this report. The next daily sync requests it again.',
  file_too_large: 'The file Amazon sent for this report is larger than we accept. Please contact support.',
  file_unconfirmed:
    'Amazon’s file lacked most of your figures, so the earlier figures stay. The next daily sync requests it again.',
}

export const unconfirmedFileText =
  'Amazon’s file lacked most of your figures. The earlier figures stay until a second file agrees.'

/** Reports whose latest file isn't shown. */
export function unloadedReports({
  finished,
  open,
}: {
  readonly finished: readonly (LoadedReport | FailedReport)[]
  readonly open: readonly OpenReport[]
}): { name: string; sentence: string }[] {
  const waiting = unconfirmedTypes(open)
  const failed = finished.flatMap(report =>
    report.status === 'failed' && !waiting.includes(report.type)
      ? [{ name: definitionOf(report.type).name, sentence: failureMessages[report.reason.error] }]
      : [],
  )
  return [
    ...failed,
    ...waiting.map(type => ({ name: definitionOf(type).name, sentence: unconfirmedFileText })),
  ]
}
