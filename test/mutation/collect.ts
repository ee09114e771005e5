/** Replaces tap while test files load, and records their tests to run later. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Test } from 'tap'

export interface CollectedTest {
  id: string
  /** Absolute path. */
  file: string
  /** Duration of the last run; 0 if unknown. */
  milliseconds: number
  run: (t: Test) => Promise<unknown>
}

export const collectedTests: CollectedTest[] = []

let currentFile = ''

/** `path` is relative to the project root. */
export async function collect(path: string): Promise<void> {
  currentFile = path
  await import(pathToFileURL(join(process.cwd(), path)).href)
}

function test(name: string, ...rest: unknown[]): void {
  const id = `${currentFile}: ${name}`
  if (collectedTests.some(other => other.id === id)) throw new Error(`Two tests have the same name: ${id}`)
  const run = (t: Test): Promise<unknown> => Reflect.apply(t.test, t, [name, ...rest])
  collectedTests.push({ id, file: join(process.cwd(), currentFile), milliseconds: 0, run })
}

// biome-ignore lint/style/noDefaultExport: test files import tap's default export.
export default { test }
