/** `npm test [-- FILES]`: starts what tests need, runs them and ends with the counts that CI reads. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { seed } from '../seed.ts'
import { startTestCluster } from '../servers/cluster.ts'
import { prepareTemplate } from '../servers/template.ts'
import { findChromium } from './chromium.ts'
import { removeContainersOf } from './containers.ts'
import { leaksIn } from './output-scan.ts'
import { batchesOf, findTestFiles } from './test-files.ts'
import { runTestProcess } from './test-process.ts'
import { TestReport } from './test-report.ts'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, '.tap')
const isCi = process.env['CI'] === 'true'

const { values: options, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: {
    /** Three per processor: tests mostly wait. */
    jobs: { type: 'string', default: String(3 * availableParallelism()) },
    /** Seconds without output. */
    timeout: { type: 'string', default: '480' },
    /** A test name pattern as tap reads it (`/…/`). */
    grep: { type: 'string' },
    /** Order drawn from TEST_SEED. */
    shuffle: { type: 'boolean', default: false },
    /** Starts no file after this many minutes. */
    minutes: { type: 'string' },
  },
})

const abortController = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => abortController.abort())

const report = new TestReport()

/** Environment of test processes: our Node first in the path, without settings of a product or another test run. */
function environmentOf(more: Record<string, string>): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, JOBS_URL: _jobs, ...inherited } = process.env
  const own = Object.entries(inherited).filter(([name]) => !/^_?TAP/.test(name))
  return {
    // The compile cache halves the start time of a process.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
    ...Object.fromEntries(own),
    ...more,
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    TAP_TIMEOUT: options.timeout,
    TEST_SEED: String(seed),
    ...(options.grep ? { TAP_GREP: options.grep } : {}),
  }
}

async function chromiumPath(): Promise<string> {
  const chromium = await findChromium(sentence => report.print(sentence))
  if ('path' in chromium) return chromium.path
  if (isCi) report.fail('Chromium', chromium.missing)
  else report.print(chromium.missing)
  return ''
}

async function runEverything(): Promise<void> {
  const files = await findTestFiles(root, patterns)
  const batches = batchesOf(files, options.shuffle ? seed : null)
  const output = join(folder, 'output')
  await rm(folder, { recursive: true, force: true })
  await mkdir(output, { recursive: true })

  const started = new Set<string>()
  report.begin(files, started)
  const lastStart = options.minutes ? Date.now() + Number(options.minutes) * 60_000 : Number.POSITIVE_INFINITY
  const cluster = await startTestCluster(prepareTemplate)
  try {
    const environment = environmentOf({ CHROMIUM_PATH: await chromiumPath(), ...cluster.environment })
    const limit = pLimit(Number(options.jobs))
    const runs = batches.map(batch =>
      limit(async () => {
        if (abortController.signal.aborted || Date.now() > lastStart) return
        const start = Date.now()
        started.add(batch[0] ?? '')
        await runTestProcess(batch, {
          root,
          environment,
          folder: output,
          seconds: Number(options.timeout),
          signal: abortController.signal,
          report: outcome => report.add(outcome),
          onFile: file => started.add(file),
          onComment: printComment,
        })
        durations.set(batch, Date.now() - start)
      }),
    )
    await Promise.all(runs)
    if (started.size < files.length)
      report.print(`${started.size} of ${files.length} files were run in the time given.`)
  } finally {
    await removeContainersOf(cluster.environment.TEST_CLUSTER)
    await cluster.stop()
  }
  // Output of the tests and their programs (S-12).
  for (const leak of await leaksIn(output)) report.fail('no secret is printed', leak)
  if (abortController.signal.aborted) report.fail('the run', 'The run was interrupted.')
}

const durations = new Map<readonly string[], number>()

/** Prints what a long proof measured, in full runs. */
function printComment(comment: string): void {
  const text = comment.replace(/^#\s*/, '').trim()
  if (process.env['PROVE'] !== 'full' || !text) return
  if (!/^(Subtest:|file:|time=|passed|failed|skip|\{)/.test(text)) report.print(`    ${text}`)
}

await runEverything().catch(error => report.fail('the run', inspect(error)))

if (report.count.failed > 0) report.print(`The random seed was ${seed}. To repeat the run: TEST_SEED=${seed}`)
// CI has everything except a container engine and images of a registry.
const unexpected = report.skips.filter(({ reason }) => !/container|official image/.test(reason))
if (isCi && unexpected.length > 0) report.fail('CI', `CI skips ${unexpected.length} tests that it must run.`)

const slowest = [...durations].map(([[first = ''], milliseconds]) => [first, milliseconds] as const)
await writeFile(
  join(folder, 'durations.json'),
  JSON.stringify(Object.fromEntries(slowest.sort((a, b) => b[1] - a[1])), null, 1),
).catch(() => undefined)
await writeFile(join(folder, 'counts.json'), `${JSON.stringify(report.count)}\n`).catch(() => undefined)
report.end()
process.exit(report.count.failed > 0 ? 1 : 0)
