import t from 'tap'
import { runToEnd } from './failed-start.ts'

const runDemo = (...args: string[]) => runToEnd(['test/journeys/demo.ts', ...args], { seconds: 300 })

t.test('S-25 the demo walks from sign-in to figures that equal Amazon’s files', async t => {
  const { code, output } = await runDemo('--headless')

  t.equal(code, 0, output)
  for (const step of [
    'welcome screen',
    'account picker',
    'waiting screen',
    'ready, 15 of 15',
    'to the cent',
  ]) {
    t.match(output, step)
  }
})

t.test('S-25 the demo fails when one served row is a cent too high', async t => {
  const { code, output } = await runDemo('--headless', '--one-cent-more')

  t.equal(code, 1)
  t.match(output, /The figures differ:\n {2}cost: the dashboard shows (\d+), the truth is (\d+)/)
})

t.test('the demo prints its usage without --headless', async t => {
  const { code, output } = await runDemo()

  t.equal(code, 2)
  t.match(output, 'npm run demo -- --headless')
})
