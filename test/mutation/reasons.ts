import type { MutantResult } from '@stryker-mutator/api/core'

/** A mutant that no test found. */
export interface Survivor extends MutantResult {
  /** From the project's root. */
  readonly path: string
  /** The source line where the mutant begins. */
  readonly line: string
}

interface Reason {
  /** A heading of docs/mutation.md. */
  readonly reason: string
  readonly holds: (survivor: Survivor) => boolean
}

/** Why survivors may stay. The first reason that holds counts. A survivor without one is a gap in the tests. */
export const reasons: readonly Reason[] = [
  {
    reason: 'Same result: a fast path beside an exact one',
    holds: ({ path, line }) =>
      (path === 'src/domain/decimal-sum.ts' && /carry|quick|point|decimal\.length/i.test(line)) ||
      (path === 'src/domain/ingestion/fact-row.ts' && line.includes('1e21')),
  },
  {
    reason: 'Same result: an array grows without its initial size',
    holds: ({ line, replacement }) => line.includes('new Array<') && !replacement?.includes('Stryker'),
  },
  {
    reason: 'Same result: a cache that is not filled is filled again',
    holds: ({ path, line }) => path === 'src/domain/ingestion/fact-row.ts' && line.includes('daysIn.set'),
  },
  {
    reason: 'Same result: a guard that the compiler asks for, and no value reaches',
    holds: ({ path, line }) =>
      (path === 'src/admin/diagnosis/diagnose.ts' && line.includes('!first')) ||
      (path === 'src/admin/diagnosis/attempt.ts' && /!begun|begun\?/.test(line)) ||
      (path === 'src/admin/diagnosis/loading.ts' && line.includes('reportId !== null')) ||
      (path === 'src/admin/diagnosis/outlook.ts' && /!== 'active' \|\| lack|!isHeld/.test(line)) ||
      (path === 'src/domain/ingestion/file-totals.ts' && /!figure|#figures\.length/.test(line)),
  },
  {
    reason: 'Same result: an empty text in which a pattern is looked for',
    holds: ({ path, line }) => path === 'src/admin/diagnosis/tables.ts' && line.includes("?? ''"),
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
      (replacement === '``' || /\bname = '[A-Z]|new \w+\(`|'Support'/.test(line)),
  },
]

/** `<` for `<=`, or the reverse. */
function isOfLimit({ mutatorName, replacement = '', line, location: { start, end } }: Survivor): boolean {
  if (mutatorName !== 'EqualityOperator' || start.line !== end.line) return false
  const original = line.slice(start.column - 1, end.column - 1)
  const loose = (code: string) => code.replace(/([<>])=/, '$1')
  return /[<>]/.test(original) && loose(original) === loose(replacement)
}
