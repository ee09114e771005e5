/**
 * `npm run prove [-- NAME …] [--seed N] [--minutes N]`: runs all long proofs, or the named ones: each `*.prove.ts`,
 * each test with a fuller count, and mutation testing. With `--minutes`: small counts, in an order drawn from the seed,
 * and no new file after that many minutes.
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
    /** By default the date, so that each day tries something else. */
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    minutes: { type: 'string' },
  },
})

const isAsked = (name: string): boolean =>
  requestedNames.length === 0 || requestedNames.some(word => isProofNamed(name, word))
const unknown = requestedNames.filter(word => !proofNames.some(name => isProofNamed(name, word)))
if (unknown.length > 0) {
  process.stderr.write(`There is no proof ${unknown.join(', ')}. There are: ${proofNames.join(', ')}.\n`)
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
/** Minutes long even with small counts, or dependent on images that must be built first. */
const tooLongForShare = new Set(['composition', 'quick'])
const chosen = proofFiles
  .filter(file => isAsked(proofName(file)))
  .filter(file => !values.minutes || requestedNames.length > 0 || !tooLongForShare.has(proofName(file)))
const share = values.minutes ? ['--shuffle', `--minutes=${values.minutes}`] : ['--jobs=1']
const codes: number[] = []
if (chosen.length > 0) codes.push(await run(['test/support/run.ts', '--timeout=3600', ...share, ...chosen]))
if (isAsked('mutation') && !values.minutes) codes.push(await run(['test/mutation/command.ts']))
process.exit(Math.max(...codes))
