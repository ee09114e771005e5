import type { Rows } from '../cell.ts'
import {
  addressExpired,
  busy,
  busyFor17Seconds,
  fileRefused,
  fileUnreadable,
  gone,
  timedOut,
  unreachable,
  works,
} from './report-endings.ts'

/** The file at Amazon's storage: a signed address, no token. */
export const download: Rows<'download'> = {
  '400': fileRefused('400'),
  '401': fileRefused('401'),
  // The storage refuses a signature and its age alike with 403; a new one is the answer to both.
  '403': addressExpired,
  '404': gone,
  '406': fileRefused('406'),
  '415': fileRefused('415'),
  '422': fileRefused('422'),
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
  corrupt_gzip: fileUnreadable(''),
  broken_json: fileUnreadable('the file ends in the middle'),
  wrong_type: fileUnreadable('the file is no whole gzip'),
  wrong_shape: fileUnreadable('the file is no single array'),
  empty: fileUnreadable('the file is no whole gzip'),
  duplicated_rows: works('loaded', 'a row that comes twice counts once', 'came twice and counted once'),
  ten_times: works('loaded', 'ten times the rows are ten times the rows; none is held in memory'),
  // The storage tells the time with its refusal.
  clock_ahead: { ...addressExpired, cause: 'clock_skewed' },
  clock_behind: { ...addressExpired, cause: 'clock_skewed' },
  expired: addressExpired,
}
