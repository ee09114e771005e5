/** `npm test`: brings up what the tests need, runs them, and closes with the one line that CI reads. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { type FinalResults, Parser } from 'tap-parser'
import { type Chromium, findChromium } from './chromium.ts'
import { startTestCluster } from './cluster.ts'
import { removeContainersOf } from './containers.ts'
import { leaksIn } from './output-scan.ts'
import { count, fail, listen, say, skips } from './tally.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const isCi = process.env['CI'] === 'true'
const interruption = new AbortController()

async function runTap(words: string[], environment: Record<string, string>): Promise<void> {
  const parser = new Parser()
  listen(parser)
  parser.on('bailout', (reason: string) => fail(['the run was called off'], reason))
  const whole = new Promise<FinalResults>(resolve => parser.once('complete', resolve))

  // One more than there are processors: a file waits for clocks and polls half of its time.
  const jobs = `--jobs=${availableParallelism() + 1}`
  const code = await tap(['--reporter=tap', jobs, ...words], environment, parser)
  parser.end()
  const { ok } = await whole
  // Whatever the tests and their programs printed, in the order of printing and file by file (S-12).
  for (const leak of await leaksIn(join(root, '.tap'))) fail(['no secret is printed'], leak)
  if (interruption.signal.aborted) fail(['the run'], 'It was interrupted.')
  else if ((code !== 0 || !ok) && count.failed === 0) fail(['tap'], `It ended with code ${code}.`)
  else if (count.passed + count.failed === 0) fail(['the run'], 'No test was run.')
}

const require = createRequire(import.meta.url)

/** What programs that a test starts were compiled to is kept beside the packages: they start in half the time. */
const compiled = join(root, 'node_modules/.cache/compiled')

/** With our own Node, for tap and for whatever a test starts as `node`. */
function tap(words: string[], more: Record<string, string>, output?: Parser): Promise<number | null> {
  const program = join(dirname(require.resolve('tap/package.json')), 'dist/esm/run.mjs')
  interruption.signal.throwIfAborted()
  const { TAP: _, ...inherited } = process.env
  const path = [dirname(process.execPath), inherited['PATH']].join(delimiter)
  const child = spawn(process.execPath, [program, ...words], {
    cwd: root,
    detached: true,
    env: { NODE_COMPILE_CACHE: compiled, ...inherited, ...more, PATH: path },
    stdio: ['ignore', output ? 'pipe' : 'ignore', output ? 'pipe' : 'inherit'],
  })
  const kept = output ? ['run.tap', 'run.err'].map(file => createWriteStream(join(root, '.tap', file))) : []
  if (output) {
    // Its own --output-file doubles every line when nobody watches a terminal.
    const printed = [child.stdout, child.stderr]
    for (const [at, file] of kept.entries()) printed[at]?.pipe(file)
    child.stdout?.on('data', chunk => output.write(chunk))
    child.stderr?.pipe(process.stderr, { end: false })
  }
  // A group of its own, so that a test file that hangs, and what it has started, end with it.
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // Everyone in it has left.
    }
  }
  interruption.signal.addEventListener('abort', () => end('SIGKILL'))
  child.once('exit', () => end('SIGKILL'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      Promise.all(kept.map(file => finished(file))).then(() => resolve(code), reject),
    )
  })
}

/** Straight after an install, tap's first run loads its own TypeScript, which does not know ours, and fails. */
async function buildTap(): Promise<void> {
  const inner = createRequire(require.resolve('tap/package.json')).resolve('@tapjs/test/package.json')
  const built = join(dirname(inner), 'test-built')
  // `tap build` cannot start over what an interrupted build has left: it is itself made of it.
  const asInstalled = `${built}-as-installed`
  const source = () => readFile(join(built, 'dist/esm/index.js'), 'utf8').catch(() => null)
  const copy = async (from: string, to: string) => {
    await rm(to, { recursive: true, force: true })
    await cp(from, to, { recursive: true, verbatimSymlinks: true })
  }
  if ((await source()) === null) await copy(asInstalled, built)
  if (!(await source())?.includes('@tapjs/typescript')) return
  await copy(built, asInstalled)
  await tap(['build'], {})
}

/** The migrations, once there are any. */
async function fillTemplate(url: string): Promise<void> {
  const file = new URL('./template.ts', import.meta.url)
  if (!existsSync(file)) return
  const { prepareTemplate } = await import(file.href)
  await prepareTemplate(url)
}

async function environmentFor(chromium: Chromium): Promise<Record<string, string>> {
  if ('path' in chromium) return { CHROMIUM_PATH: chromium.path }
  say(chromium.missing)
  if (isCi) fail(['Chromium'], chromium.missing)
  return { CHROMIUM_PATH: '' }
}

async function runEverything(): Promise<void> {
  const browser = await environmentFor(await findChromium(say))
  // What an earlier run has left is not this one's.
  await rm(join(root, '.tap/test-results'), { recursive: true, force: true })
  await mkdir(join(root, '.tap'), { recursive: true })
  await buildTap()
  const cluster = await startTestCluster(fillTemplate)
  try {
    await runTap(process.argv.slice(2), { ...browser, ...cluster.environment })
  } finally {
    await removeContainersOf(cluster.environment.TEST_CLUSTER)
    await cluster.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())
await runEverything().catch(error => fail(['the run'], inspect(error)))

// CI has everything that the tests need, but for the neighbouring project that the contract tests look at (test/sandbox/shared-amazon.ts).
const unexpected = isCi ? skips.filter(name => !/contract.*\(.*\.\.\/shared\/amazon/i.test(name)) : []
if (unexpected.length > 0) say(`Skipped, although CI skips nothing:\n${unexpected.join('\n')}`)

await writeFile(join(root, '.tap/counts.json'), `${JSON.stringify(count)}\n`).catch(() => undefined)
say(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 || unexpected.length > 0 ? 1 : 0)
