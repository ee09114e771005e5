import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Outcome } from '../tally.ts'
import { batchesOf } from './test-files.ts'
import { runTestProcess } from './test-process.ts'

const root = join(import.meta.dirname, '../../..')
const fixture = (name: string): string => `test/support/runner/runner-fixtures/${name}.ts`

async function run(t: Test, names: readonly string[], { seconds = 60, exitSeconds = 15 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), '1smart-test-runner-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const outcomes: Outcome[] = []
  const { TAP: _, TAP_GREP: _grep, ...environment } = process.env
  await runTestProcess(names.map(fixture), {
    root,
    environment,
    folder,
    seconds,
    exitSeconds,
    signal: new AbortController().signal,
    report: outcome => outcomes.push(outcome),
    onFile: () => undefined,
    onComment: () => undefined,
  })
  const summaries = outcomes.map(
    ({ kind, names: [file = '', ...rest] }) =>
      `${kind} ${[file.replace(/^.*\/|\.ts$/g, ''), ...rest].join(' › ')}`,
  )
  return { folder, summaries, reasons: outcomes.map(({ reason }) => reason) }
}

t.test('each innermost test counts once, and a skipped test has its reason', async t => {
  const { summaries, reasons, folder } = await run(t, ['passes'])
  t.strictSame(summaries, ['passed passes › one › inside', 'skipped passes › left out'])
  t.equal(reasons[1], 'for a reason')
  const savedTap = await readFile(join(folder, `${fixture('passes').replaceAll('/', '_')}.tap`), 'utf8')
  t.match(savedTap, '# Subtest: inside')
})

t.test('a failure shows the actual and the expected value', async t => {
  const { summaries, reasons } = await run(t, ['fails'])
  t.strictSame(summaries, ['failed fails › wrong', 'passed fails › right'])
  t.match(reasons[0], /one is two[\s\S]*-2\n\+1/)
})

t.test('files in one process keep their names', async t => {
  const { summaries } = await run(t, ['fails', 'without-tests', 'passes'])
  t.strictSame(summaries.toSorted(), [
    'failed fails › wrong',
    'passed fails › right',
    'passed passes › one › inside',
    'passed without-tests',
    'skipped passes › left out',
  ])
})

for (const [name, reason] of [
  ['empty', 'The test asserts nothing.'],
  ['crashes', /The process ended with exit code \d\.\nthe last words/],
  ['missing', /Cannot find module .*no-such-file/],
] as const)
  t.test(
    `a file fails when it ${name === 'empty' ? 'asserts nothing' : 'ends too early'}: ${name}`,
    async t => {
      const { summaries, reasons } = await run(t, [name])
      t.equal(summaries.filter(line => line.startsWith('failed')).length, 1, summaries.join(', '))
      t.match(reasons.join('\n'), reason)
    },
  )

t.test('a crash fails the remaining files, each by name', async t => {
  const { summaries } = await run(t, ['crashes', 'passes'])
  t.match(summaries.join('\n'), /failed crashes/)
  t.match(summaries.join('\n'), /failed passes/)
})

t.test('a file that cannot be loaded fails without affecting others', async t => {
  const { summaries } = await run(t, ['missing', 'passes'])
  t.match(summaries, ['failed missing › can be loaded', 'passed passes › one › inside'])
})

t.test('a process that stays open after its last test is killed and fails', async t => {
  const { summaries, reasons } = await run(t, ['stays'], { exitSeconds: 1 })
  t.strictSame(summaries, ['passed stays › ends', 'failed stays'])
  t.match(reasons[1], /something is left open/)
})

t.test('a process that hangs is killed and fails', async t => {
  const { reasons } = await run(t, ['hangs'], { seconds: 3 })
  t.match(reasons.join('\n'), /The process printed nothing for 3 seconds\./)
})

t.test('every file is in exactly one batch, in any order', async t => {
  const files = [
    'test/domain/a.test.ts',
    'test/domain/b.test.ts',
    'test/process/c.test.ts',
    'test/journeys/d.test.ts',
  ]
  for (const seed of [null, 1, 2]) t.strictSame(batchesOf(files, seed).flat().toSorted(), files.toSorted())
  t.strictSame(batchesOf(files, 5), batchesOf(files, 5), 'the order depends only on the seed')
})
