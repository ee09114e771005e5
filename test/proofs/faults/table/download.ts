import type { Rows } from '../cell.ts'
import {
  busy,
  busyFor17Seconds,
  downloadRejected,
  downloadUrlExpired,
  fileCorrupt,
  fileTooLarge,
  reportGone,
  timedOut,
  unreachable,
  works,
} from './report-endings.ts'

export const download: Rows<'download'> = {
  '400': downloadRejected('400'),
  '401': downloadRejected('401'),
  // Amazon's storage answers 403 to a wrong and an expired signature alike; a new address fixes both.
  '403': downloadUrlExpired,
  '404': reportGone,
  '406': downloadRejected('406'),
  '415': downloadRejected('415'),
  '422': downloadRejected('422'),
  '425': unreachable('completed', 425),
  '429': busy('completed'),
  '429_named': busyFor17Seconds('completed'),
  '500': unreachable('completed', 500),
  '502': unreachable('completed', 502),
  '503': unreachable('completed', 503),
  '504': unreachable('completed', 504),
  reset: unreachable('completed'),
  timeout: timedOut('completed'),
  slow_body: timedOut('completed'),
  half_body: unreachable('completed'),
  corrupt_gzip: fileCorrupt(''),
  broken_json: fileCorrupt('the file is truncated or contains something other than rows'),
  wrong_type: fileCorrupt('the file is not a complete gzip'),
  wrong_shape: fileCorrupt('the file is not a single array of objects'),
  empty: fileCorrupt('the file is not a complete gzip'),
  duplicated_rows: works('loaded', 'none needed: counted once', 'ignored'),
  ten_times: works('loaded', 'none needed: rows are streamed'),
  // The storage's error response includes its time.
  clock_ahead: { ...downloadUrlExpired, cause: 'clock_skewed' },
  clock_behind: { ...downloadUrlExpired, cause: 'clock_skewed' },
  expired: downloadUrlExpired,
  gzip_bomb: fileTooLarge,
  // The table's file is small, so that one row is more than 1% of it.
  row_without_campaign: fileCorrupt('1 of '),
}
