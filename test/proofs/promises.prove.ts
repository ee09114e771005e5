/** A test that was never seen red proves nothing: each promise is broken on a copy, and its own tests must say so. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import t from 'tap'
import { endOf } from '../support/child-process.ts'
import { randomNumbers, shuffled } from '../support/seed.ts'
import { counts } from './counts.ts'
import { type Break, breaks, promises } from './promises/breaks.ts'

const project = join(import.meta.dirname, '../..')
const isRunnable = ({ needsChromium }: Break) => !needsChromium || Boolean(process.env['CHROMIUM_PATH'])
const { count, seed } = counts(4, breaks.length)
const chosen = shuffled(breaks.filter(isRunnable), randomNumbers(seed)).slice(0, count)

t.test('each promise has a break, and each break its place in the source and its tests', async t => {
  const known = new Set(breaks.map(({ promise }) => promise))
  t.strictSame(
    promises.filter(promise => !known.has(promise)),
    [],
  )
  const contracts = await contractTexts()
  for (const { promise, what, file, find, put, tests, named } of breaks) {
    const source = await readFile(join(project, file), 'utf8')
    t.equal(source.split(find).length - 1, 1, `${promise} ${what}: once in ${file}`)
    t.not(find, put, what)
    for (const test of tests) {
      const text = (await readFile(join(project, test), 'utf8')) + contracts
      // Where a name is put together from a list, its beginning stands in the file.
      t.ok(!named || text.includes(named.replace(/: \w+$/, '')), `${test} has a test named ${named}`)
    }
  }
})

t.test(`broken promises are seen red (${chosen.length} of ${breaks.length}, seed ${seed})`, async t => {
  const copy = await copyOfProject()
  t.teardown(() => rm(copy, { recursive: true, force: true }))

  await t.test('unbroken, the same tests pass', async t => {
    for (const words of unbrokenRuns(chosen)) {
      const { code, output } = await run(copy, words)
      t.equal(code, 0, 'the run passes', { cause: lastOf(output) })
    }
  })

  for (const broken of chosen) {
    const { promise, what, file, find, put, tests, named } = broken
    await t.test(`${promise} is seen red when ${what}`, async t => {
      const path = join(copy, file)
      const source = await readFile(path, 'utf8')
      const start = Date.now()
      await writeFile(
        path,
        source.replace(find, () => put),
      )
      const { code, output } = await run(copy, [...only(named ? [named] : []), ...tests]).finally(() =>
        writeFile(path, source),
      )

      t.not(code, 0, 'the run fails')
      for (const test of tests) {
        const red = failuresIn(output, test).filter(({ name }) => name.includes(promise))
        const [first] = red
        if (!first) t.fail(`${test} has no red test of ${promise}`, { cause: lastOf(output) })
        else t.comment(`${first.name} (${test}, ${Math.round((Date.now() - start) / 1000)} s)`)
        t.strictSame(
          red.filter(({ why }) => mistake.test(why)),
          [],
          'red because the promise is broken, not because the break is no program',
        )
      }
    })
  }
})

/** A test file that signs a contract has its tests there. */
async function contractTexts(): Promise<string> {
  const folder = join(project, 'test/support/contracts')
  const texts = (await readdir(folder)).map(name => readFile(join(folder, name), 'utf8'))
  return (await Promise.all(texts)).join('\n')
}

/** What a break may not do: be no program at all. */
const mistake = /SyntaxError|ReferenceError|ERR_MODULE_NOT_FOUND|It ended with exit code/

interface Failure {
  readonly name: string
  readonly why: string
}

/** The red tests of one file; a file that could not be loaded has none. */
function failuresIn(output: string, test: string): Failure[] {
  const begin = `✘ ${test} › `
  return output
    .split(/^(?=\S)/m)
    .filter(part => part.startsWith(begin))
    .map(part => {
      const [name = '', ...why] = part.slice(begin.length).split('\n')
      return { name, why: why.join('\n') }
    })
}

const lastOf = (output: string): string => output.replace(/^- skipped.*\n/gm, '').slice(-900)

const only = (names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [`--grep=/${names.map(name => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')}/`]

/** Whole files in one run, and the long ones in another with the tests that are asked for. */
function unbrokenRuns(of: readonly Break[]): string[][] {
  const [long, whole] = [of.filter(({ named }) => named), of.filter(({ named }) => !named)]
  const filesOf = (some: readonly Break[]) => [...new Set(some.flatMap(({ tests }) => tests))]
  const names = [...new Set(long.flatMap(({ named }) => named ?? []))]
  return [filesOf(whole), [...only(names), ...filesOf(long)]].filter(words => words.some(isFile))
}

const isFile = (word: string): boolean => !word.startsWith('--')

/** Everything that a test run reads; the packages are borrowed. */
async function copyOfProject(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), '1smart-test-promises-'))
  await chmod(copy, 0o755)
  const left = new Set(['.git', '.data', '.tap', 'node_modules'])
  await cp(project, copy, {
    recursive: true,
    filter: source => source === project || !left.has(basename(source)),
  })
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const patience = 150_000
let running: ChildProcess | null = null
/** Whatever ends this file ends the run inside it, which then stops its own database. */
process.once('SIGTERM', () => running?.kill('SIGTERM'))
t.teardown(() => running?.kill('SIGTERM'))

/** A test run of the copy, with a database of its own and nothing of the run that this file is in. */
async function run(copy: string, words: readonly string[]): Promise<{ code: number | null; output: string }> {
  const own = /^(_?TAP|TEST_|PROVE|CI$|NODE_OPTIONS$|NODE_V8_COVERAGE$)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
  const child = spawn(process.execPath, ['test/support/run.ts', ...words], {
    cwd: copy,
    env,
    // Told first, so that it stops its own database.
    timeout: patience,
    killSignal: 'SIGTERM',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running = child
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await endOf(child, { seconds: patience / 1000 + 60, printed: () => output })
  running = null
  return { code, output }
}
