import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const root = join(import.meta.dirname, '../..')

/** Speed is not checked here; a missing row or cent ends the command with an error. */
t.test('the quick benchmarks count every row and cent correctly', { timeout: 450_000 }, async t => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/bench.ts', '--quick'], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  })

  const lines = stdout.split('\n').filter(line => line.startsWith('{'))
  const measures = lines.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>)
  for (const name of ['ingest: 50,000 rows, time, naive build', 'ingest: 50,000 rows, time, limit']) {
    t.ok(
      measures.find(measure => measure['name'] === name),
      name,
    )
  }
  t.ok(
    measures.some(({ name }) => String(name).startsWith('wait:')),
    'the waiting time is measured',
  )
  t.ok(
    measures.some(({ name }) => name === 'console: all searches, p99'),
    'the console search is measured',
  )
  for (const bench of [
    'startup',
    'memory',
    'recovery',
    'race',
    'refresh',
    'poll',
    'fleet',
    'layout',
    'mornings',
  ])
    t.ok(
      measures.some(({ name }) => String(name).startsWith(`${bench}:`)),
      bench,
    )
  for (const { name, ours, reference, more, ratio } of measures) {
    t.ok(Number(ours) > 0 && Number(reference) > 0, `${name} is measured`)
    const expected = more === 'better' ? Number(ours) / Number(reference) : Number(reference) / Number(ours)
    t.equal(ratio, expected, `${name} has its ratio`)
  }
})
