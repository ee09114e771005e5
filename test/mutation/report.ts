import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { MutantResult, MutantStatus } from '@stryker-mutator/api/core'
import { reasons } from './reasons.ts'

type Mutants = readonly MutantResult[]

const killedStatuses: readonly MutantStatus[] = ['Killed', 'Timeout']
const survivingStatuses: readonly MutantStatus[] = ['Survived', 'NoCoverage']

const countOf = (mutants: Mutants, ...statuses: MutantStatus[]): number =>
  mutants.filter(({ status }) => statuses.includes(status)).length

/** Percentage of tested mutants that a test killed; 0 if none was tested, so that an empty run fails. */
export const scoreOf = (mutants: Mutants): number =>
  (100 * countOf(mutants, ...killedStatuses)) /
  Math.max(1, countOf(mutants, ...killedStatuses, ...survivingStatuses))

const pathOf = ({ fileName }: MutantResult): string => relative(process.cwd(), fileName)

/** Three path segments at most: `src/domain/email`. */
const folderOf = (mutant: MutantResult): string =>
  pathOf(mutant).split('/').slice(0, -1).slice(0, 3).join('/')

const columns = ['folder', 'mutants', 'killed', 'timed out', 'survived', 'not reached', 'score'] as const

/** A row per folder and a total. Errors of the runner count as not tested. */
export function tableRows(mutants: Mutants): string[][] {
  const folders = Object.entries(Object.groupBy(mutants, folderOf)).sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return [...folders, ['all', mutants] as const].map(([folder, folderMutants = []]) => [
    folder,
    String(countOf(folderMutants, ...killedStatuses, ...survivingStatuses)),
    ...(['Killed', 'Timeout', 'Survived', 'NoCoverage'] as const).map(status =>
      String(countOf(folderMutants, status)),
    ),
    `${scoreOf(folderMutants).toFixed(1)}%`,
  ])
}

export const formatSummary = (mutants: Mutants): string =>
  [[...columns], ...tableRows(mutants)]
    .map(row => row.map((cell, index) => (index === 0 ? cell.padEnd(30) : cell.padStart(12))).join(''))
    .join('\n')

/** Keeps the document's introduction. Equal results give an equal document. */
export function writeDocument(mutants: Mutants): void {
  const path = 'docs/mutation.md'
  const marker = '<!-- Everything below is written by the command. -->'
  const [introduction] = readFileSync(path, 'utf8').split(marker)
  const parts = [
    markdown(columns, tableRows(mutants)),
    '## Left out\n',
    markdown(
      ['reason', 'mutants'],
      countBy(
        mutants.filter(({ status }) => status === 'Ignored'),
        exclusionReason,
      ),
    ),
    '## Survivors\n',
    ...survivors(mutants),
  ]
  writeFileSync(path, `${introduction}${marker}\n\n${parts.join('\n')}`)
}

const exclusionReason = ({ statusReason = '' }: MutantResult): string =>
  statusReason.startsWith('Static mutant') ? 'runs only while a file loads' : statusReason

function survivors(mutants: Mutants): string[] {
  const surviving = mutants.filter(({ status }) => survivingStatuses.includes(status))
  const linesByPath = new Map(
    [...new Set(surviving.map(pathOf))].map(path => [path, readFileSync(path, 'utf8').split('\n')]),
  )
  const groups = Object.groupBy(surviving, mutant => {
    const line = linesByPath.get(pathOf(mutant))?.[mutant.location.start.line - 1] ?? ''
    return (
      reasons.find(({ holds }) => holds({ ...mutant, path: pathOf(mutant), line }))?.reason ??
      'No test asserts it yet'
    )
  })
  return [
    markdown(
      ['reason', 'mutants'],
      Object.entries(groups)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([reason, group = []]) => [reason, String(group.length)]),
    ),
  ]
}

const countBy = (mutants: Mutants, reasonOf: (mutant: MutantResult) => string): string[][] =>
  Object.entries(Object.groupBy(mutants, reasonOf))
    .map(([name, group = []]) => [name, String(group.length)])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1))

const markdown = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |\n`).join('')
