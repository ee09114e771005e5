/** `npm test`: brings up what the tests need, runs them, and closes with the one line that CI reads. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { type FinalResults, Parser, type Result } from 'tap-parser'
import { type Chromium, findChromium } from './chromium.ts'
import { startTestCluster } from './cluster.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const isCi = process.env['CI'] === 'true'
const interruption = new AbortController()

const say = (sentence: string) => process.stdout.write(`${sentence}\n`)

/** A test is the innermost `t.test`, or a whole file that has none. */
const count = { passed: 0, failed: 0, skipped: 0 }
const skips: string[] = []

/** One level of a file's TAP: the file, a `t.test`, or one inside it. */
interface Level {
  readonly names: readonly string[]
  readonly complaints: Result[]
  tests: number
  failed: number
}

function fail(names: readonly string[], why: string): void {
  count.failed += 1
  say(`✘ ${names.join(' › ')}\n${why.replace(/^/gm, '    ')}`)
}

function skip(names: readonly string[], reason: string | boolean): void {
  count.skipped += 1
  const told = `${names.join(' › ')}${typeof reason === 'string' ? ` (${reason})` : ''}`
  skips.push(told)
  say(`- skipped: ${told}`)
}

function listen(parser: Parser, names: readonly string[] = []): Level {
  const level: Level = { names, complaints: [], tests: 0, failed: 0 }
  let inner: Level | undefined
  parser.on('child', (child: Parser) => {
    inner = listen(child, [...names, child.name])
  })
  parser.on('assert', (result: Result) => {
    const closes = inner?.names.at(-1) === result.name && result.closingTestPoint
    if (inner && closes) {
      const failed = conclude(inner, result)
      level.tests += 1
      level.failed += failed
      const isFile = names.length === 0
      if (isFile) say(`${failed > 0 ? '✘' : '✔'} ${result.name}  ${Math.round(result.time ?? 0)} ms`)
    } else if (result.skip || result.todo) {
      level.tests += 1
      skip([...names, result.name], result.skip || 'still to do')
    } else if (!result.ok) level.complaints.push(result)
  })
  return level
}

/** Counts a test that has ended, and says how many failures that makes. */
function conclude({ names, complaints, tests, failed }: Level, result: Result): number {
  const assertsNothing = result.skip === 'no tests found' && tests === 0
  const isPassed = result.ok && !assertsNothing
  if (result.todo || (result.skip && !assertsNothing)) skip(names, result.skip || 'still to do')
  else if (!isPassed && failed === 0) {
    const why = assertsNothing ? 'It asserts nothing.' : complaints.map(explain).join('\n')
    fail(names, why || explain(result))
    return 1
  } else if (isPassed && tests === 0) count.passed += 1
  return failed
}

function explain({ name, diag }: Result): string {
  const { diff, stack, at, exitCode, signal, ...rest } = diag ?? {}
  const place = stack ?? (at && `${at.fileName}:${at.lineNumber}:${at.columnNumber}`)
  const ending = exitCode || signal ? `The file ended with ${signal ?? `exit code ${exitCode}`}.` : ''
  const values = ['found', 'wanted', 'expired', 'code', 'cause'].filter(key => key in rest)
  const told = values.map(key => `${key}: ${JSON.stringify(rest[key]).slice(0, 1000)}`)
  return [name, ending, diff?.trim(), ...told, place?.trim()].filter(Boolean).join('\n')
}

async function runTap(words: string[], environment: Record<string, string>): Promise<void> {
  const parser = new Parser()
  listen(parser)
  parser.on('bailout', (reason: string) => fail(['the run was called off'], reason))
  const whole = new Promise<FinalResults>(resolve => parser.once('complete', resolve))

  const code = await tap(['--reporter=tap', ...words], environment, parser)
  parser.end()
  const { ok } = await whole
  if (interruption.signal.aborted) fail(['the run'], 'It was interrupted.')
  else if ((code !== 0 || !ok) && count.failed === 0) fail(['tap'], `It ended with code ${code}.`)
  else if (count.passed + count.failed === 0) fail(['the run'], 'No test was run.')
}

const require = createRequire(import.meta.url)

/** With our own Node, for tap and for whatever a test starts as `node`. */
function tap(words: string[], more: Record<string, string>, output?: Parser): Promise<number | null> {
  const program = join(dirname(require.resolve('tap/package.json')), 'dist/esm/run.mjs')
  interruption.signal.throwIfAborted()
  const { TAP: _, ...inherited } = process.env
  const path = [dirname(process.execPath), inherited['PATH']].join(delimiter)
  const child = spawn(process.execPath, [program, ...words], {
    cwd: root,
    detached: true,
    env: { ...inherited, ...more, PATH: path },
    stdio: ['ignore', output ? 'pipe' : 'ignore', 'inherit'],
  })
  if (output) {
    // Its own --output-file doubles every line when nobody watches a terminal.
    child.stdout?.pipe(createWriteStream(join(root, '.tap/run.tap')))
    child.stdout?.on('data', chunk => output.write(chunk))
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
    child.once('close', resolve)
  })
}

/** Straight after an install, tap's first run loads its own TypeScript, which does not know ours, and fails. */
async function buildTap(): Promise<void> {
  const inner = createRequire(require.resolve('tap/package.json')).resolve('@tapjs/test/package.json')
  const built = join(dirname(inner), 'test-built/dist/esm/index.js')
  const source = await readFile(built, 'utf8').catch(() => '@tapjs/typescript')
  if (source.includes('@tapjs/typescript')) await tap(['build'], {})
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
  await mkdir(join(root, '.tap'), { recursive: true })
  await buildTap()
  const cluster = await startTestCluster(fillTemplate)
  try {
    await runTap(process.argv.slice(2), { ...browser, ...cluster.environment })
  } finally {
    await cluster.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())
await runEverything().catch(error => fail(['the run'], inspect(error)))

// CI has everything that the tests need, but for the neighbouring project that the contract tests look at.
const unexpected = isCi ? skips.filter(name => !/contract/i.test(name)) : []
if (unexpected.length > 0) say(`Skipped, although CI skips nothing:\n${unexpected.join('\n')}`)

await writeFile(join(root, '.tap/counts.json'), `${JSON.stringify(count)}\n`).catch(() => undefined)
say(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exit(count.failed > 0 || unexpected.length > 0 ? 1 : 0)
