import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run prove [-- NAME]`: the long proofs at their full count; without a name, all of them. `outages` is also what begins with
 * `outages-of-`.
 */
const names = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.test.ts'))
  .map(file => file.replace('.test.ts', ''))

const [asked] = process.argv.slice(2)
const chosen = names.filter(name => !asked || name === asked || name.startsWith(`${asked}-of-`))
if (chosen.length === 0) {
  process.stderr.write(`There is no proof ${asked}. There are: ${names.join(', ')}.\n`)
  process.exit(2)
}
const files = chosen.map(name => `test/proofs/${name}.test.ts`)
const runner = spawn(process.execPath, ['test/support/run.ts', '--timeout=3600', '--jobs=1', ...files], {
  cwd: join(import.meta.dirname, '../..'),
  env: { ...process.env, PROVE: 'full' },
  stdio: 'inherit',
})
const [code] = await once(runner, 'exit')
process.exit(code ?? 1)
