import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Of these `npm test` runs a share: they know of `npm run prove`. */
const hasMore = (file: string): boolean =>
  /\b(browserTest|counts)\(|'PROVE'/.test(readFileSync(join(root, file), 'utf8'))

const exclude = ['**/node_modules/**', 'test/support/**']

export const proofFiles: readonly string[] = [
  ...globSync('test/**/*.prove.ts', { cwd: root, exclude }),
  ...globSync('test/**/*.test.ts', { cwd: root, exclude }).filter(hasMore),
].sort()

export const proofName = (file: string): string => basename(file).replace(/\.(prove|test)\.ts$/, '')

/** What `npm run prove -- NAME` takes, mutation testing among it. */
export const proofNames: readonly string[] = [...new Set([...proofFiles.map(proofName), 'mutation'])].sort()

/** `outages` is also what begins with `outages-of-`. */
export const isProofNamed = (name: string, word: string): boolean =>
  name === word || name.startsWith(`${word}-of-`)
