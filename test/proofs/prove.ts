/**
 * `npm run prove [-- NAME …] [--seed N] [--minutes N]`: everything that takes long. Without a name: each `*.prove.ts`,
 * each test with a fuller count, and mutation testing. `--minutes` runs a share instead: with small counts, in an order
 * drawn from the seed, nothing begins after so many minutes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '../..')

/** Tests that `npm test` runs with a small count, and this command with the full one. */
const fullerCounts = [
  'test/proofs/diagnosis.test.ts',
  'test/proofs/faults.test.ts',
  'test/proofs/fuzz.test.ts',
  'test/proofs/life.test.ts',
  'test/proofs/race.test.ts',
  'test/views/accessible-states.test.ts',
]

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    /** By default the date, so that each day tries something else. */
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    minutes: { type: 'string' },
  },
})

const files = [...(await Array.fromAsync(glob('test/**/*.prove.ts', { cwd: root }))), ...fullerCounts].sort()
const nameOf = (file: string): string => basename(file).replace(/\.(prove|test)\.ts$/, '')
const names = [...files.map(nameOf), 'mutation']
/** `outages` is also what begins with `outages-of-`. */
const isAsked = (name: string): boolean =>
  asked.length === 0 || asked.some(word => name === word || name.startsWith(`${word}-of-`))

const unknown = asked.filter(word => !names.some(name => name === word || name.startsWith(`${word}-of-`)))
if (unknown.length > 0) {
  process.stderr.write(`There is no proof ${unknown.join(', ')}. There are: ${names.sort().join(', ')}.\n`)
  process.exit(2)
}

const run = async (words: readonly string[]): Promise<number> => {
  const environment = { TEST_SEED: values.seed, ...(values.minutes ? {} : { PROVE: 'full' }) }
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

process.stdout.write(`Seed ${values.seed}; --seed ${values.seed} repeats this run.\n`)
const chosen = files.filter(file => isAsked(nameOf(file)))
const share = values.minutes ? ['--shuffle', `--minutes=${values.minutes}`] : ['--jobs=1']
const codes: number[] = []
if (chosen.length > 0) codes.push(await run(['test/support/run.ts', '--timeout=3600', ...share, ...chosen]))
if (isAsked('mutation') && !values.minutes) codes.push(await run(['test/mutation/command.ts']))
process.exit(Math.max(...codes))
