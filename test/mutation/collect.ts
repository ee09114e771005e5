/** Takes the place of tap while test files load: it remembers their tests, so that each can run at any time. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Test } from 'tap'

export interface CollectedTest {
  id: string
  /** Absolute path. */
  file: string
  /** How long the last run took. Unknown is 0. */
  milliseconds: number
  run: (t: Test) => Promise<unknown>
}

export const collected: CollectedTest[] = []

let loading = ''

/** Loads a test file, named by its path from the project's root, and remembers its tests. */
export async function collect(path: string): Promise<void> {
  loading = path
  await import(pathToFileURL(join(process.cwd(), path)).href)
}

function test(name: string, ...rest: unknown[]): void {
  const id = `${loading}: ${name}`
  if (collected.some(other => other.id === id)) throw new Error(`Two tests have the same name: ${id}`)
  const run = (t: Test): Promise<unknown> => Reflect.apply(t.test, t, [name, ...rest])
  collected.push({ id, file: join(process.cwd(), loading), milliseconds: 0, run })
}

// biome-ignore lint/style/noDefaultExport: test files import tap's default export.
export default { test }
