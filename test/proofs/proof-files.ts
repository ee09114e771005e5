import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Tests that `npm test` runs with a small count, and `npm run prove` with the full one. */
const fullerCounts = [
  'test/proofs/diagnosis.test.ts',
  'test/proofs/faults.test.ts',
  'test/proofs/fuzz.test.ts',
  'test/proofs/life.test.ts',
  'test/proofs/race.test.ts',
  'test/views/accessible-states.test.ts',
]

export const proofFiles: readonly string[] = [
  ...globSync('test/**/*.prove.ts', { cwd: root, exclude: ['**/node_modules'] }),
  ...fullerCounts,
].sort()

export const proofName = (file: string): string => basename(file).replace(/\.(prove|test)\.ts$/, '')

/** What `npm run prove -- NAME` takes, mutation testing among it. */
export const proofNames: readonly string[] = [...new Set([...proofFiles.map(proofName), 'mutation'])].sort()

/** `outages` is also what begins with `outages-of-`. */
export const isProofNamed = (name: string, word: string): boolean =>
  name === word || name.startsWith(`${word}-of-`)
