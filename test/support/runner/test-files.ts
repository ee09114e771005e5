import { glob, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { randomNumbers, shuffled } from '../seed.ts'

export type Batch = readonly string[]

/**
 * Resolves paths, folders or globs; without any, all of `npm test`.
 * @throws {Error} when one matches no file.
 */
export async function findTestFiles(root: string, patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const pattern of patterns.length > 0 ? patterns : ['test/**/*.test.ts']) {
    const isFolder = await stat(resolve(root, pattern)).then(
      stats => stats.isDirectory(),
      () => false,
    )
    const before = found.size
    for await (const file of glob(isFolder ? `${pattern}/**/*.test.ts` : pattern, { cwd: root }))
      found.add(relative(root, resolve(root, file)))
    if (found.size === before) throw new Error(`There is no test file ${pattern}.`)
  }
  return [...found].sort()
}

/**
 * Files that need a separate process: they use or change process-wide state (memory, signals, tracer), or start servers
 * and programs that use much processor time.
 */
const isolated = [
  /^test\/(process|proofs|integration|commands|architecture|mutation)\//,
  /^test\/adapters\/(embedded-postgres|telemetry)\//,
  // Shifts the clock of its process.
  /^test\/adapters\/postgres\/engine\/synchronised-clock\.test\.ts$/,
]

/** Files per process, since starting one, loading modules and a browser costs more than most tests. */
const filesPerProcess: Readonly<Record<string, number>> = {
  'test/domain': 100,
  'test/application': 100,
  'test/admin': 100,
  'test/journeys': 8,
}
const defaultFilesPerProcess = 12

/** Slow folders first, so that no long file runs alone at the end. */
const slowestFirst = [
  'test/proofs/',
  'test/journeys/',
  'test/process/',
  'test/integration/',
  'test/adapters/embedded-postgres/',
  'test/views/',
  'test/adapters/',
  'test/',
]

/** @param seed shuffles the files; null runs the slowest folders first. */
export function batchesOf(files: readonly string[], seed: number | null): Batch[] {
  const ordered = seed === null ? files : shuffled(files, randomNumbers(seed))
  const groups = Map.groupBy(ordered, file =>
    isolated.some(pattern => pattern.test(file)) ? file : file.split('/').slice(0, 2).join('/'),
  )
  const batches = [...groups].flatMap(([name, group]) =>
    split(group, filesPerProcess[name] ?? defaultFilesPerProcess),
  )
  if (seed !== null) return shuffled(batches, randomNumbers(seed))
  const rank = ([first = '']: Batch) => slowestFirst.findIndex(folder => first.startsWith(folder))
  return batches.sort((one, other) => rank(one) - rank(other))
}

/** Deals files out to the smallest number of batches. Neighbours, which are similar, go to different batches. */
function split(files: readonly string[], max: number): Batch[] {
  const count = Math.ceil(files.length / max)
  return Array.from({ length: count }, (_, batch) =>
    files.filter((_file, position) => position % count === batch),
  )
}
