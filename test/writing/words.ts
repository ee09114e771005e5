import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { proseOf } from './prose.ts'

export interface Avoided {
  readonly avoid: readonly string[]
  readonly write: string
}

/** A place where a listed word is the right word. */
export interface Exception {
  readonly file: string
  readonly text: string
  readonly reason: string
}

export interface Finding {
  readonly file: string
  readonly line: number
  readonly word: string
  readonly write: string
}

const read = <Content>(name: string): Content =>
  JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Content

export const avoided = read<readonly Avoided[]>('../../docs/product/words-to-avoid.json')
export const exceptions = read<readonly Exception[]>('exceptions.json')

const replacements = new Map(avoided.flatMap(({ avoid, write }) => avoid.map(word => [word, write] as const)))

/** `*` at the end stands for any ending; spaces for any white space, as comments break lines. */
const patternOf = (word: string): string =>
  word
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll("'", "['’]")
    .replace(/\*$/, '\\w*')
    .replaceAll(' ', '(?:\\s|\\*|//)+')

const words = [...replacements.keys()].toSorted((one, other) => other.length - one.length)
const pattern = new RegExp(
  `(?<![\\w’'-])(?:${words.map(word => `(${patternOf(word)})`).join('|')})(?![\\w-])`,
  'gi',
)

export function findAvoided(file: string, source: string): Finding[] {
  return proseOf(file, source).flatMap(({ text, line }) =>
    [...text.matchAll(pattern)].map(match => {
      const word = words[match.slice(1).findIndex(group => group !== undefined)] ?? match[0]
      const before = text.slice(0, match.index).split('\n').length - 1
      return { file, line: line + before, word, write: replacements.get(word) ?? '' }
    }),
  )
}

const project = join(import.meta.dirname, '../..')
const folders = ['src', 'sandbox', 'demo', 'bench', 'test', 'views', 'docs', 'deploy', '.ci']
const skipped =
  /^test\/writing\/|^test\/views\/(models|texts)\/|^docs\/product\/(glossary\.md|words-to-avoid\.json)$|(^|\/)node_modules\/|\.(svg|png|ico|gz|woff2?)$/

/** Every text file of the project. */
export const projectFiles = (): string[] =>
  ['*.md', '.env.example', 'docker-compose.yml', ...folders.map(folder => `${folder}/**`)]
    .flatMap(files => globSync(files, { cwd: project, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter(file => !skipped.test(file))
    .toSorted()

/** @returns the findings without an exception, and the exceptions that are no longer needed. */
export function checkProject(): { findings: Finding[]; unused: Exception[] } {
  const found = projectFiles().flatMap(file => {
    const source = readFileSync(join(project, file), 'utf8')
    const lines = source.split('\n')
    return findAvoided(file, source).map(finding => ({ ...finding, text: lines[finding.line - 1] ?? '' }))
  })
  const isExcepted = (finding: (typeof found)[number], { file, text }: Exception): boolean =>
    finding.file === file && finding.text.includes(text)
  return {
    findings: found.filter(finding => !exceptions.some(exception => isExcepted(finding, exception))),
    unused: exceptions.filter(exception => !found.some(finding => isExcepted(finding, exception))),
  }
}
