import type { MutantResult } from '@stryker-mutator/api/core'

export interface Survivor extends MutantResult {
  /** From the project root. */
  readonly path: string
  readonly line: string
}

interface Reason {
  /** A heading of docs/mutation.md. */
  readonly reason: string
  readonly holds: (survivor: Survivor) => boolean
}

/** True for a mutant (of this kind, if given) in a line that matches its file's pattern. */
const inLines =
  (lines: Readonly<Record<string, RegExp>>, kind?: string) =>
  ({ path, line, mutatorName }: Survivor): boolean =>
    (kind === undefined || mutatorName === kind) && lines[path]?.test(line) === true

const access = 'src/application/access'
const connection = 'src/application/connection'
const ingestion = 'src/application/ingestion'
const message = 'src/application/mail'
const performance = 'src/application/performance'

const isUnreached = inLines({
  'src/admin/diagnosis/attempt.ts': /!begun|begun\?|'profiles_fetched' \|\| happening\.kind/,
  'src/admin/diagnosis/diagnose.ts': /!first|one && other \?/,
  'src/admin/diagnosis/reports.ts': /reportId !== null/,
  'src/admin/diagnosis/current-state.ts': /!== 'active' \|\| lack|!isHeld|'loaded' && report\.rows/,
  [`${access}/issue-link.ts`]: /known\?\.passwordHash/,
  [`${access}/change-password.ts`]: /known\?\.passwordHash/,
  [`${access}/unchanged.ts`]: /known\?\.passwordHash\?\./,
  [`${access}/read-audit.ts`]: /entries\.at\(-1\)\?\.id/,
  'src/application/help/list-support-requests.ts': /lines\.at\(-1\)\?\.request/,
  [`${connection}/ask-erasure.ts`]: /connection\.status !== 'closed' \|\|/,
  [`${connection}/choose-profile.ts`]: /'connect' && ruling\.gives|\.userId \?\? ''/,
  [`${connection}/complete-authorisation.ts`]: /why \?\? 'unknown'/,
  [`${connection}/complete-renewal.ts`]: /: 'unreachable'/,
  [`${connection}/mint-access-token.ts`]: /state\.state === 'cached'/,
  [`${ingestion}/advance-report.ts`]: /error\.name : 'unknown'/,
  [`${ingestion}/report-keeper.ts`]: /if \(happening\) await/,
  [`${message}/send-mails.ts`]: /error\.name : 'unknown'/,
  'src/domain/access/second-factor.ts': /lastWrongAt !== null|lastStep === null/,
  'src/domain/connection/one-account-rule.ts': /only\?\.id|confirmedUserId !== null/,
  'src/domain/ingestion/fact-row.ts': /typeof number !== 'number'/,
  'src/domain/ingestion/file-totals.ts': /!figure|#figures\.length/,
  'src/domain/ingestion/reconciliation.ts': /file\.sums\[figure\] \?\? '0'/,
  'src/domain/ingestion/region-rate-limit.ts': /moment !== null/,
  'src/domain/mail/delivery-decision.ts': /moment\?\.toISOString|lookedAt !== null/,
})

