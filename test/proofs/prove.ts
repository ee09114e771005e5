/**
 * `npm run prove [-- NAME …] [--seed N] [--minutes N]`: runs all long proofs, or the named ones. The proofs are each
 * `*.prove.ts`, each test that can run with larger counts, and mutation testing. With `--minutes`, counts are small,
 * the seed determines the order, and no file starts after that many minutes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isProofNamed, proofFiles, proofName, proofNames } from './proof-files.ts'

const root = join(import.meta.dirname, '../..')

const { values, positionals: requestedNames } = parseArgs({
  allowPositionals: true,
  options: {
    /** By default the date, so that each day uses another seed. */
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    minutes: { type: 'string' },
  },
})

const isRequested = (name: string): boolean =>
  requestedNames.length === 0 || requestedNames.some(requested => isProofNamed(name, requested))
const unknownNames = requestedNames.filter(
  requested => !proofNames.some(name => isProofNamed(name, requested)),
)
if (unknownNames.length > 0) {
  process.stderr.write(`Unknown proof: ${unknownNames.join(', ')}. Known proofs: ${proofNames.join(', ')}.\n`)
  process.exit(2)
}

const run = async (args: readonly string[]): Promise<number> => {
  const environment = { TEST_SEED: values.seed, PROVE: values.minutes ? 'share' : 'full' }
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

process.stdout.write(`Seed ${values.seed}; --seed ${values.seed} repeats this run.\n`)
/** These take minutes even with small counts, or need images that must be built first. */
const tooLongForTimedRun = new Set(['composition', 'quick'])
const chosenFiles = proofFiles
  .filter(file => isRequested(proofName(file)))
  .filter(file => !values.minutes || requestedNames.length > 0 || !tooLongForTimedRun.has(proofName(file)))
const runOptions = values.minutes ? ['--shuffle', `--minutes=${values.minutes}`] : ['--jobs=1']
const codes: number[] = []
if (chosenFiles.length > 0)
  codes.push(await run(['test/support/runner/run.ts', '--timeout=3600', ...runOptions, ...chosenFiles]))
if (isRequested('mutation') && !values.minutes) codes.push(await run(['test/mutation/command.ts']))
process.exit(Math.max(...codes))
