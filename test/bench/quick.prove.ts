import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const root = join(import.meta.dirname, '../..')

/** How fast it was is nobody's business here; a row or a cent that is missing ends it with an error. */
t.test('the benchmarks run in small and count every row and cent right', { timeout: 450_000 }, async t => {
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
    'the waiting',
  )
  t.ok(
    measures.some(({ name }) => name === 'console: all of them, p99'),
    'the search of the console',
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
    t.ok(Number(ours) > 0 && Number(reference) > 0, `${name} was measured`)
    const expected = more === 'better' ? Number(ours) / Number(reference) : Number(reference) / Number(ours)
    t.equal(ratio, expected, `${name} has its ratio`)
  }
})
