/**
 * For `skip`: why PostgreSQL's own time limits don't end here; false where they do. libfaketime shows a signal handler the
 * machine's date, so on a later date (`at-date.sh`) PostgreSQL believes that none of its limits has passed.
 */
export const lackOfServerLimits: string | false = process.env['FAKETIME']?.startsWith('+')
  ? 'libfaketime stops the time limits of PostgreSQL on a later date'
  : false
