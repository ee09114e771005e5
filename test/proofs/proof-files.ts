import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** True for a test file that `npm test` runs only in part. */
const runsInPart = (file: string): boolean =>
  /\b(browserTest|repetitions)\(|'PROVE'/.test(readFileSync(join(root, file), 'utf8'))

const exclude = ['**/node_modules/**', 'test/support/**']

export const proofFiles: readonly string[] = [
  ...globSync('test/**/*.prove.ts', { cwd: root, exclude }),
  ...globSync('test/**/*.test.ts', { cwd: root, exclude }).filter(runsInPart),
].sort()

export const proofName = (file: string): string => basename(file).replace(/\.(prove|test)\.ts$/, '')

export const proofNames: readonly string[] = [...new Set([...proofFiles.map(proofName), 'mutation'])].sort()

/** `outages` includes names that begin with `outages-of-`. */
export const isProofNamed = (name: string, requestedName: string): boolean =>
  name === requestedName || name.startsWith(`${requestedName}-of-`)
