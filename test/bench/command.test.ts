import t from 'tap'
import { readCommand } from '../../bench/options.ts'

const known = ['ingest', 'wait']

t.test('without a name every benchmark is selected', async t => {
  const all = { names: known, quick: false, profile: false, connections: null, facts: null }
  t.strictSame(readCommand([], known), all)
  t.strictSame(readCommand(['--', '--quick'], known), { ...all, quick: true })
  t.strictSame(readCommand(['--profile'], known), { ...all, profile: true })
})

t.test('names and counts are accepted in any order', async t => {
  const expected = { names: ['wait'], quick: false, profile: false, connections: 50, facts: null }

  t.strictSame(readCommand(['wait', '--connections', '50'], known), expected)
  t.strictSame(readCommand(['--connections', '50', '--', 'wait'], known), expected)
  t.strictSame(readCommand(['wait', '--connections=50', '--facts', '99000'], known), {
    ...expected,
    facts: 99_000,
  })
})

t.test('an unknown argument is reported by name', async t => {
  t.throws(() => readCommand(['speed'], known), { name: 'RangeError', message: /speed.*ingest, wait/ })
  t.throws(() => readCommand(['--fast'], known), { name: 'RangeError', message: /--fast/ })
  t.throws(() => readCommand(['--facts', '1e8'], known), { name: 'RangeError', message: /--facts/ })
  for (const count of ['0', '100001', 'many', undefined]) {
    t.throws(() => readCommand(['--connections', ...(count ? [count] : [])], known), RangeError)
  }
})