/** Why survivors may stay; the first match counts. A survivor without a reason is a gap in the tests. */
export const reasons: readonly Reason[] = [
  {
    reason: 'Same result: a fast path beside an exact one',
    holds: ({ path, line }) =>
      (path === 'src/domain/decimal-sum.ts' &&
        /carry|quick|point|decimal\.length|millionths === null/i.test(line)) ||
      (path === 'src/domain/ingestion/fact-row.ts' && line.includes('1e21')) ||
      (path === 'src/domain/ingestion/file-totals.ts' && line.includes('isMoney')),
  },
  {
    reason: 'Same result: an array grows without its initial size',
    holds: ({ line, replacement }) => line.includes('new Array<') && !replacement?.includes('Stryker'),
  },
  {
    reason: 'Same result: a cache that is not filled is filled again',
    holds: inLines({
      'src/domain/calendar.ts': /(calendars|clocks)\.set/,
      'src/domain/ingestion/fact-row.ts': /daysIn\.set/,
    }),
  },
  {
    reason: 'Same result: a guard that the compiler asks for, and no value reaches',
    holds: isUnreached,
  },
  {
    reason: 'Same result: a connection that is on record stays there, if only as an erased one',
    holds: survivor =>
      inLines(
        {
          [`${connection}/erase-connections.ts`]: /connection\?\.status|\.find\(id\)\)\?\.personId/,
          [`${connection}/mint-access-token.ts`]: /connection\?\.status/,
          [`${connection}/start-syncs.ts`]: /connection\?\.status|\.find\(id\)\)\?\.personId/,
        },
        'OptionalChaining',
      )(survivor) ||
      inLines({
        [`${connection}/erase-connections.ts`]: /!owner/,
        [`${connection}/start-syncs.ts`]: /!owner/,
      })(survivor),
  },
  {
    reason: 'Same result: a step is saved that would come to nothing',
    holds: inLines({
      [`${access}/add-person.ts`]: /added !== 'known'/,
      [`${access}/change-role.ts`]: /kinds\.length > 0/,
      [`${access}/end-viewing.ts`]: /endOfViewing\(known/,
      [`${access}/recognise.ts`]: /!isWorthNoting/,
      [`${connection}/mint-access-token.ts`]: /token === token/,
      [`${ingestion}/poll-progress.ts`]: /profile: \{ region \}/,
      [`${ingestion}/reconcile-figures.ts`]: /error instanceof FiguresMismatch/,
      [`${ingestion}/report-keeper.ts`]: /!happening && !isSettled|isSettled\(next\)\) await/,
      [`${performance}/show-table.ts`]: /left > 0|#exports\.delete|once: true/,
    }),
  },
  {
    reason: 'Same result: of several words one alone is asked for',
    holds: inLines(
      {
        [`${access}/second-step.ts`]: /mayHold\('staff'/,
        [`${connection}/choose-profile.ts`]: /'first' : 'renewal'/,
        [`${ingestion}/regional-calls.ts`]: /'order', report/,
        [`${ingestion}/trouble-of.ts`]: /'answer' \| 'file' = 'answer'/,
      },
      'StringLiteral',
    ),
  },
  {
    reason: 'Same result: nothing is nothing, whether null, undefined or false',
    holds: survivor =>
      inLines(
        {
          [`${access}/read-code.ts`]: /async \(\) => null/,
          [`${ingestion}/steer-ingestion.ts`]: /catch\(\(\) => null\)/,
        },
        'ArrowFunction',
      )(survivor) || inLines({ 'src/domain/profile/profile.ts': /\} catch \{/ }, 'BlockStatement')(survivor),
  },
  {
    reason: 'Same result: what follows a day is refused by the comparison with the day itself',
    holds: ({ path, line, replacement }) =>
      path === 'src/domain/calendar.ts' &&
      line.includes('.test(text)') &&
      replacement === '/^\\d{4}-\\d\\d-\\d\\d/',
  },
  {
    reason: 'Same result: a part that a decimal always has, and an exponent that is left out',
    holds: ({ path, line, replacement = '' }) =>
      path === 'src/domain/decimal-sum.ts' &&
      line.includes("exponent = '0'") &&
      ['""', '"Stryker was here!"'].includes(replacement),
  },
  {
    reason: 'Same result: there are both ends of some days, or neither',
    holds: inLines(
      {
        'src/domain/ingestion/sync-window.ts': /from && to/,
        'src/domain/performance/coverage.ts': /from && to/,
      },
      'LogicalOperator',
    ),
  },
  {
    reason: 'Same result: what has no files has no differences',
    holds: inLines({ [`${ingestion}/reconcile-figures.ts`]: /files\.length === 0/ }, 'BooleanLiteral'),
  },
  {
    reason: 'Same result: an empty text in which a pattern is looked for',
    holds: ({ path, line }) => path === 'src/admin/diagnosis/cause-mapping.ts' && line.includes("?? ''"),
  },
  {
    reason: 'Not seen here: a formatter is made once in a process, before a mutant is on',
    holds: ({ path, line }) =>
      path === 'src/domain/calendar.ts' && /DateTimeFormat|hourCycle|numeric|2-digit/.test(line),
  },
  {
    reason: 'Exactly at a limit: no promise says on which side it lies',
    holds: isOfLimit,
  },
  {
    reason: 'A text in an empty list of something else: the types rule it out',
    holds: ({ mutatorName, replacement }) =>
      mutatorName === 'ArrayDeclaration' && replacement === '["Stryker was here"]',
  },
  {
    reason: 'Text for people or for the log, not asserted word by word',
    holds: ({ mutatorName, line, replacement }) =>
      mutatorName === 'StringLiteral' &&
      (replacement === '``' || /\bname(: string)? = '[A-Z]|new \w+\(`|'Support'/.test(line)),
  },
  {
    reason: 'The cause of an error, for the log',
    holds: ({ mutatorName, line }) => mutatorName === 'ObjectLiteral' && /\{ cause(: error)? \}/.test(line),
  },
]

/** `<` for `<=`, or the reverse. */
function isOfLimit({ mutatorName, replacement = '', line, location: { start, end } }: Survivor): boolean {
  if (mutatorName !== 'EqualityOperator' || start.line !== end.line) return false
  const original = line.slice(start.column - 1, end.column - 1)
  const loose = (code: string) => code.replace(/([<>])=/, '$1')
  return /[<>]/.test(original) && loose(original) === loose(replacement)
}
