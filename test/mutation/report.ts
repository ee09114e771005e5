import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { MutantResult, MutantStatus } from '@stryker-mutator/api/core'
import { reasons } from './reasons.ts'

type Mutants = readonly MutantResult[]

const killed: readonly MutantStatus[] = ['Killed', 'Timeout']
const alive: readonly MutantStatus[] = ['Survived', 'NoCoverage']

const countOf = (mutants: Mutants, ...statuses: MutantStatus[]): number =>
  mutants.filter(({ status }) => statuses.includes(status)).length

/** Percentage of tested mutants that a test found; 0 if none was tested, so that an empty run fails. */
export const scoreOf = (mutants: Mutants): number =>
  (100 * countOf(mutants, ...killed)) / Math.max(1, countOf(mutants, ...killed, ...alive))

const pathOf = ({ fileName }: MutantResult): string => relative(process.cwd(), fileName)

/** Three path segments at most: `src/domain/mail`. */
const folderOf = (mutant: MutantResult): string =>
  pathOf(mutant).split('/').slice(0, -1).slice(0, 3).join('/')

const columns = ['folder', 'mutants', 'killed', 'timed out', 'survived', 'not reached', 'score'] as const

/** A row per folder and a total. Errors of the runner count as not tested. */
export function table(mutants: Mutants): string[][] {
  const folders = Object.entries(Object.groupBy(mutants, folderOf)).sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return [...folders, ['all', mutants] as const].map(([folder, its = []]) => [
    folder,
    String(countOf(its, ...killed, ...alive)),
    ...(['Killed', 'Timeout', 'Survived', 'NoCoverage'] as const).map(status => String(countOf(its, status))),
    `${scoreOf(its).toFixed(1)}%`,
  ])
}

export const formatSummary = (mutants: Mutants): string =>
  [[...columns], ...table(mutants)]
    .map(row => row.map((cell, at) => (at === 0 ? cell.padEnd(30) : cell.padStart(12))).join(''))
    .join('\n')

/** Keeps the document's introduction. The same results give the same text. */
export function writeDocument(mutants: Mutants): void {
  const path = 'docs/mutation.md'
  const mark = '<!-- Everything below is written by the command. -->'
  const [introduction] = readFileSync(path, 'utf8').split(mark)
  const parts = [
    markdown(columns, table(mutants)),
    '## Left out\n',
    markdown(
      ['reason', 'mutants'],
      counted(
        mutants.filter(({ status }) => status === 'Ignored'),
        leftOutFor,
      ),
    ),
    '## Survivors\n',
    ...survivors(mutants),
  ]
  writeFileSync(path, `${introduction}${mark}\n\n${parts.join('\n')}`)
}

const leftOutFor = ({ statusReason = '' }: MutantResult): string =>
  statusReason.startsWith('Static mutant') ? 'runs only while a file loads' : statusReason

function survivors(mutants: Mutants): string[] {
  const left = mutants.filter(({ status }) => alive.includes(status))
  const texts = new Map(
    [...new Set(left.map(pathOf))].map(path => [path, readFileSync(path, 'utf8').split('\n')]),
  )
  const groups = Object.groupBy(left, mutant => {
    const line = texts.get(pathOf(mutant))?.[mutant.location.start.line - 1] ?? ''
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
        .map(([reason, its = []]) => [reason, String(its.length)]),
    ),
  ]
}

const counted = (mutants: Mutants, by: (mutant: MutantResult) => string): string[][] =>
  Object.entries(Object.groupBy(mutants, by))
    .map(([name, its = []]) => [name, String(its.length)])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1))

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |\n`).join('')
