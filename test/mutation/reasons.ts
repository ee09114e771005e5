import type { MutantResult } from '@stryker-mutator/api/core'

export interface Survivor extends MutantResult {
  /** Relative to the project root. */
  readonly path: string
  readonly line: string
}

interface Reason {
  /** A heading of docs/mutation.md. */
  readonly reason: string
  readonly holds: (survivor: Survivor) => boolean
}

/** True for a mutant (of this kind, if given) in a line matched by its file's pattern. */
const inLines =
  (patterns: Readonly<Record<string, RegExp>>, kind?: string) =>
  ({ path, line, mutatorName }: Survivor): boolean =>
    (kind === undefined || mutatorName === kind) && patterns[path]?.test(line) === true

const access = 'src/application/access'
const connection = 'src/application/connection'
const ingestion = 'src/application/ingestion'
const email = 'src/application/email'
const performance = 'src/application/performance'

const isUnreached = inLines({
  'src/admin/diagnosis/attempt.ts': /!firstStep|firstStep\?|'profiles_fetched' \|\| event\.kind/,
  'src/admin/diagnosis/diagnose.ts': /!first|one && other \?/,
  'src/admin/diagnosis/reports.ts': /reportId !== null/,
  'src/admin/diagnosis/current-state.ts':
    /!== 'active' \|\| planRestriction|!isLive|'loaded' && report\.rows/,
  [`${access}/issue-access-link.ts`]: /known\?\.passwordHash/,
  [`${access}/change-password.ts`]: /known\?\.passwordHash/,
  [`${access}/password-unchanged.ts`]: /known\?\.passwordHash\?\./,
  'src/admin/audit/list-audit-entries.ts': /entries\.at\(-1\)\?\.id/,
  'src/admin/requests/list-support-requests.ts': /requests\.at\(-1\)\?\.request/,
  [`${connection}/request-erasure.ts`]: /connection\.status !== 'closed' \|\|/,
  [`${connection}/choose-profile.ts`]: /'connect' && decision\.replacedConnection|\.userId \?\? ''/,
  [`${connection}/authorisation/complete-authorisation.ts`]: /why \?\? 'unknown'/,
  [`${connection}/authorisation/complete-reauthorisation.ts`]: /: 'unreachable'/,
  [`${connection}/authorisation/get-access-token.ts`]: /state\.state === 'cached'/,
  [`${ingestion}/report/advance-report.ts`]: /error\.name : 'unknown'/,
  [`${ingestion}/report/report-updater.ts`]: /if \(event\) await/,
  [`${email}/send-emails.ts`]: /error\.name : 'unknown'/,
  'src/domain/access/second-factor.ts': /lastFailedAt !== null|lastAcceptedStep === null/,
  'src/domain/connection/one-account-rule.ts': /only\?\.id|confirmedUserId !== null/,
  'src/domain/ingestion/fact-row.ts': /typeof number !== 'number'/,
  'src/domain/ingestion/file-totals.ts': /!figure|#figures\.length/,
  'src/domain/ingestion/reconciliation.ts': /file\.sums\[figure\] \?\? '0'/,
  'src/domain/ingestion/rate-limit/call-budget.ts': /date !== null/,
  'src/domain/email/delivery-decision.ts': /date\?\.toISOString|viewedAt !== null/,
})

