import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Tests of which `npm test` runs a share, and `npm run prove` everything. */
const fullerCounts = [
  ...['connecting', 'one-account', 'pending', 'profiles', 'twelve'].map(
    name => `test/journeys/${name}.test.ts`,
  ),
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
