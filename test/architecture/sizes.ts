import { posix } from 'node:path'

interface Source {
  readonly file: string
  readonly text: string
}

const maxFiles = 15
const maxLines = 250

/** Source files that may be longer, and why. */
export const longFileReasons: ReadonlyMap<string, string> = new Map([
  ['src/adapters/postgres/migrations/versions/0001-schema.ts', 'the whole schema, in one migration'],
  ['src/admin/cases/event-texts.ts', 'one sentence for each kind of timeline event'],
  ['src/admin/diagnosis/texts/login-texts.ts', 'one text for each cause'],
  ['src/admin/diagnosis/texts/report-texts.ts', 'one text for each cause'],
  ['src/domain/ingestion/catalogue.ts', 'the columns of the 15 report types'],
  ['src/domain/timeline/entry.ts', 'one type for each kind of timeline event'],
])

/** Folders with too many files directly in them. */
export function fullFolders(files: readonly Source[]): string[] {
  const folders = Map.groupBy(files, ({ file }) => posix.dirname(file))
  return [...folders].filter(([, inside]) => inside.length > maxFiles).map(([folder]) => folder)
}

export const longFiles = (files: readonly Source[]): string[] =>
  files
    .filter(({ text }) => text.trimEnd().split('\n').length > maxLines)
    .map(({ file }) => file)
    .sort()