/** Why survivors may stay; the first match counts. A survivor without a reason is a gap in the tests. */
export const reasons: readonly Reason[] = [
  {
    reason: 'Equivalent: a fast path beside an exact one',
    holds: ({ path, line }) =>
      (path === 'src/domain/decimal-sum.ts' &&
        /carry|quick|point|decimal\.length|millionths === null/i.test(line)) ||
      (path === 'src/domain/ingestion/fact-row.ts' && line.includes('1e21')) ||
      (path === 'src/domain/ingestion/file-totals.ts' && line.includes('isMoney')),
  },
  {
    reason: 'Equivalent: an array grows without an initial size',
    holds: ({ line, replacement }) => line.includes('new Array<') && !replacement?.includes('Stryker'),
  },
  {
    reason: 'Equivalent: a cache miss computes the same value',
    holds: inLines({
      'src/domain/calendar.ts': /(dateFormats|timeFormats)\.set/,
      'src/domain/ingestion/fact-row.ts': /daysIn\.set/,
    }),
  },
  {
    reason: 'Equivalent: a guard for the compiler that no value reaches',
    holds: isUnreached,
  },
  {
    reason: 'Equivalent: a connection’s row is never deleted',
    holds: survivor =>
      inLines(
        {
          [`${connection}/erase-connections.ts`]: /connection\?\.status|\.find\(id\)\)\?\.userId/,
          [`${connection}/authorisation/get-access-token.ts`]: /connection\?\.status/,
          [`${connection}/start-due-syncs.ts`]: /connection\?\.status|\.find\(id\)\)\?\.userId/,
        },
        'OptionalChaining',
      )(survivor) ||
      inLines({
        [`${connection}/erase-connections.ts`]: /!owner/,
        [`${connection}/start-due-syncs.ts`]: /!owner/,
      })(survivor),
  },
  {
    reason: 'Equivalent: skips work without an effect',
    holds: inLines({
      [`${access}/create-user.ts`]: /added !== 'email_already_registered'/,
      [`${access}/change-role.ts`]: /kinds\.length > 0/,
      [`${access}/end-view-as.ts`]: /viewAsEnd\(known/,
      [`${access}/authenticate-session.ts`]: /!isLastSeenOutdated/,
      [`${connection}/authorisation/get-access-token.ts`]: /token === token/,
      [`${ingestion}/poll-sync-progress.ts`]: /profile: \{ region \}/,
      [`${ingestion}/reconcile-figures.ts`]: /error instanceof FiguresMismatch/,
      [`${ingestion}/report/report-updater.ts`]: /!event && !isFinished|isFinished\(next\)\) await/,
      [`${performance}/get-table.ts`]: /left > 0|#exports\.delete|once: true/,
    }),
  },
  {
    reason: 'Equivalent: only one of these values is compared',
    holds: inLines(
      {
        [`${access}/verify-second-factor.ts`]: /roleAllowsSession\('staff'/,
        [`${connection}/choose-profile.ts`]: /'initial' : 'reauthorisation'/,
        [`${ingestion}/report/rate-limited-calls.ts`]: /'report_request', report/,
        [`${ingestion}/report/to-report-error.ts`]: /: Source = 'answer'/,
      },
      'StringLiteral',
    ),
  },
  {
    reason: 'Equivalent: null, undefined and false are treated alike',
    holds: survivor =>
      inLines(
        {
          [`${access}/check-code.ts`]: /async \(\) => null/,
          [`${ingestion}/control-sync.ts`]: /catch\(\(\) => null\)/,
        },
        'ArrowFunction',
      )(survivor) || inLines({ 'src/domain/profile/profile.ts': /\} catch \{/ }, 'BlockStatement')(survivor),
  },
  {
    reason: 'Equivalent: the comparison with the day rejects trailing text',
    holds: ({ path, line, replacement }) =>
      path === 'src/domain/calendar.ts' &&
      line.includes('.test(text)') &&
      replacement === '/^\\d{4}-\\d\\d-\\d\\d/',
  },
  {
    reason: 'Equivalent: a default for a decimal’s missing exponent',
    holds: ({ path, line, replacement = '' }) =>
      path === 'src/domain/decimal-sum.ts' &&
      line.includes("exponent = '0'") &&
      ['""', '"Stryker was here!"'].includes(replacement),
  },
  {
    reason: 'Equivalent: both ends of a range exist or neither',
    holds: inLines(
      {
        'src/domain/ingestion/sync-window.ts': /from && to/,
        'src/domain/performance/coverage.ts': /from && to/,
      },
      'LogicalOperator',
    ),
  },
  {
    reason: 'Equivalent: no files, so no mismatches',
    holds: inLines({ [`${ingestion}/reconcile-figures.ts`]: /files\.length === 0/ }, 'BooleanLiteral'),
  },
  {
    reason: 'Equivalent: matches a pattern against an empty string',
    holds: ({ path, line }) => path === 'src/admin/diagnosis/cause-mapping.ts' && line.includes("?? ''"),
  },
  {
    reason: 'Not tested: a formatter is created before a mutant is active',
    holds: ({ path, line }) =>
      path === 'src/domain/calendar.ts' && /DateTimeFormat|hourCycle|numeric|2-digit/.test(line),
  },
  {
    reason: 'Exactly at a limit: no requirement decides the side',
    holds: isBoundaryMutant,
  },
  {
    reason: 'Excluded by types: a string in an empty list',
    holds: ({ mutatorName, replacement }) =>
      mutatorName === 'ArrayDeclaration' && replacement === '["Stryker was here"]',
  },
  {
    reason: 'Copy or log text, not asserted word for word',
    holds: ({ mutatorName, line, replacement }) =>
      mutatorName === 'StringLiteral' &&
      (replacement === '``' || /\bname(: string)? = '[A-Z]|new \w+\(`|'Support'/.test(line)),
  },
  {
    reason: 'An error’s cause, for the log',
    holds: ({ mutatorName, line }) => mutatorName === 'ObjectLiteral' && /\{ cause(: error)? \}/.test(line),
  },
]

/** `<` for `<=`, or the reverse. */
function isBoundaryMutant({
  mutatorName,
  replacement = '',
  line,
  location: { start, end },
}: Survivor): boolean {
  if (mutatorName !== 'EqualityOperator' || start.line !== end.line) return false
  const original = line.slice(start.column - 1, end.column - 1)
  const withoutEquals = (code: string) => code.replace(/([<>])=/, '$1')
  return /[<>]/.test(original) && withoutEquals(original) === withoutEquals(replacement)
}
